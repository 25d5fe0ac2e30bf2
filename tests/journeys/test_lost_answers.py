"""Every write call of an order and its refund, applied and its answer lost: everything is booked exactly once.

The orders of one module run side by side, each with the one fault that is meant for it. Two faults of each call, and
each fault of some calls, are tried on every change; ``make long`` tries the rest.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from connector.sandbox.faults import Rule
from tests.journeys.books import Books
from tests.journeys.writes import WRITES, Sold, announce, chosen, sell
from tests.rig import Rig

FAULTS = {"apply-504": 0.0, "apply-reset": 0.0, "apply-garbage": 0.0, "apply-hang": 4.0, "late-504": 0.8}
"""Each with its seconds: of silence, longer than a worker listens; of lateness, shorter than the quiet period."""


KINDS = [
    pytest.param(name, fault, marks=[] if (place + turn) % len(FAULTS) in (0, 2) else [pytest.mark.long])
    for place, name in enumerate(WRITES)
    for turn, fault in enumerate(FAULTS)
]


@dataclass
class Case:
    """One order with the fault that is meant for it."""

    sold: Sold
    rule: Rule

    @property
    def happened(self) -> bool:
        return self.rule.times == 0


@pytest.fixture(scope="module")
def cases(request: pytest.FixtureRequest, rig: Rig) -> dict[tuple[str, str], Case]:
    """All orders with all chosen faults, run to their end."""
    kinds = chosen(request, "name", "fault")
    cases = {kind: _case(rig, *kind, customer=9000 + number) for number, kind in enumerate(kinds)}
    for case in cases.values():
        announce(rig, case.sold.number)
    rig.wait_settled([case.sold.number for case in cases.values()], within=240)
    return cases


def _case(rig: Rig, name: str, fault: str, *, customer: int) -> Case:
    sold, write = sell(rig, customer), WRITES[name]
    if write.after:
        _lose(rig, write.after, "apply-504", sold)
    return Case(sold, _lose(rig, name, fault, sold))


def _lose(rig: Rig, name: str, fault: str, sold: Sold) -> Rule:
    write = WRITES[name]
    return rig.sandbox.dial.add(write.name(sold), fault, times=1, seconds=FAULTS[fault], when=write.when(rig, sold))


@pytest.fixture(scope="module")
def books(rig: Rig, cases: dict[tuple[str, str], Case]) -> Iterator[Books]:
    """Both sides when everything has come to its end."""
    return Books(rig)


@pytest.mark.parametrize(("name", "fault"), KINDS)
def test_a_lost_answer_books_once(
    rig: Rig, cases: dict[tuple[str, str], Case], books: Books, name: str, fault: str
) -> None:
    case = cases[name, fault]
    assert case.happened
    books.assert_booked_once(case.sold.number)
    assert len(books.vouchers(case.sold.number)) == 3  # sale, payment, refund
    assert [row["ALCU"] for row in books.m3["customers"]].count(str(case.sold.customer)) == 1


def test_nothing_is_left_lying(cases: dict[tuple[str, str], Case], books: Books) -> None:
    books.assert_nothing_left()
    assert books.m3["overlapping_refunds"] == {}
