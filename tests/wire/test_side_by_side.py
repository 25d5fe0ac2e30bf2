"""What is asked for side by side is under way at the same time, and over at the same time."""

from __future__ import annotations

import threading

import pytest
from bigcommerce_rig import CountedBudget, Edge, Trail, a_store, payload

from connector.domain.faults import Rejected
from connector.http.side_by_side import SideBySide
from connector.telemetry import context


def test_all_are_under_way_at_once_in_the_context_of_the_caller() -> None:
    together = threading.Barrier(3, timeout=10)

    def read() -> object:
        together.wait()
        return context.current()["order"]

    with context.bind(order=1042):
        mine, others = SideBySide().read(read, read, read)
    assert (mine, [other() for other in others]) == (1042, [1042, 1042])


def test_nothing_goes_on_behind_a_fault() -> None:
    over = threading.Event()

    def refuse() -> None:
        raise Rejected("there is none")

    with pytest.raises(Rejected, match="there is none"):
        SideBySide().read(refuse, lambda: threading.Event().wait(0.1) or over.set())
    assert over.is_set()


def test_a_fault_of_another_comes_when_its_outcome_is_asked_for() -> None:
    def refuse() -> None:
        raise Rejected("there is none")

    mine, [other] = SideBySide().read(lambda: 7, refuse)
    assert mine == 7
    with pytest.raises(Rejected, match="there is none"):
        other()


def test_an_order_read_side_by_side_is_the_same_order(edge: Edge, trail: Trail, budget: CountedBudget) -> None:
    edge.has_order(payload())
    one_by_one = a_store(trail, budget).read_order(1042)
    assert a_store(trail, budget, hands=SideBySide()).read_order(1042) == one_by_one
    assert sorted(edge.paths[:4]) == sorted(edge.paths[4:])
    assert budget.reserved == [4, 4]
