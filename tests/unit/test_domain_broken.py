"""Days that differ stay known until a run that covers them agrees."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from connector.domain.reconciliation import Broken, Difference, Discrepancy, Reconciliation, Row


def day(number: int) -> date:
    return date(2026, 3, number)


def run(first: int, last: int, *differ: int) -> Reconciliation:
    found = tuple(Discrepancy(Difference.HELD, day(one), "USD", "sales", 1, None, None, None) for one in differ)
    return Reconciliation("acme", day(first), day(last), (), (), found, (), ())


def broken(first: int, last: int) -> Broken:
    return Broken(day(first), day(last))


UNREAD = replace(broken(3, 9), why="no comparison (truncated)")


@pytest.mark.parametrize(
    ("before", "made", "after"),
    [
        (None, run(1, 31), None),
        (None, run(1, 31, 9, 3), broken(3, 9)),
        (broken(3, 9), run(10, 31), broken(3, 9)),
        (broken(3, 9), run(3, 8), broken(3, 9)),
        (broken(3, 9), run(3, 9), None),
        (broken(3, 9), run(20, 20, 20), broken(3, 20)),
        (broken(3, 9), run(1, 31, 5), broken(5, 5)),
        (UNREAD, run(10, 31), UNREAD),
        (UNREAD, run(10, 31, 10), broken(3, 10)),
    ],
)
def test_a_run_takes_back_only_what_it_covers(
    before: Broken | None, made: Reconciliation, after: Broken | None
) -> None:
    assert made.broken(before) == after


def test_a_row_that_differs_breaks_its_day_without_any_difference_named() -> None:
    row = Row(day(4), "USD", "sales", Decimal(1), Decimal(2), None)
    assert Reconciliation("acme", day(1), day(31), (row,), (), (), (), ()).broken(None) == broken(4, 4)


@pytest.mark.parametrize(
    ("meant", "also", "after"), [(False, [], 5), (True, [], None), (True, [Difference.MISSING], 5)]
)
def test_lines_by_hand_are_meant_if_a_person_says_so_and_nothing_else_differs(
    meant: bool, also: list[Difference], after: int | None
) -> None:
    row = Row(day(5), "USD", "1091", None, None, Decimal(7))
    found = tuple(
        Discrepancy(one, day(5), "USD", "1091", None, None, None, Decimal(7)) for one in (Difference.BY_HAND, *also)
    )
    made = Reconciliation("acme", day(1), day(31), (row,), (), found, (), ())
    assert made.broken(broken(5, 5), by_hand_is_meant=meant) == (broken(after, after) if after else None)


def test_what_is_written_is_read_again() -> None:
    assert str(broken(3, 9)) == "differences on the days 2026-03-03 to 2026-03-09"
    assert Broken.parse(str(broken(3, 9))) == broken(3, 9)
    assert Broken.parse(str(UNREAD)) == UNREAD
    assert Broken.parse("") is None
