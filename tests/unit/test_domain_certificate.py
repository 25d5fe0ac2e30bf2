"""The pure parts of a certificate: days, spans, and what counts as an end."""

from __future__ import annotations

import tracemalloc
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.domain.certificate import Differences, End, Ends, canonical, period, spans

NOON = datetime(2026, 3, 15, 12, 0, 0, 500, tzinfo=UTC)
DAY = date(2026, 3, 15)


def numbers_in(written: str) -> set[int]:
    """Read spans, independently of how they are written."""
    found: set[int] = set()
    for part in written.split(",") if written else ():
        first, _, last = part.partition("-")
        found.update(range(int(first), int(last or first) + 1))
    return found


@given(st.sets(st.integers(1, 60)))
def test_spans_hold_exactly_the_numbers(numbers: set[int]) -> None:
    written = spans(numbers)
    assert numbers_in(written) == numbers
    neighbours = sum(number + 1 in numbers for number in numbers)
    assert len(written.split(",") if written else []) == len(numbers) - neighbours


def test_a_hundred_thousand_ids_in_a_row_are_one_span() -> None:
    assert spans(range(1000, 101_000)) == "1000-100999"


def test_a_day_begins_and_ends_where_the_company_is() -> None:
    found = period(date(2026, 3, 7), date(2026, 3, 8), ZoneInfo("America/New_York"), now=NOON)
    assert (found.since, found.until) == (datetime(2026, 3, 7, 5, tzinfo=UTC), datetime(2026, 3, 9, 4, tzinfo=UTC))
    assert found.zone == "America/New_York"
    assert found.holds(found.since)
    assert not found.holds(found.until)


def test_a_day_that_is_not_over_is_taken_up_to_the_last_full_second() -> None:
    assert period(DAY, DAY, UTC, now=NOON).until == NOON.replace(microsecond=0)


@pytest.mark.parametrize(("first", "last"), [(date(2026, 3, 16), date(2026, 3, 16)), (DAY, date(2026, 3, 14))])
def test_what_has_not_been_is_no_period(first: date, last: date) -> None:
    with pytest.raises(ValueError, match="no period that has been"):
        period(first, last, UTC, now=NOON)


def end(number: int, state: str, reason: str = "", about: str = "orders") -> End:
    return End(about, number, number, state, reason, Decimal("1.10"), "USD")


@pytest.mark.parametrize(
    ("one", "ended"),
    [
        (end(1, "posted"), True),
        (end(1, "left_out", "cancelled before it was posted"), True),
        (end(1, "waiting", "status Pending"), True),
        (end(1, "left_out"), False),
        (end(1, "waiting"), False),
        (end(1, "held", "gateway newpay has no account"), False),
        (end(1, "rejected", "WEBGUEST is blocked"), False),
        (end(1, "open", "sent"), False),
    ],
)
def test_an_end_is_booked_or_has_the_stores_reason(one: End, ended: bool) -> None:
    assert one.ended is ended


def test_ids_that_stand_alike_are_written_together_with_their_money() -> None:
    ends = Ends()
    for number in (3, 1, 2, 7):
        ends.add(end(number, "posted"))
    ends.add(end(4, "left_out", "status Incomplete"))
    assert ends.written() == [
        {
            "about": "orders",
            "state": "left_out",
            "reason": "status Incomplete",
            "count": 1,
            "ids": "4",
            "money": {"USD": "1.10"},
        },
        {"about": "orders", "state": "posted", "reason": "", "count": 4, "ids": "1-3,7", "money": {"USD": "4.40"}},
    ]
    assert (ends.count("orders"), ends.count("refunds")) == (5, 0)


def test_a_hundred_thousand_ids_take_a_few_megabytes() -> None:
    ends = Ends()
    tracemalloc.start()
    for number in range(1000, 101_000):
        ends.add(End("orders", number, number, "posted", "", None, None))
    [written] = ends.written()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (written["count"], written["ids"]) == (100_000, "1000-100999")
    assert peak < 16_000_000


def test_what_has_not_ended_is_named_and_read_again_unless_it_waits_for_a_person() -> None:
    ends = Ends()
    ends.add(end(1, "posted"))
    ends.add(end(2, "held", "gateway newpay has no account"))
    ends.add(end(3, "open", "sent"))
    found = Differences()
    found.unfinished(ends)
    assert found.written == [
        {"about": "orders", "what": "held: a person decides", "count": 1, "ids": "2", "mended by reading": False},
        {"about": "orders", "what": "no end yet", "count": 1, "ids": "3", "mended by reading": True},
    ]
    assert found.to_ask == {3}


def test_the_signed_form_does_not_depend_on_the_order_of_keys() -> None:
    assert canonical({"b": 1, "a": "ü"}) == canonical({"a": "ü", "b": 1}) == b'{"a":"\\u00fc","b":1}'
