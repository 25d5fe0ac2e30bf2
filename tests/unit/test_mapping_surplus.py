"""Money that an order does not claim any more is given back once, whatever came first."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from strategies import (
    CHANGED,
    entry,
    faults,
    grown,
    histories,
    ledger,
    left_out,
    line,
    only,
    order,
    paid,
    planned,
    priced,
    refund,
    shown,
    snapshot,
    tax,
    way,
)
from strategies import item as thing

from connector.domain.connection import Booking
from connector.domain.order import OrderStatus, Snapshot
from connector.domain.plan import Booked, Unposting
from connector.domain.posting import PostingKind
from connector.domain.refund import Refund, RefundItemKind

CORRECTION, REFUND, REVERSAL = PostingKind.CORRECTION, PostingKind.REFUND, PostingKind.REVERSAL
PRODUCT, ORDER = RefundItemKind.PRODUCT, RefundItemKind.ORDER
Done = tuple[Booked, ...]

CARD = paid(1, "100.00")
WHOLE = order([line(1, priced("80.00"), quantity=4), line(2, priced("20.00"))], "100.00")
LOWERED = order([line(1, priced("80.00"), quantity=4)], "80.00")
FOR_ITS_LINE = refund(7, "20.00", "0.00", [thing(PRODUCT, 2)])
ON_THE_ORDER = refund(7, "20.00", "0.00", [thing(ORDER, 1042, requested="20.00")])
KEPT = {"1091": Decimal(80), "4000": Decimal(-80)}
RETURNED = {"1091": Decimal(80), "4000": Decimal(-100), "4950": Decimal(20)}


def read(done: Done, taken: Snapshot, **more: object) -> Done:
    """Everything of a reading gets booked, and the next one finds nothing more to do."""
    after = grown(done, planned(taken, booked=done, **more))
    assert grown(after, planned(taken, booked=after, **more)) == after
    return after


def lived(*readings: Snapshot, **more: object) -> Done:
    done: Done = ()
    for taken in readings:
        done = read(done, taken, **more)
    return done


@pytest.mark.parametrize("back", [FOR_ITS_LINE, ON_THE_ORDER])
@pytest.mark.parametrize("first", ["the line", "the refund", "both at once", "both after the sale"])
def test_a_line_taken_out_and_given_back_is_taken_off_once(back: Refund, first: str) -> None:
    before, after = snapshot(WHOLE, [CARD]), snapshot(LOWERED, [CARD], [back])
    between = {
        "the line": [before, snapshot(LOWERED, [CARD])],
        "the refund": [before, snapshot(WHOLE, [CARD], [back])],
        "both at once": [],
        "both after the sale": [before],
    }[first]
    assert ledger(lived(*between, after)) == KEPT


def test_the_refund_pays_off_what_the_order_does_not_claim() -> None:
    made = planned(snapshot(LOWERED, [CARD], [ON_THE_ORDER]))
    assert shown(entry(made, REFUND)) == [
        "debit 1200 20.00 receivable: refund 7",
        "credit 1091 20.00 clearing: refund 7",
    ]


def test_returns_that_an_edit_overtakes_are_corrected_with_the_sale() -> None:
    done = lived(snapshot(WHOLE, [CARD], [FOR_ITS_LINE]))
    made = planned(snapshot(LOWERED, [CARD], [FOR_ITS_LINE]), booked=done)
    assert shown(entry(made, CORRECTION)) == [
        "credit 1200 20.00 receivable: sale",
        "debit 4000 20.00 sales: sale",
        "credit 4950 20.00 returns: refund 7",
        "debit 1200 20.00 receivable: refund 7",
    ]
    assert made.notices == ()


def test_a_tax_of_which_no_coin_is_paid_off_stays_out_of_the_correction() -> None:
    rows, card = [tax("0.01", number=2)], paid(1, "100.01")
    before = order([line(1, priced("80.00")), line(2, priced("20.00", "20.01"))], "100.01", taxes=rows)
    after = order([line(1, priced("80.00")), line(2, priced("15.00", "15.01"))], "95.01", taxes=rows)
    back = refund(7, "20.01", "0.01", [thing(PRODUCT, 2)])
    done = lived(snapshot(before, [card], [back]))
    made = planned(snapshot(after, [card], [back]), booked=done)
    assert shown(entry(made, CORRECTION)) == [
        "credit 1200 5.00 receivable: sale",
        "debit 4000 5.00 sales: sale",
        "credit 4950 5.00 returns: refund 7",
        "debit 1200 5.00 receivable: refund 7",
    ]


def test_without_an_edit_a_refund_is_returns() -> None:
    assert ledger(lived(snapshot(WHOLE, [CARD], [FOR_ITS_LINE]))) == RETURNED


def test_only_so_much_is_paid_off_as_is_owed_and_tax_goes_with_the_rest() -> None:
    made = order([line(1, priced("80.00"), quantity=4)], "88.00", taxes=[tax("8.00", number=1)])
    back = refund(7, "22.00", "2.00", [thing(PRODUCT, 1)])
    taken = snapshot(made, [paid(1, "99.00")], [back])
    assert shown(entry(planned(taken), REFUND)) == [
        "debit 1200 11.00 receivable: refund 7",
        "debit 4950 10.00 returns: refund 7",
        "debit 2200 1.00 tax: refund 7 TX Sales Tax",
        "credit 1091 22.00 clearing: refund 7",
    ]


def test_several_refunds_share_it_in_turn() -> None:
    fifteen = [
        replace(ON_THE_ORDER, id=number, total=back.total, payments=back.payments)
        for number, back in (
            (7, refund(7, "15.00", "0.00", [])),
            (8, refund(8, "15.00", "0.00", [])),
        )
    ]
    backs = [replace(one, items=(thing(ORDER, 1042, requested="15.00"),)) for one in fifteen]
    made = planned(snapshot(LOWERED, [CARD], backs))
    assert shown(entry(made, REFUND, 7))[0] == "debit 1200 15.00 receivable: refund 7"
    assert shown(entry(made, REFUND, 8))[:2] == [
        "debit 1200 5.00 receivable: refund 8",
        "debit 4950 10.00 returns: refund 8 order-level refund",
    ]


def test_a_refund_for_a_lost_line_comes_before_one_that_anything_explains() -> None:
    goodwill = replace(ON_THE_ORDER, id=3)
    done = lived(snapshot(WHOLE, [CARD]), snapshot(LOWERED, [CARD], [goodwill]))
    assert ledger(done) == KEPT
    done = read(done, snapshot(LOWERED, [CARD], [goodwill, FOR_ITS_LINE]))
    assert ledger(done) == {"1091": Decimal(60), "4000": Decimal(-80), "4950": Decimal(20)}


def test_a_refund_for_a_lost_line_of_which_nothing_was_paid_too_much_is_held() -> None:
    posting = only(planned(snapshot(LOWERED, [paid(1, "80.00")], [FOR_ITS_LINE])), REFUND)
    assert faults(posting) == ["unexplained_total: refund 7 is for line 2, which order 1042 does not have"]


TAXED = order(
    [line(1, priced("80.00"), quantity=4), line(2, priced("20.00", "22.00"))], "102.00", taxes=[tax("2.00", number=2)]
)
OF_BOTH_LINES = refund(7, "42.00", "2.00", [thing(PRODUCT, 1), thing(PRODUCT, 2)])


@pytest.mark.parametrize("first", ["the line", "the refund", "both at once", "undone and done again"])
def test_of_a_refund_for_a_lost_and_a_kept_line_the_kept_one_is_returns_with_its_own_tax(first: str) -> None:
    card = paid(1, "102.00")
    returned, after = snapshot(TAXED, [card], [OF_BOTH_LINES]), snapshot(LOWERED, [card], [OF_BOTH_LINES])
    between = {
        "the line": [snapshot(TAXED, [card]), snapshot(LOWERED, [card])],
        "the refund": [returned],
        "both at once": [],
        "undone and done again": [after, returned],
    }[first]
    assert ledger(lived(*between, after)) == {"1091": Decimal(60), "4000": Decimal(-80), "4950": Decimal(20)}


def test_of_two_refunds_each_pays_off_its_own_lost_line() -> None:
    card, other = paid(1, "112.00"), line(3, priced("10.00"))
    before = order([*TAXED.lines, other], "112.00", taxes=TAXED.taxes)
    backs = [OF_BOTH_LINES, refund(8, "10.00", "0.00", [thing(PRODUCT, 3)])]
    made = planned(snapshot(LOWERED, [card], backs))
    assert shown(entry(made, REFUND, 7)) == [
        "debit 1200 22.00 receivable: refund 7",
        "debit 4950 20.00 returns: refund 7",
        "credit 1091 42.00 clearing: refund 7",
    ]
    assert shown(entry(made, REFUND, 8))[0] == "debit 1200 10.00 receivable: refund 8"
    done = lived(snapshot(before, [card], backs), snapshot(LOWERED, [card], backs))
    assert ledger(done) == {"1091": Decimal(60), "4000": Decimal(-80), "4950": Decimal(20)}


def test_where_more_was_paid_too_much_a_part_of_the_kept_line_is_returns() -> None:
    made = planned(snapshot(LOWERED, [paid(1, "112.00")], [OF_BOTH_LINES]))
    assert shown(entry(made, REFUND)) == [
        "debit 1200 32.00 receivable: refund 7",
        "debit 4950 10.00 returns: refund 7",
        "credit 1091 42.00 clearing: refund 7",
    ]


def test_a_refund_for_a_lost_and_a_kept_line_that_the_kept_one_does_not_explain_is_held() -> None:
    posting = only(planned(snapshot(LOWERED, [paid(1, "90.00")], [OF_BOTH_LINES])), REFUND)
    assert faults(posting) == ["unexplained_total: refund 7 is for line 2, which order 1042 does not have"]


def test_an_overpayment_given_back_is_no_return() -> None:
    back = replace(ON_THE_ORDER, payments=(way("15.00"), way("5.00", "storecredit")))
    done = lived(snapshot(LOWERED, [paid(1, "80.00"), paid(2, "20.00")], [back]))
    assert ledger(done) == {"1091": Decimal(85), "2310": Decimal(-5), "4000": Decimal(-80)}


def test_a_payment_that_is_read_after_the_refund_is_made_good() -> None:
    done = lived(snapshot(LOWERED, [], [ON_THE_ORDER]), snapshot(LOWERED, [CARD], [ON_THE_ORDER]))
    assert ledger(done) == KEPT


def test_an_edit_undone_makes_returns_of_it_again() -> None:
    whole, lowered = snapshot(WHOLE, [CARD], [ON_THE_ORDER]), snapshot(LOWERED, [CARD], [ON_THE_ORDER])
    assert ledger(lived(whole, lowered, whole)) == RETURNED
    assert ledger(lived(lowered, whole)) == RETURNED


def test_what_was_paid_for_a_lost_line_never_becomes_returns() -> None:
    other = order([*LOWERED.lines, line(3, priced("30.00"))], "110.00")
    done = lived(snapshot(LOWERED, [CARD], [FOR_ITS_LINE]), snapshot(other, [CARD], [FOR_ITS_LINE]))
    assert ledger(done) == {"1091": Decimal(80), "1200": Decimal(30), "4000": Decimal(-110)}


def test_a_return_that_the_order_no_longer_explains_stays_what_it_is_booked_as() -> None:
    back = refund(7, "20.00", "0.00", [thing(PRODUCT, 1)])
    dearer = order([line(1, priced("120.00"), quantity=4)], "120.00")
    done = lived(snapshot(LOWERED, [CARD], [back]), snapshot(dearer, [CARD], [back]))
    assert ledger(done) == {"1091": Decimal(80), "1200": Decimal(40), "4000": Decimal(-120)}


def test_an_edit_that_does_not_add_up_changes_no_refund() -> None:
    odd = order([line(1, priced("80.00"), quantity=4)], "70.00")
    before = snapshot(WHOLE, [CARD], [ON_THE_ORDER])
    assert ledger(lived(before, snapshot(odd, [CARD], [ON_THE_ORDER]))) == RETURNED


def test_cancelled_afterwards_the_buyer_is_owed_what_the_shop_kept() -> None:
    off = replace(LOWERED, status=OrderStatus.CANCELLED)
    done = lived(snapshot(WHOLE, [CARD], [FOR_ITS_LINE]), snapshot(LOWERED, [CARD], [FOR_ITS_LINE]))
    done = read(done, snapshot(off, [CARD], [FOR_ITS_LINE]))
    assert ledger(done) == {"1091": Decimal(80), "1200": Decimal(-80)}
    assert ledger(read(done, snapshot(LOWERED, [CARD], [FOR_ITS_LINE]))) == KEPT
    rest = refund(8, "80.00", "0.00", [thing(ORDER, 1042)])
    assert ledger(read(done, snapshot(off, [CARD], [FOR_ITS_LINE, rest]))) == {}


def test_cancelled_after_all_of_it_was_returned_there_is_nothing_to_reverse() -> None:
    rest = refund(8, "80.00", "0.00", [thing(PRODUCT, 1, 4)])
    taken = snapshot(LOWERED, [CARD], [FOR_ITS_LINE, rest])
    done = lived(snapshot(WHOLE, [CARD]), taken)
    off = replace(taken, order=replace(LOWERED, status=OrderStatus.CANCELLED))
    assert left_out(planned(off, booked=done)) == {
        ("order", 1042): "cancelled after all of it was refunded: nothing to reverse"
    }
    assert ledger(read(done, off)) == {"4000": Decimal(-80), "4950": Decimal(80)}


def test_cancelled_after_more_was_returned_than_the_edited_order_sells_all_of_it_is_taken_back() -> None:
    whole = refund(7, "100.00", "0.00", [thing(PRODUCT, 1, 4), thing(PRODUCT, 2)])
    done = lived(snapshot(WHOLE, [], [whole]), snapshot(LOWERED, [paid(1, "60.00")], [whole]))
    off = replace(LOWERED, status=OrderStatus.CANCELLED)
    assert ledger(read(done, snapshot(off, [paid(1, "60.00"), paid(2, "40.00")], [whole]))) == {}


def test_unposted_and_booked_again_it_is_the_same() -> None:
    taken = snapshot(LOWERED, [CARD], [FOR_ITS_LINE])
    done = lived(snapshot(WHOLE, [CARD], [FOR_ITS_LINE]), taken)
    out = Unposting("operator:jo", CHANGED)
    done = read(done, taken, unposting=out)
    assert ledger(done) == {}
    assert ledger(read(done, taken, unposting=replace(out, again_at=CHANGED))) == KEPT


def test_where_infor_books_the_sale_the_refund_meets_the_payment_on_the_receivable() -> None:
    readings = [snapshot(WHOLE, [CARD], [FOR_ITS_LINE]), snapshot(LOWERED, [CARD], [FOR_ITS_LINE])]
    done = lived(*readings, booking=Booking.OPERATIONAL)
    assert ledger(done) == {"1091": Decimal(80), "1200": Decimal(-80)}


@given(histories())
def test_when_the_total_is_what_the_shop_kept_nobody_owes_and_just_that_is_earned(
    life: tuple[list[Snapshot], Decimal],
) -> None:
    readings, kept = life
    found = ledger(lived(*readings))
    assert found.get("1200", Decimal(0)) == 0
    earned = sum(
        (amount for account, amount in found.items() if account not in {"1090", "1091", "2300", "2310"}), Decimal(0)
    )
    assert -earned == kept
