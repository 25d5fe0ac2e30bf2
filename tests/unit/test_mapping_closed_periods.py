"""Journals of a day whose accounting period is closed: held, or booked in the next open one and said so."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import (
    CAPTURE,
    CERTIFICATE,
    CHANGED,
    ONE_TEE_BACK,
    ORDERED,
    booked,
    entry,
    faults,
    line,
    only,
    order,
    paid,
    planned,
    priced,
    profile,
    snapshot,
    tee_and_mug,
    without,
)

from connector.domain import content
from connector.domain.connection import Booking
from connector.domain.journal import JournalEntry, dated
from connector.domain.order import Order, OrderStatus
from connector.domain.period import AccountingPeriod, Calendar, Unsent
from connector.domain.plan import Plan, Unposting
from connector.domain.posting import JOURNAL_KINDS, PostingKind

SALE, PAYMENT, REFUND = PostingKind.SALE, PostingKind.PAYMENT, PostingKind.REFUND
NEXT_OPEN = profile(**{'tolerance: "0.02"': 'tolerance: "0.02", closed_period: next_open'})
FEBRUARY, MARCH, APRIL, MAY = (
    AccountingPeriod(f"2026-{month:02}", date(2026, month, 1), date(2026, month + 1, 1) - timedelta(days=1), False)
    for month in range(2, 6)
)
SHUT = replace(MARCH, closed=True)
MARCH_IS_SHUT = Calendar((FEBRUARY, SHUT, APRIL, MAY))
WHOLE = snapshot(tee_and_mug(), [CERTIFICATE, CAPTURE], [ONE_TEE_BACK])
OUT = Unposting("operator:jo", CHANGED + timedelta(days=5))
HELD = "period_closed: period 2026-03 is closed in the ERP, and 2026-03-03 lies in it"


def journals(made: Plan) -> dict[str, JournalEntry | None]:
    return {
        f"{one.kind.value} {one.source}": one.content if isinstance(one.content, JournalEntry) else None
        for one in made.postings
        if one.kind in JOURNAL_KINDS
    }


def days(made: Plan) -> set[tuple[date | None, date | None]]:
    return {(one.date, one.moved_from) if one else (None, None) for one in journals(made).values()}


def test_an_open_period_changes_nothing():
    assert planned(WHOLE, calendar=Calendar((FEBRUARY, MARCH, APRIL))) == planned(WHOLE)
    assert planned(WHOLE, calendar=Calendar((FEBRUARY, replace(APRIL, closed=True)))) == planned(WHOLE)


def test_the_profile_holds_unless_it_says_otherwise():
    made = planned(WHOLE, calendar=MARCH_IS_SHUT)
    assert set(journals(made).values()) == {None}
    assert faults(only(made, SALE)) == [HELD]
    assert faults(only(made, REFUND)) == [HELD.replace("03-03", "03-10")]


def test_every_other_gap_of_the_posting_is_told_too():
    made = planned(WHOLE, with_profile=without("shipping"), calendar=MARCH_IS_SHUT)
    missing, closed = faults(only(made, SALE))
    assert missing.startswith("mapping_gap: ")
    assert closed == HELD
    assert [
        one.partition(":")[0] for one in faults(only(planned(WHOLE, with_profile=without("shipping")), SALE))
    ] == ["mapping_gap"]


def test_the_sales_order_goes_out_all_the_same():
    made = planned(WHOLE, calendar=MARCH_IS_SHUT, booking=Booking.FULL)
    assert only(made, PostingKind.SALES_ORDER).content is not None
    assert only(made, SALE).content is None


def test_next_open_books_on_the_first_day_of_the_next_open_period_and_names_the_day_it_happened():
    made = planned(WHOLE, with_profile=NEXT_OPEN, calendar=MARCH_IS_SHUT)
    assert {one.moved_from for one in journals(made).values() if one} == {date(2026, 3, 3), date(2026, 3, 10)}
    assert {one.date for one in journals(made).values() if one} == {APRIL.first}
    sale = entry(made, SALE)
    assert sale.text == "BC-1042 sale 2026-03-03"
    assert sale.line_text(sale.lines[0], 40) == "BC-1042 sale 2026-03-03"
    assert sale.key == entry(planned(WHOLE), SALE).key
    assert replace(sale, date=date(2026, 3, 3), moved_from=None, text="BC-1042 sale") == entry(planned(WHOLE), SALE)


def test_closed_periods_behind_it_are_passed_over_and_without_an_open_one_it_is_held():
    april_too = Calendar((SHUT, MAY, replace(APRIL, closed=True)))
    assert entry(planned(WHOLE, with_profile=NEXT_OPEN, calendar=april_too), SALE).date == MAY.first
    made = planned(WHOLE, with_profile=NEXT_OPEN, calendar=Calendar((FEBRUARY, SHUT)))
    assert faults(only(made, SALE)) == [f"{HELD}; no later period is open"]


def test_a_refund_whose_sale_was_booked_before_the_period_closed_obeys():
    done = booked(planned(snapshot(tee_and_mug(), [CERTIFICATE, CAPTURE])))
    held = planned(WHOLE, booked=done, calendar=MARCH_IS_SHUT)
    assert entry(held, SALE).date == date(2026, 3, 3)
    assert only(held, REFUND).content is None
    moved = planned(WHOLE, booked=done, with_profile=NEXT_OPEN, calendar=MARCH_IS_SHUT)
    assert (entry(moved, SALE).date, entry(moved, REFUND).date) == (date(2026, 3, 3), APRIL.first)


@pytest.mark.parametrize(
    ("kind", "taken", "more"),
    [
        (PostingKind.REVERSAL, snapshot(tee_and_mug(status=OrderStatus.CANCELLED)), {}),
        (PostingKind.CORRECTION, snapshot(order([], "0.00")), {}),
        (PostingKind.UNPOST_SALE, snapshot(tee_and_mug()), {"unposting": OUT}),
    ],
)
def test_what_takes_a_sale_back_obeys(kind: PostingKind, taken, more):
    done = booked(planned(snapshot(tee_and_mug())))
    [fault] = faults(only(planned(taken, booked=done, calendar=MARCH_IS_SHUT, **more), kind))
    assert fault.startswith("period_closed: period 2026-03 is closed")
    moved = entry(planned(taken, booked=done, with_profile=NEXT_OPEN, calendar=MARCH_IS_SHUT, **more), kind)
    happened = OUT.at if kind is PostingKind.UNPOST_SALE else CHANGED
    assert (moved.date, moved.moved_from) == (APRIL.first, happened.date())
    assert moved.text == f"BC-1042 {kind.value.replace('_', ' ')} {happened:%Y-%m-%d}"


def test_what_is_on_its_way_never_moves():
    done = booked(planned(WHOLE, with_profile=NEXT_OPEN, calendar=MARCH_IS_SHUT))
    for calendar in (Calendar((MARCH, APRIL)), Calendar((SHUT, replace(APRIL, closed=True), MAY)), Calendar()):
        made = planned(WHOLE, booked=done, with_profile=NEXT_OPEN, calendar=calendar)
        assert [one.content for one in made.postings] == [one.content for one in done]


def waiting(made: Plan, *kinds: PostingKind) -> dict[str, Unsent]:
    """What of a plan was written and did not go out."""
    return {
        f"acme:{one.kind.value}:{one.source}:{one.revision}": Unsent(
            one.occurred_at, one.content if isinstance(one.content, JournalEntry) else None
        )
        for one in made.postings
        if one.kind in (kinds or JOURNAL_KINDS)
    }


def test_a_day_that_was_decided_stands_until_it_cannot_be_booked_on():
    moved = waiting(planned(WHOLE, with_profile=NEXT_OPEN, calendar=MARCH_IS_SHUT), SALE)
    reopened, closed_since = (
        Calendar((MARCH, APRIL), moved),
        Calendar((SHUT, replace(APRIL, closed=True), MAY), moved),
    )
    assert entry(planned(WHOLE, with_profile=NEXT_OPEN, calendar=reopened), SALE).date == APRIL.first
    assert entry(planned(WHOLE, with_profile=NEXT_OPEN, calendar=closed_since), SALE).date == MAY.first
    assert entry(planned(WHOLE, calendar=reopened), SALE).date == date(2026, 3, 3)  # the profile says hold now
    other = replace(WHOLE, order=replace(WHOLE.order, created_at=ORDERED - timedelta(days=1)))
    assert entry(planned(other, with_profile=NEXT_OPEN, calendar=reopened), SALE).date == date(2026, 3, 2)


# --- an order that is touched after its period closed

BOOKED = booked(planned(snapshot(tee_and_mug())))
LATER = datetime(2026, 4, 5, 9, 0, tzinfo=UTC)
CANCELLED = tee_and_mug(status=OrderStatus.CANCELLED)
LOWERED, EMPTIED = order([line(1, priced("100.00"))], "100.00"), order([], "0.00")


def touched(made: Order) -> Order:
    return replace(made, modified_at=LATER, note="archived")


@pytest.mark.parametrize(("kind", "made"), [(PostingKind.REVERSAL, CANCELLED), (PostingKind.CORRECTION, LOWERED)])
def test_what_is_held_for_its_day_stays_held_whatever_touches_its_order(kind: PostingKind, made: Order):
    before = planned(snapshot(made), booked=BOOKED, calendar=MARCH_IS_SHUT)
    shut = replace(MARCH_IS_SHUT, unsent=waiting(before, kind))
    after = only(planned(snapshot(touched(made)), booked=BOOKED, calendar=shut), kind)
    assert faults(after) == ["period_closed: period 2026-03 is closed in the ERP, and 2026-03-12 lies in it"]
    opened = Calendar((FEBRUARY, MARCH, APRIL), waiting(before, kind))
    assert entry(planned(snapshot(touched(made)), booked=BOOKED, calendar=opened), kind).date == CHANGED.date()


@pytest.mark.parametrize(("kind", "made"), [(PostingKind.REVERSAL, CANCELLED), (PostingKind.CORRECTION, LOWERED)])
def test_what_was_put_into_the_next_period_stays_there_and_names_its_first_day(kind: PostingKind, made: Order):
    before = planned(snapshot(made), booked=BOOKED, with_profile=NEXT_OPEN, calendar=MARCH_IS_SHUT)
    shut = replace(MARCH_IS_SHUT, unsent=waiting(before, kind))
    after = planned(snapshot(touched(made)), booked=BOOKED, with_profile=NEXT_OPEN, calendar=shut)
    assert entry(after, kind) == entry(before, kind)
    assert (entry(after, kind).date, entry(after, kind).moved_from) == (APRIL.first, CHANGED.date())
    mended = replace(NEXT_OPEN, version=2)
    again = planned(snapshot(touched(made)), booked=BOOKED, with_profile=mended, calendar=shut)
    assert entry(again, kind).moved_from == CHANGED.date()


def test_a_correction_with_other_lines_is_of_the_day_of_the_last_edit():
    before = planned(snapshot(LOWERED), booked=BOOKED, with_profile=NEXT_OPEN, calendar=MARCH_IS_SHUT)
    shut = replace(MARCH_IS_SHUT, unsent=waiting(before, PostingKind.CORRECTION))
    after = planned(snapshot(touched(EMPTIED)), booked=BOOKED, with_profile=NEXT_OPEN, calendar=shut)
    correction = entry(after, PostingKind.CORRECTION)
    assert (correction.date, correction.moved_from) == (LATER.date(), None)


def test_a_sale_booked_anew_keeps_the_day_of_the_reopening():
    off = booked(planned(snapshot(CANCELLED), booked=BOOKED))
    before = planned(snapshot(tee_and_mug()), booked=off, with_profile=NEXT_OPEN, calendar=MARCH_IS_SHUT)
    [anew] = [one for one in before.postings if (one.kind, one.revision) == (SALE, 2)]
    shut = replace(MARCH_IS_SHUT, unsent={"acme:sale:1042:2": waiting(before)["acme:sale:1042:2"]})
    after = planned(snapshot(touched(tee_and_mug())), booked=off, with_profile=NEXT_OPEN, calendar=shut)
    assert [one for one in after.postings if one.revision == 2] == [anew]
    assert (anew.occurred_at, anew.content.moved_from) == (CHANGED, CHANGED.date())


def test_the_day_counts_where_the_company_keeps_its_books():
    late = datetime(2026, 4, 1, 3, 0, tzinfo=UTC)
    taken = snapshot(tee_and_mug(created_at=late))
    company = {"company": "100", "division": "AAA", "timezone": "America/New_York"}
    assert only(planned(taken, calendar=MARCH_IS_SHUT), SALE).content is not None
    assert only(planned(taken, calendar=MARCH_IS_SHUT, company=company), SALE).content is None


def test_the_day_it_happened_stands_in_every_text_however_long_it_is():
    taken = snapshot(tee_and_mug(), [paid(859263901234567, "227.77")])
    made = planned(taken, with_profile=NEXT_OPEN, calendar=MARCH_IS_SHUT, store_prefix="EUROPE")
    payment = entry(made, PAYMENT)
    texts = [payment.text, *(payment.line_text(line, 40) for line in payment.lines)]
    assert all(len(text) <= 40 and text.startswith("EUROPE-BC-1042 payment 85926") for text in texts)
    assert all(text.endswith(" 2026-03-03") for text in texts)
    assert dated("x" * 50, None, 40) == "x" * 40


def test_a_moved_journal_is_stored_with_both_its_days():
    moved = entry(planned(WHOLE, with_profile=NEXT_OPEN, calendar=MARCH_IS_SHUT), SALE)
    assert content.load(content.dump(moved)) == moved


# --- the rule, for any calendar


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    """Periods of any lengths one after the other, some of them closed, told in any order."""
    first = ORDERED.date() - timedelta(days=draw(st.integers(-5, 90)))
    made = []
    for number, length in enumerate(draw(st.lists(st.integers(1, 60), max_size=6))):
        last = first + timedelta(days=length - 1)
        made.append(AccountingPeriod(f"2026-{number:02}", first, last, draw(st.booleans())))
        first = last + timedelta(days=1)
    return Calendar(tuple(draw(st.permutations(made))))


@given(calendars(), st.booleans())
def test_a_journal_is_booked_on_its_own_day_or_on_the_first_later_one_that_is_open_or_held(calendar: Calendar, moves):
    happened = ORDERED.date()
    made = planned(snapshot(tee_and_mug()), calendar=calendar, with_profile=NEXT_OPEN if moves else profile())
    sale = only(made, SALE)
    later = sorted(one.first for one in calendar.periods if not one.closed and one.first > happened)
    if not any(one.closed and one.has(happened) for one in calendar.periods):
        assert (sale.content.date, sale.content.moved_from) == (happened, None)
    elif moves and later:
        assert (sale.content.date, sale.content.moved_from) == (later[0], happened)
    else:
        assert [fault.code for fault in sale.faults] == ["period_closed"]


@given(calendars(), calendars())
def test_planning_again_gives_the_same_entry_while_its_day_is_open(before: Calendar, after: Calendar):
    taken = snapshot(tee_and_mug())
    first = only(planned(taken, calendar=before, with_profile=NEXT_OPEN), SALE).content
    if first is None or first.moved_from is None or after.closed(first.date):
        return
    kept = replace(after, unsent={"acme:sale:1042:1": Unsent(ORDERED, first)})
    assert only(planned(taken, calendar=kept, with_profile=NEXT_OPEN), SALE).content == first
