"""An order cancelled after its sale was booked, reopened, and cancelled again: the books always say what is true."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from strategies import (
    CAPTURE,
    CERTIFICATE,
    CHANGED,
    ONE_TEE_BACK,
    booked,
    entry,
    faults,
    grown,
    ledger,
    left_out,
    line,
    money,
    only,
    order,
    paid,
    planned,
    priced,
    profile,
    refund,
    shown,
    snapshot,
    tax,
    tee_and_mug,
    without,
)
from strategies import item as thing

from connector.domain.connection import Booking
from connector.domain.journal import JournalEntry
from connector.domain.order import Order, OrderStatus, Snapshot
from connector.domain.plan import Booked, Unposting
from connector.domain.posting import PostingKind
from connector.domain.refund import Refund, RefundItemKind

SALE, REVERSAL, REFUND, PAYMENT = PostingKind.SALE, PostingKind.REVERSAL, PostingKind.REFUND, PostingKind.PAYMENT
PAYMENTS = [CERTIFICATE, CAPTURE]
BACK = thing(RefundItemKind.ORDER, 1042)


def cancelled(made: Order) -> Order:
    return replace(made, status=OrderStatus.CANCELLED)


def hundred(**more: object) -> Order:
    return order([line(1, priced("100.00"), quantity=10)], "100.00", **more)


THIRTY = refund(30, "30.00", "0.00", [thing(RefundItemKind.PRODUCT, 1, 3)])
SEVENTY = refund(70, "70.00", "0.00", [thing(RefundItemKind.PRODUCT, 1, 7)])
CARD = paid(1, "100.00")


def test_a_booked_sale_is_mirrored() -> None:
    done = booked(planned(snapshot(tee_and_mug(), PAYMENTS)))
    posting = only(planned(snapshot(cancelled(tee_and_mug()), PAYMENTS), booked=done), REVERSAL)
    reversal = posting.content
    assert isinstance(reversal, JournalEntry)
    assert (posting.source, posting.revision, posting.occurred_at) == (1042, 1, CHANGED)
    assert (reversal.text, reversal.date) == ("BC-1042 reversal", CHANGED.date())
    assert shown(reversal) == [
        "credit 1200 227.77 receivable: sale",
        "credit 4900 21.99 discounts: sale",
        "debit 4000 219.90 sales: sale",
        "debit 4100 12.50 shipping: sale",
        "debit 2200 17.36 tax: sale TX Sales Tax",
    ]
    assert ledger((*done, Booked(REVERSAL, 1042, 1, reversal))) == {
        "1200": Decimal("-227.77"),  # what the buyer is owed
        "2300": Decimal("25.00"),
        "1091": Decimal("202.77"),
    }


def test_what_was_refunded_before_is_taken_back_too_but_not_its_money() -> None:
    done = booked(planned(snapshot(hundred(), [CARD], [THIRTY])))
    reversal = entry(planned(snapshot(cancelled(hundred()), [CARD], [THIRTY]), booked=done), REVERSAL)
    assert shown(reversal) == [
        "credit 1200 100.00 receivable: sale",
        "debit 4000 100.00 sales: sale",
        "credit 4950 30.00 returns: refund 30",
        "debit 1200 30.00 receivable: refund 30",
    ]
    assert ledger((*done, Booked(REVERSAL, 1042, 1, reversal))) == {"1200": Decimal(-70), "1091": Decimal(70)}


def test_a_refund_after_the_reversal_pays_off_what_is_owed() -> None:
    done = booked(planned(snapshot(hundred(), [CARD], [THIRTY])))
    made = planned(snapshot(cancelled(hundred()), [CARD], [THIRTY, SEVENTY]), booked=done)
    assert [(one.kind, one.source) for one in made.postings] == [
        (SALE, 1042),
        (REVERSAL, 1042),
        (PAYMENT, 1),
        (REFUND, 30),
        (REFUND, 70),
    ]
    assert shown(entry(made, REFUND, 70)) == [
        "debit 1200 70.00 receivable: refund 70",
        "credit 1091 70.00 clearing: refund 70",
    ]
    assert ledger(grown(done, made)) == {}


def test_a_cancellation_is_planned_the_same_once_it_is_booked() -> None:
    done = booked(planned(snapshot(hundred(), [CARD])))
    first = planned(snapshot(cancelled(hundred()), [CARD], [SEVENTY]), booked=done)
    again = planned(snapshot(cancelled(hundred()), [CARD], [SEVENTY]), booked=grown(done, first))
    assert again.postings == first.postings


@pytest.mark.parametrize("status", [OrderStatus.CANCELLED, OrderStatus.DECLINED])
def test_what_was_refunded_whole_is_not_reversed(status: OrderStatus) -> None:
    whole = refund(30, "100.00", "0.00", [thing(RefundItemKind.PRODUCT, 1, 10)])
    done = booked(planned(snapshot(hundred(), [CARD], [whole])))
    made = planned(snapshot(hundred(status=status), [CARD], [whole]), booked=done)
    assert REVERSAL not in {one.kind for one in made.postings}
    assert left_out(made) == {("order", 1042): "cancelled after all of it was refunded: nothing to reverse"}
    assert ledger(grown(done, made)) == {"4000": Decimal(-100), "4950": Decimal(100)}


def test_an_order_of_no_money_is_reversed_as_well() -> None:
    made = order([line(1, priced("10.00"), discounts=["10.00"])], "0.00", discount=money("10.00"))
    done = booked(planned(snapshot(made)))
    reversal = entry(planned(snapshot(cancelled(made)), booked=done), REVERSAL)
    assert shown(reversal) == ["credit 4900 10.00 discounts: sale", "debit 4000 10.00 sales: sale"]


def test_a_payment_that_came_before_the_cancellation_is_still_booked() -> None:
    done = booked(planned(snapshot(hundred())))
    made = planned(snapshot(cancelled(hundred()), [CARD]), booked=done)
    assert [one.kind for one in made.postings] == [SALE, REVERSAL, PAYMENT]
    assert ledger(grown(done, made)) == {"1091": Decimal(100), "1200": Decimal(-100)}


def test_reopened_and_cancelled_again_the_books_come_out_right() -> None:
    taken = snapshot(hundred(), [CARD], [THIRTY])
    done = booked(planned(taken))
    away = snapshot(cancelled(hundred()), [CARD], [THIRTY, SEVENTY])
    done = grown(done, planned(away, booked=done))
    assert ledger(done) == {}

    reopened = planned(snapshot(hundred(), [CARD], [THIRTY, SEVENTY]), booked=done)
    anew = reopened.postings[2]
    assert (anew.kind, anew.revision, anew.occurred_at) == (SALE, 2, CHANGED)
    assert isinstance(anew.content, JournalEntry)
    assert shown(anew.content) == [
        "debit 1200 100.00 receivable: sale",
        "credit 4000 100.00 sales: sale",
        "debit 4950 30.00 returns: refund 30",
        "credit 1200 30.00 receivable: refund 30",
        "debit 4950 70.00 returns: refund 70",
        "credit 1200 70.00 receivable: refund 70",
    ]
    assert reopened.notices == ()
    done = grown(done, reopened)
    assert ledger(done) == {"4000": Decimal(-100), "4950": Decimal(100)}
    assert planned(snapshot(hundred(), [CARD], [THIRTY, SEVENTY]), booked=done).notices == ()


def test_reopened_before_all_was_refunded_and_cancelled_again() -> None:
    done = booked(planned(snapshot(hundred(), [CARD], [THIRTY])))
    done = grown(done, planned(snapshot(cancelled(hundred()), [CARD], [THIRTY]), booked=done))
    done = grown(done, planned(snapshot(hundred(), [CARD], [THIRTY]), booked=done))
    assert ledger(done) == {"4000": Decimal(-100), "4950": Decimal(30), "1091": Decimal(70)}
    again = planned(snapshot(cancelled(hundred()), [CARD], [THIRTY]), booked=done)
    assert [(one.kind, one.revision) for one in again.postings[:4]] == [
        (SALE, 1),
        (REVERSAL, 1),
        (SALE, 2),
        (REVERSAL, 2),
    ]
    done = grown(done, again)
    assert ledger(done) == {"1091": Decimal(70), "1200": Decimal(-70)}


def test_keys_of_revisions_differ() -> None:
    done = booked(planned(snapshot(hundred(), [CARD])))
    done = grown(done, planned(snapshot(cancelled(hundred()), [CARD]), booked=done))
    done = grown(done, planned(snapshot(hundred(), [CARD]), booked=done))
    keys = [one.content.key for one in done if isinstance(one.content, JournalEntry)]
    assert len(set(keys)) == len(keys) == 4


def test_a_sale_booked_anew_is_held_by_a_refund_that_nobody_explains() -> None:
    done = booked(planned(snapshot(hundred(), [CARD], [THIRTY])))
    done = grown(done, planned(snapshot(cancelled(hundred()), [CARD], [THIRTY]), booked=done))
    odd = replace(THIRTY, items=(thing(RefundItemKind.PRODUCT, 1, 9),))
    posting = planned(snapshot(hundred(), [CARD], [odd]), booked=done).postings[2]
    assert faults(posting) == ["unexplained_total: refund 30: -60.00 USD of its total 30.00 USD is unexplained"]


def test_a_sale_whose_lines_were_not_kept_is_not_reversed_by_guess() -> None:
    forgotten = (Booked(SALE, 1042, 1, None),)
    made = planned(snapshot(cancelled(hundred()), [CARD]), booked=forgotten)
    assert faults(only(made, REVERSAL)) == [
        "unexplained_total: the booked sale 1042 has no journal lines here to compare with or take back"
    ]
    assert planned(snapshot(hundred(), [CARD]), booked=forgotten).notices == ()


def test_the_receivable_of_the_sale_is_used_even_if_the_profile_moved_on() -> None:
    done = booked(planned(snapshot(hundred(), [CARD], [THIRTY])))
    moved = profile(**{'receivable: "1200"': 'receivable: "1299"'})
    made = planned(snapshot(cancelled(hundred()), [CARD], [THIRTY]), booked=done, with_profile=moved)
    assert {one.account for one in entry(made, REVERSAL).lines} == {"1200", "4000", "4950"}


def test_money_refunded_by_a_later_version_goes_against_the_receivable_of_the_sale_and_names_its_version() -> None:
    first = replace(profile(), version=1)
    second = replace(profile(**{'receivable: "1200"': 'receivable: "1210"'}), version=2)
    done = booked(planned(snapshot(hundred(), [CARD]), with_profile=first))
    done = grown(done, planned(snapshot(hundred(), [CARD], [THIRTY]), booked=done, with_profile=second))
    off = planned(snapshot(cancelled(hundred()), [CARD], [THIRTY]), booked=done, with_profile=second)
    against = [(one.side.value, one.account, one.rule, one.version) for one in entry(off, REVERSAL).lines[2:]]
    assert against == [("credit", "4950", "accounts.returns", 2), ("debit", "1200", "accounts.receivable", 1)]


def test_a_sale_that_was_booked_anew_is_taken_back_by_the_version_that_booked_it() -> None:
    first, second = (replace(profile(), version=version) for version in (1, 2))
    done = booked(planned(snapshot(hundred(), [CARD]), with_profile=first))
    done = grown(done, planned(snapshot(cancelled(hundred()), [CARD]), booked=done, with_profile=first))
    done = grown(done, planned(snapshot(hundred(), [CARD]), booked=done, with_profile=second))
    off = planned(snapshot(cancelled(hundred()), [CARD]), booked=done, with_profile=second).postings[3].content
    assert isinstance(off, JournalEntry)
    assert [(line, one.version) for line, one in zip(shown(off), off.lines, strict=True)] == [
        ("credit 1200 100.00 receivable: sale", 1),  # where it stood all the time
        ("debit 4000 100.00 sales: sale", 2),
    ]


OWED = Decimal(100)


@pytest.mark.parametrize(
    ("then", "left"),
    [
        ([snapshot(hundred(), [CARD])], {"4000": -OWED, "1091": OWED}),
        ([snapshot(cancelled(hundred()), [CARD])], {"1200": -OWED, "1091": OWED}),
        ([snapshot(cancelled(hundred()), [CARD], [THIRTY, SEVENTY])], {}),
        ([snapshot(cancelled(hundred()), [CARD]), snapshot(hundred(), [CARD])], {"4000": -OWED, "1091": OWED}),
    ],
    ids=["paid", "cancelled", "given back", "reopened"],
)
def test_what_a_buyer_owes_stays_on_one_account_whatever_the_mapping_says_later(
    then: list[Snapshot], left: dict[str, Decimal]
) -> None:
    done = booked(planned(snapshot(hundred())))
    for number, taken in enumerate(then, start=1):
        other = profile(**{'"1200"': f'"121{number}"'})
        done = grown(done, planned(taken, booked=done, with_profile=other))
    assert ledger(done) == left


def test_an_order_booked_again_asks_the_mapping_of_that_day_what_is_owed_on() -> None:
    taken = snapshot(hundred(), [CARD])
    out = Unposting("operator:jo", CHANGED)
    done = booked(planned(taken))
    done = grown(done, planned(taken, booked=done, unposting=out))
    other, again = profile(**{'"1200"': '"1210"'}), replace(out, again_at=CHANGED)
    made = planned(taken, booked=done, unposting=again, with_profile=other)
    assert [shown(entry)[0] for one in made.postings[-2:] if isinstance(entry := one.content, JournalEntry)] == [
        "debit 1210 100.00 receivable: sale",
        "debit 1091 100.00 clearing: payment 1",
    ]
    assert ledger(grown(done, made)) == {"4000": -OWED, "1091": OWED}


def test_a_booked_sales_order_is_closed_by_hand() -> None:
    done = booked(planned(snapshot(tee_and_mug(), [CAPTURE]), booking=Booking.FULL))
    made = planned(snapshot(cancelled(tee_and_mug()), [CAPTURE]), booked=done, booking=Booking.FULL)
    assert [one.kind for one in made.postings] == [PostingKind.SALES_ORDER, SALE, REVERSAL, PAYMENT]
    assert [(one.code, one.what) for one in made.notices] == [
        ("cancelled_after_posting", "order 1042 was cancelled after its sales order BC-1042 was booked")
    ]


def test_without_a_booked_sale_nothing_more_is_booked() -> None:
    done = booked(planned(snapshot(hundred()), booking=Booking.FULL), PostingKind.SALES_ORDER)
    made = planned(snapshot(cancelled(hundred()), [CARD], [THIRTY]), booked=done, booking=Booking.FULL)
    assert [one.kind for one in made.postings] == [PostingKind.SALES_ORDER]
    reason = "its order was cancelled before the sale was posted"
    assert left_out(made) == {("transaction", 1): reason, ("refund", 30): reason}
    assert [one.code for one in made.notices] == ["cancelled_after_posting"]


def test_money_that_was_booked_before_its_sale_stays_and_what_goes_back_pays_it_off() -> None:
    done = booked(planned(snapshot(hundred(), [CARD])), PAYMENT)
    off = snapshot(cancelled(hundred()), [CARD], [THIRTY, SEVENTY])
    made = planned(off, booked=done)
    assert [(one.kind, one.source, one.revision) for one in made.postings] == [
        (PAYMENT, 1, 1),
        (REFUND, 30, 1),
        (REFUND, 70, 1),
    ]
    assert left_out(made) == {}
    done = grown(done, made)
    assert ledger(done) == {}
    assert planned(off, booked=done).postings == made.postings

    done = grown(done, planned(snapshot(hundred(), [CARD], [THIRTY, SEVENTY]), booked=done))
    assert ledger(done) == {"4000": Decimal(-100), "4950": Decimal(100)}


def test_where_infor_books_the_sale_payments_and_refunds_meet_on_the_receivable() -> None:
    done = booked(planned(snapshot(hundred(), [CARD]), booking=Booking.OPERATIONAL))
    whole = refund(30, "100.00", "0.00", [BACK])
    made = planned(snapshot(cancelled(hundred()), [CARD], [whole]), booked=done, booking=Booking.OPERATIONAL)
    assert [one.kind for one in made.postings] == [PostingKind.SALES_ORDER, PAYMENT, REFUND]
    assert ledger(grown(done, made)) == {}
    assert [one.code for one in made.notices] == ["cancelled_after_posting"]


@pytest.mark.parametrize("before", [[], [THIRTY], [THIRTY, SEVENTY]])
def test_where_infor_books_the_sale_what_was_refunded_before_the_cancellation_is_no_return(
    before: list[Refund],
) -> None:
    off, done = snapshot(cancelled(hundred()), [CARD], [THIRTY, SEVENTY]), ()
    for taken in (snapshot(hundred(), [CARD], before), snapshot(off.order, [CARD], before), off):
        done = grown(done, planned(taken, booked=done, booking=Booking.OPERATIONAL))
    assert ledger(done) == {}
    assert planned(off, booked=done, booking=Booking.OPERATIONAL).notices[1:] == ()
    reopened = snapshot(hundred(), [CARD], [THIRTY, SEVENTY])
    done = grown(done, planned(reopened, booked=done, booking=Booking.OPERATIONAL))
    assert ledger(done) == {"1200": Decimal(-100), "4950": Decimal(100)}  # the sale of 100 is Infor's


def test_tax_and_dimensions_are_mirrored_line_by_line() -> None:
    made = order([line(1, priced("100.00"), quantity=2)], "110.00", taxes=[tax("10.00", number=1)])
    half = refund(5, "55.00", "5.00", [thing(RefundItemKind.PRODUCT, 1)])
    done = booked(planned(snapshot(made, [paid(1, "110.00")], [half])))
    reversal = entry(planned(snapshot(cancelled(made), [paid(1, "110.00")], [half]), booked=done), REVERSAL)
    assert shown(reversal)[2:] == [
        "debit 2200 10.00 tax: sale TX Sales Tax",
        "credit 4950 50.00 returns: refund 5",
        "credit 2200 5.00 tax: refund 5 TX Sales Tax",
        "debit 1200 55.00 receivable: refund 5",
    ]
    assert all(one.dimensions == {"AIT2": "WEB"} for one in reversal.lines)


def test_only_what_is_new_needs_the_profile() -> None:
    done = booked(planned(snapshot(hundred(), [CARD], [THIRTY])))
    made = planned(
        snapshot(cancelled(hundred()), [CARD], [THIRTY]), booked=done, with_profile=without("returns:", "sales:")
    )
    assert all(one.content is not None for one in made.postings)
    assert made.notices == ()


def test_ONE_TEE_BACK_keeps_its_money() -> None:  # noqa: N802  the name of the example
    done = booked(planned(snapshot(tee_and_mug(), PAYMENTS, [ONE_TEE_BACK])))
    made = planned(snapshot(cancelled(tee_and_mug()), PAYMENTS, [ONE_TEE_BACK]), booked=done)
    assert ledger(grown(done, made)) == {
        "1200": Decimal("-179.10"),
        "2300": Decimal("25.00"),
        "1091": Decimal("154.10"),
    }


def test_what_was_edited_to_nothing_is_not_reversed_and_its_money_is_booked_all_the_same() -> None:
    done = booked(planned(snapshot(hundred(), [CARD])))
    emptied = order([line(1, priced("0.00"), quantity=0)], "0.00")
    done = grown(done, planned(snapshot(emptied, [CARD]), booked=done))
    whole = refund(30, "100.00", "0.00", [BACK])
    made = planned(snapshot(cancelled(emptied), [CARD], [whole]), booked=done)
    assert [one.kind for one in made.postings] == [SALE, PostingKind.CORRECTION, PAYMENT, REFUND]
    assert ledger(grown(done, made)) == {}
    assert planned(snapshot(cancelled(emptied), [CARD], [whole]), booked=grown(done, made)).postings == made.postings
