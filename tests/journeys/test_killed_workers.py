"""kill -9 right after every write call of an order and its refund: everything is booked exactly once.

All orders come at once, so each kill also takes what the worker has in hand for the others. Some calls are tried on
every change, ``make long`` tries them all.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from tests.journeys.books import Books
from tests.journeys.writes import WRITES, Sold, announce, chosen, sell
from tests.rig import Rig

EVER = {"customer", "order body", "refund UpdBatch", "number to the store"}
WORKER = [pytest.param("worker", name, marks=[] if name in EVER else [pytest.mark.long]) for name in WRITES]
CHILD = [
    pytest.param("child", name, marks=marks)
    for name, marks in {
        "order head": [],
        "order confirmation": [pytest.mark.long],
        "sale UpdBatch": [],
        "refund AddBatchLineFld": [pytest.mark.long],
    }.items()
]


@dataclass
class Case:
    """One order with the call after which its worker is killed."""

    sold: Sold
    killed: list[int] = field(default_factory=list)


@pytest.fixture(scope="module")
def cases(request: pytest.FixtureRequest, rig: Rig) -> dict[tuple[str, str], Case]:
    """All orders with all chosen kills, run to their end."""
    kinds = chosen(request, "whom", "name")
    cases = {kind: _case(rig, *kind, customer=9000 + number) for number, kind in enumerate(kinds)}
    for case in cases.values():
        announce(rig, case.sold.number)
    rig.wait_settled([case.sold.number for case in cases.values()], within=240)
    return cases


def _case(rig: Rig, whom: str, name: str, *, customer: int) -> Case:
    case, write, dial = Case(sell(rig, customer)), WRITES[name], rig.sandbox.dial
    if write.after:
        before = WRITES[write.after]
        dial.add(before.name(case.sold), "apply-504", times=1, when=before.when(rig, case.sold))

    def kill(_: str) -> None:
        case.killed.extend([rig.kill_worker()] if whom == "worker" else rig.kill_worker_child())

    dial.after(write.name(case.sold), kill, when=write.when(rig, case.sold))
    return case


@pytest.fixture(scope="module")
def books(rig: Rig, cases: dict[tuple[str, str], Case]) -> Books:
    """Both sides when everything has come to its end."""
    return Books(rig)


@pytest.mark.parametrize(("whom", "name"), [*WORKER, *CHILD])
def test_a_killed_worker_books_once(cases: dict[tuple[str, str], Case], books: Books, whom: str, name: str) -> None:
    case = cases[whom, name]
    assert case.killed
    books.assert_booked_once(case.sold.number)
    assert len(books.vouchers(case.sold.number)) == 3  # sale, payment, refund
    assert [row["ALCU"] for row in books.m3["customers"]].count(str(case.sold.customer)) == 1


def test_nothing_is_left_lying(cases: dict[tuple[str, str], Case], books: Books) -> None:
    assert len({pid for case in cases.values() for pid in case.killed}) >= len(cases)
    books.assert_nothing_left()
    assert books.m3["overlapping_refunds"] == {}
