"""What shoppers were charged is what our journals count for, whatever happens to an order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from strategies import (
    CAPTURE,
    CERTIFICATE,
    CHANGED,
    ONE_TEE_BACK,
    ORDERED,
    PROFILE,
    REFUNDED,
    Bought,
    booked,
    bought,
    entry,
    histories,
    in_currency,
    item,
    line,
    order,
    paid,
    planned,
    priced,
    profile,
    refund,
    snapshot,
    tee_and_mug,
    way,
)

from connector.domain.books import BookedJournal, BookedLine
from connector.domain.connection import Booking
from connector.domain.journal import JournalEntry
from connector.domain.order import LineKind, OrderStatus, Snapshot
from connector.domain.payment import PaymentEvent
from connector.domain.period import AccountingPeriod, Calendar
from connector.domain.plan import Booked, Unposting
from connector.domain.posting import PostingKind, PostingState
from connector.domain.reconciliation import Fact, Figure
from connector.domain.refund import RefundItemKind
from connector.mapping import charged
from connector.mapping.charged import Charged

SALE, REVERSAL, REFUND, PAYMENT = PostingKind.SALE, PostingKind.REVERSAL, PostingKind.REFUND, PostingKind.PAYMENT
Told = Counter[tuple[Fact, str, date]]


def day(moment: datetime) -> date:
    return moment.date()


def laid_open(done: Iterable[Booked], state: PostingState = PostingState.CONFIRMED) -> list[BookedJournal]:
    """Journals as the tables have them, in the order in which they were planned."""
    return [
        BookedJournal(
            id=number,
            key=f"acme:{one.kind.value}:{one.source}:{one.revision}",
            kind=one.kind,
            source=one.source,
            revision=one.revision,
            order=1042,
            reference=one.content.reference,
            state=state,
            voucher=f"2026/{number}",
            reason="",
            day=one.content.date,
            currency=one.content.currency,
            lines=tuple(BookedLine(it.account, it.role, it.rule, it.signed, it.text) for it in one.content.lines),
            moved_from=one.content.moved_from,
        )
        for number, one in enumerate(done, start=1)
        if isinstance(one.content, JournalEntry)
    ]


def figures(taken: Snapshot, journals: list[BookedJournal], **more: object) -> list[Figure]:
    return list(Charged(taken, journals, more.pop("booking", Booking.LEDGER), day, **more).figures())  # type: ignore[arg-type]


def assert_same(taken: Snapshot, done: Iterable[Booked]) -> None:
    """The store's figures are what the journals count for, fact by fact and day by day."""
    journals = laid_open(done)
    store, ours = Told(), Told()
    labels = {}
    for figure in figures(taken, journals):
        store[figure.fact, figure.what, figure.day] += figure.amount  # type: ignore[assignment]
        labels[figure.fact] = figure.what if figure.what != "tax" else labels.get(figure.fact, "")
    for one in journals:
        fact = Fact(one.order, one.kind, one.source, one.revision)
        for counted in charged.counted(one, labels.get(fact, "")):
            ours[fact, counted.what, one.day] += counted.amount  # type: ignore[assignment]
    assert {key: amount for key, amount in store.items() if amount} == {
        key: amount for key, amount in ours.items() if amount
    }


def grown(done: tuple[Booked, ...], taken: Snapshot) -> tuple[Booked, ...]:
    known = {(one.kind, one.source, one.revision) for one in done}
    new = [one for one in booked(planned(taken, booked=done)) if (one.kind, one.source, one.revision) not in known]
    return done + tuple(new)


OUT = Unposting("operator:jo", CHANGED + timedelta(days=5))


def lived(done: tuple[Booked, ...], taken: Snapshot, unposting: Unposting | None = None) -> tuple[Booked, ...]:
    known = {(one.kind, one.source, one.revision) for one in done}
    made = booked(planned(taken, booked=done, unposting=unposting))
    return done + tuple(one for one in made if (one.kind, one.source, one.revision) not in known)


@given(bought(), st.data())
def test_an_order_unposted_and_booked_again_is_charged_as_it_is_booked(one: Bought, data: st.DataObject) -> None:
    statuses = st.sampled_from([one.order.status, OrderStatus.CANCELLED])
    taken = replace(one.snapshot, order=replace(one.order, status=data.draw(statuses)))
    done = lived(booked(planned(one.snapshot)), taken)
    done = lived(done, taken, OUT)
    assume(all(each.content is not None for each in done))  # nothing is held
    assert_same(taken, done)
    assert_same(taken, lived(done, one.snapshot, replace(OUT, again_at=OUT.at + timedelta(days=2))))


MARCH = AccountingPeriod("2026-03", date(2026, 3, 1), date(2026, 3, 31), closed=True)
CLOSED = Calendar((MARCH, AccountingPeriod("2026-04", date(2026, 4, 1), date(2026, 4, 30), closed=False)))
NEXT_OPEN = profile(**{'tolerance: "0.02"': 'tolerance: "0.02", closed_period: next_open'})


@given(bought(), st.sets(st.sampled_from([SALE, PAYMENT, REFUND])))
def test_what_moves_into_the_next_period_is_charged_on_the_day_it_is_booked(one: Bought, before: set[PostingKind]):
    done = booked(planned(one.snapshot), *before) if before else ()
    made = planned(one.snapshot, booked=done, with_profile=NEXT_OPEN, calendar=CLOSED)
    journals = laid_open(booked(made))
    assert {one.kind in before for one in journals if one.moved_from is None} <= {True}
    assert_same(one.snapshot, booked(made))


def test_what_is_unposted_is_charged_though_its_money_is_left_out() -> None:
    taken = snapshot(tee_and_mug(), [CAPTURE])
    done = lived(booked(planned(taken)), taken, OUT)
    journals = laid_open(done)
    assert figures(taken, journals, left_out={("transaction", CAPTURE.id)}) == figures(taken, journals)
    assert sum(figure.amount for figure in figures(taken, journals)) == 0


@given(bought(), bought(), st.booleans())
def test_an_edited_order_is_charged_as_it_is_booked(one: Bought, other: Bought, unposted: bool) -> None:
    now = snapshot(other.order, one.transactions)
    done = lived(booked(planned(snapshot(one.order, one.transactions))), now)
    assert_same(now, lived(done, now, OUT) if unposted else done)


@given(bought(), bought(), st.booleans())
def test_an_order_edited_while_it_was_out_of_the_books_is_charged_as_it_is_booked(
    one: Bought, other: Bought, cancelled: bool
) -> None:
    before, now = snapshot(one.order, one.transactions), snapshot(other.order, one.transactions)
    if cancelled:
        done = lived(booked(planned(before)), replace(before, order=replace(one.order, status=OrderStatus.CANCELLED)))
        assert_same(now, lived(done, now))
    else:
        done = lived(booked(planned(before)), before, OUT)
        assert_same(now, done)
        assert_same(now, lived(done, now, replace(OUT, again_at=OUT.at + timedelta(days=2))))


@given(bought(), bought(), st.integers(0, 2))
def test_an_order_edited_and_cancelled_within_one_reading_is_charged_as_it_is_booked(
    one: Bought, other: Bought, given_back: int
) -> None:
    refunds = one.refunds[:given_back]
    done = booked(planned(snapshot(one.order, one.transactions, refunds)))
    now = snapshot(replace(other.order, status=OrderStatus.CANCELLED), one.transactions, refunds)
    assert_same(now, lived(done, now))


lives = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from(["stands", "stands", "cancelled", "out"])), min_size=1, max_size=5
)


@given(st.tuples(bought(), bought(), bought()), lives)
def test_whatever_becomes_of_an_order_it_is_charged_as_it_is_booked(
    readings: tuple[Bought, ...], life: list[tuple[int, str]]
) -> None:
    done = booked(planned(snapshot(readings[0].order, readings[0].transactions)))
    unposting = None
    for day, (reading, what) in enumerate(life):
        status = OrderStatus.CANCELLED if what == "cancelled" else readings[reading].order.status
        now = snapshot(replace(readings[reading].order, status=status), readings[0].transactions)
        moment = OUT.at + timedelta(days=day)
        if what == "out":
            unposting = Unposting("operator:jo", moment)
        elif unposting is not None:
            unposting = replace(unposting, again_at=moment)
        done = lived(done, now, unposting)
        assert_same(now, done)


TOTALS = tee_and_mug().totals
ONE_LESS = replace(tee_and_mug(), totals=replace(TOTALS, shipping=priced("11.50"), total=priced("226.77")))


def test_a_correction_that_alone_was_unposted_is_charged_as_it_is_booked() -> None:
    now = snapshot(ONE_LESS)
    done = lived(lived((), snapshot(tee_and_mug())), now)
    done = lived(done, now, OUT)[: len(done) + 1]
    assert done[-1].kind is PostingKind.UNPOST_CORRECTION
    assert_same(now, lived(done, now, replace(OUT, again_at=OUT.at + timedelta(days=2))))


def test_a_correction_planned_before_a_cancellation_and_booked_after_it_is_charged_as_it_is_booked() -> None:
    whole, now = snapshot(tee_and_mug()), snapshot(ONE_LESS)
    cancelled = replace(whole, order=replace(whole.order, status=OrderStatus.CANCELLED))
    sale, reversal, again, correction = lived(lived(lived(lived((), whole), cancelled), whole), now)
    assert_same(now, [sale, correction, reversal, again])


def test_tax_that_the_profile_alone_finds_in_a_refund_counts_as_it_is_booked() -> None:
    given = refund(14, "40.00", "0.00", [item(RefundItemKind.ORDER, 1042, requested="40.00")])
    taken = snapshot(tee_and_mug(), [CAPTURE], [given])
    made = planned(taken, with_profile=profile(PROFILE + "refunds: {order_level: prorated}\n"))
    assert "tax" in {line.role for line in entry(made, REFUND).lines}
    assert_same(taken, booked(made))


def test_what_was_booked_in_another_currency_counts_in_it() -> None:
    taken = snapshot(tee_and_mug())
    euros = in_currency(taken, "EUR")
    done = lived(booked(planned(taken)), euros, OUT)
    journals = laid_open(lived(done, euros, replace(OUT, again_at=OUT.at)))
    assert {(one.fact.kind, one.fact.revision, one.currency) for one in figures(euros, journals)} == {
        (SALE, 1, "USD"),
        (PostingKind.UNPOST_SALE, 1, "USD"),
        (SALE, 2, "EUR"),
    }


def test_a_declined_part_of_a_refund_that_was_unposted_since_is_no_difference() -> None:
    halves = replace(ONE_TEE_BACK, payments=(way("20.00"), way("28.67", "paypal")))
    taken = snapshot(tee_and_mug(), [CAPTURE], [halves])
    done = lived(booked(planned(taken)), taken, OUT)
    declined = replace(halves, payments=(way("20.00"), way("28.67", "paypal", declined=True)))
    now = replace(taken, refunds=(declined,))
    assert_same(now, done)
    assert_same(now, lived(done, now, replace(OUT, again_at=OUT.at + timedelta(days=2))))


def test_an_edit_that_nothing_corrected_is_a_difference() -> None:
    before = snapshot(tee_and_mug(), [CAPTURE])
    journals = laid_open(booked(planned(before)))
    less = replace(tee_and_mug(), totals=replace(tee_and_mug().totals, total=priced("200.00")))
    told = {one.what: str(one.amount) for one in figures(snapshot(less, [CAPTURE]), journals)}
    assert (told["sales"], journals[0].lines[0].amount) == ("200.00", Decimal("227.77"))


def test_a_held_reversal_is_told_with_what_was_booked_though_the_order_was_edited_too() -> None:
    less = replace(tee_and_mug(), totals=replace(tee_and_mug().totals, total=priced("200.00")))
    journals = laid_open(booked(planned(snapshot(tee_and_mug()))))
    held = replace(journals[0], id=9, kind=REVERSAL, state=PostingState.HELD, day=CHANGED.date(), lines=())
    told = figures(snapshot(replace(less, status=OrderStatus.CANCELLED)), [*journals, held])
    assert [str(one.amount) for one in told if one.what == "sales"] == ["227.77", "-227.77"]


@given(histories())
def test_an_order_edited_and_refunded_is_charged_as_it_is_booked(life: tuple[list[Snapshot], Decimal]) -> None:
    done: tuple[Booked, ...] = ()
    for taken in life[0]:
        done = lived(done, taken)
        if done:
            assert_same(taken, done)


@given(bought())
def test_any_order_that_adds_up_is_charged_as_it_is_booked(one: Bought) -> None:
    assert_same(one.snapshot, booked(planned(one.snapshot)))


@given(bought(), st.data())
def test_an_order_cancelled_and_reopened_at_any_time_is_charged_as_it_is_booked(
    one: Bought, data: st.DataObject
) -> None:
    done: tuple[Booked, ...] = ()
    seen = 0
    for _ in range(data.draw(st.integers(1, 4))):
        status = data.draw(st.sampled_from([OrderStatus.SHIPPED, OrderStatus.CANCELLED]))
        seen = data.draw(st.integers(seen, len(one.refunds)))
        now = replace(one.snapshot, order=replace(one.order, status=status), refunds=one.refunds[:seen])
        done = grown(done, now)
        if done:
            assert_same(now, done)


@given(bought(), st.data())
def test_an_order_cancelled_before_its_sale_is_charged_what_came_in_and_went_back(
    one: Bought, data: st.DataObject
) -> None:
    now = replace(one.snapshot, order=replace(one.order, status=OrderStatus.CANCELLED))
    sources = data.draw(st.sets(st.sampled_from([paid.id for paid in one.transactions]), min_size=1))
    done = booked(planned(one.snapshot), PAYMENT, sources=sources)
    assume(done)
    done = grown(done, now)
    assert {each.kind for each in done} <= {PAYMENT, REFUND}
    assert_same(now, done)
    assert_same(one.snapshot, grown(done, one.snapshot))


def test_a_paid_order_says_sales_tax_and_each_way_of_paying() -> None:
    taken = snapshot(tee_and_mug(), [CERTIFICATE, CAPTURE], [ONE_TEE_BACK])
    told = figures(taken, laid_open(booked(planned(taken))))
    assert [(one.fact.kind, one.fact.source, one.what, one.day, str(one.amount)) for one in told] == [
        (SALE, 1042, "sales", ORDERED.date(), "227.77"),
        (SALE, 1042, "tax", ORDERED.date(), "17.36"),
        (PAYMENT, 85926313, "payments giftcertificate", ORDERED.date(), "25.00"),
        (PAYMENT, 85926390, "payments braintree", ORDERED.date(), "202.77"),
        (REFUND, 12, "refunds braintree", REFUNDED.date(), "48.67"),
        (REFUND, 12, "tax", REFUNDED.date(), "-3.71"),
    ]


def test_an_order_that_nobody_planned_is_charged_all_the_same() -> None:
    told = figures(snapshot(tee_and_mug(), [CAPTURE]), [])
    assert [(one.fact.kind, one.what) for one in told] == [
        (SALE, "sales"),
        (SALE, "tax"),
        (PAYMENT, "payments braintree"),
    ]


def test_a_held_reversal_is_told_of_its_day() -> None:
    taken = snapshot(replace(tee_and_mug(), status=OrderStatus.CANCELLED))
    journals = laid_open(booked(planned(snapshot(tee_and_mug()))))
    held = replace(journals[0], id=9, kind=REVERSAL, state=PostingState.HELD, day=CHANGED.date(), lines=())
    told = figures(taken, [*journals, held])
    assert [(one.fact.kind, str(one.amount), one.day) for one in told if one.what == "sales"] == [
        (SALE, "227.77", ORDERED.date()),
        (REVERSAL, "-227.77", CHANGED.date()),
    ]


def test_a_refund_that_never_went_out_takes_no_part_in_a_reversal() -> None:
    taken = snapshot(replace(tee_and_mug(), status=OrderStatus.CANCELLED), [], [ONE_TEE_BACK])
    journals = laid_open(booked(planned(snapshot(tee_and_mug(), [], [ONE_TEE_BACK]))))
    planned_only = [replace(one, state=PostingState.HELD) if one.kind is REFUND else one for one in journals]
    told = figures(taken, [*planned_only, replace(journals[0], id=9, kind=REVERSAL, lines=())])
    assert [str(one.amount) for one in told if one.fact.kind is REVERSAL] == ["-227.77", "-17.36"]


def test_where_infor_invoices_the_sale_is_not_ours_but_gift_certificates_are() -> None:
    taken = snapshot(tee_and_mug(), [CAPTURE])
    assert [one.what for one in figures(taken, [], booking=Booking.OPERATIONAL)] == ["payments braintree"]
    certificate = order([line(1, priced("50.00"), kind=LineKind.GIFT_CERTIFICATE)], "50.00")
    assert [one.what for one in figures(snapshot(certificate), [], booking=Booking.OPERATIONAL)] == ["sales"]
    emptied = snapshot(order([], "12.50", shipping=priced("12.50")), [CAPTURE])
    journals = laid_open(booked(planned(taken, booking=Booking.OPERATIONAL)))
    assert [one.what for one in figures(emptied, journals, booking=Booking.OPERATIONAL)] == ["payments braintree"]


def test_what_is_left_out_on_purpose_and_what_moved_no_money_is_no_figure() -> None:
    refused = paid(7, "10.00", succeeded=False)
    authorized = paid(8, "10.00", event=PaymentEvent.AUTHORIZATION)
    declined = refund(9, "5.00", "0.00", [item(RefundItemKind.ORDER)], payments=[way("5.00", declined=True)])
    taken = snapshot(tee_and_mug(), [CAPTURE, refused, authorized], [ONE_TEE_BACK, declined])
    out = {("transaction", CAPTURE.id), ("refund", ONE_TEE_BACK.id)}
    assert charged.moved_money(taken) == out
    assert {one.fact.kind for one in figures(taken, [], left_out=out)} == {SALE}


@pytest.mark.parametrize(
    ("made", "tax"),
    [
        (refund(1, "10.00", "0.80", [item(RefundItemKind.PRODUCT)]), "0.80"),
        (refund(1, "4.00", "0.00", []), "4.00"),
        (refund(1, "0.00", "0.00", [item(RefundItemKind.PRODUCT)], payments=[way("10.00")]), "0.00"),
        (refund(1, "10.00", "0.80", [], merchant_override=True), "0.80"),
        (
            refund(1, "10.00", "0.80", [item(RefundItemKind.PRODUCT)], payments=[way("5"), way("5", declined=True)]),
            "0.40",
        ),
    ],
)
def test_the_tax_of_a_refund_is_the_part_that_moved(made, tax: str) -> None:
    told = figures(snapshot(tee_and_mug(), [], [made]), [])
    assert -sum(one.amount for one in told if (one.fact.kind, one.what) == (REFUND, "tax")) == Decimal(tax)


def test_a_refund_by_several_ways_is_named_by_all_of_them() -> None:
    made = refund(
        1, "10.00", "0.00", [item(RefundItemKind.PRODUCT)], payments=[way("4", "paypal"), way("6", "braintree")]
    )
    told = figures(snapshot(tee_and_mug(), [], [made]), [])
    assert [one.what for one in told if one.fact.kind is REFUND] == ["refunds braintree and paypal"]


def owed(journals: Iterable[BookedJournal], until: date = date(2026, 3, 31), **more: bool | Booking) -> Decimal:
    return charged.owed(journals, until, **{"booking": Booking.LEDGER, "ended": False, **more})


def test_what_an_order_owes_counts_until_a_day() -> None:
    journals = laid_open(booked(planned(snapshot(tee_and_mug(), [CERTIFICATE]))))
    assert owed(journals, ORDERED.date()) == Decimal("202.77")
    assert owed(journals, date(2026, 1, 1)) == 0
    assert owed([replace(one, state=PostingState.SENT) for one in journals]) == 0


def test_money_without_a_sale_is_owed_to_the_buyer_unless_infor_or_a_person_made_the_sale() -> None:
    sale, *money = laid_open(booked(planned(snapshot(tee_and_mug(), [CERTIFICATE]))))
    assert owed(money) == Decimal(-25)
    assert owed(money, booking=Booking.OPERATIONAL) == 0
    assert owed(money, booking=Booking.OPERATIONAL, ended=True) == Decimal(-25)
    by_hand = replace(sale, state=PostingState.LEFT_OUT, lines=())
    assert owed([by_hand, *money]) == 0
    assert owed([by_hand, *money, replace(by_hand, kind=REVERSAL)], ended=True) == Decimal(-25)
