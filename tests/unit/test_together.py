"""Requests that come at the same time share a transaction and a ring, and none suffers from another's."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from connector.domain.faults import Unavailable
from webhooks.together import APART, LATE, Bell, Together

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
WAIT = timedelta(seconds=3)


class Desk:
    """Work that stands still until it is let go; ``done`` lists what was done together."""

    def __init__(self) -> None:
        self.done: list[list[int]] = []
        self.begun, self.let_go = threading.Event(), threading.Event()
        self.fault: Exception | None = None

    def work(self, items: Sequence[int]) -> list[int]:
        self.begun.set()
        assert self.let_go.wait(10)
        self.done.append(sorted(items))
        if self.fault and 13 in items:
            raise self.fault
        return [item * 10 for item in items]

    def ask(self, first: int, *others: int) -> list[int | Exception]:
        """Let one come first, and the others while it is being done."""
        together: Together[int, int] = Together(self.work)

        def do(item: int) -> int | Exception:
            try:
                return together.do(item)
            except (ValueError, Unavailable) as problem:
                return problem

        with ThreadPoolExecutor() as threads:
            asked = [threads.submit(do, first)]
            assert self.begun.wait(10)
            asked += [threads.submit(do, item) for item in others]
            while len(together._waiting) < len(others):
                threading.Event().wait(0.001)
            self.let_go.set()
            return [one.result(10) for one in asked]


def test_who_comes_while_something_is_done_is_done_together_next() -> None:
    desk = Desk()
    assert desk.ask(1, 2, 3, 4) == [10, 20, 30, 40]
    assert desk.done == [[1], [2, 3, 4]]


def test_who_comes_alone_waits_for_nobody() -> None:
    desk = Desk()
    desk.let_go.set()
    together: Together[int, int] = Together(desk.work)
    assert [together.do(1), together.do(2)] == [10, 20]
    assert desk.done == [[1], [2]]


def test_what_fails_for_one_is_done_for_the_others() -> None:
    desk = Desk()
    desk.fault = ValueError("unlucky")
    assert desk.ask(1, 2, 13, 4) == [10, 20, desk.fault, 40]
    assert sorted(desk.done[2:]) == [[2], [4], [13]]


def test_nobody_tries_alone_where_nothing_can_be_done() -> None:
    desk = Desk()
    desk.fault = Unavailable("the database does not answer")
    assert desk.ask(1, 2, 13, 4) == [10, desk.fault, desk.fault, desk.fault]
    assert desk.done == [[1], [2, 4, 13]]


class Time:
    def __init__(self) -> None:
        self.passed = timedelta(0)

    def now(self) -> datetime:
        return NOON + self.passed


def rings(bell: Bell, time: Time, *milliseconds: int) -> list[timedelta | None]:
    """When, counted from noon, it rings for what comes at these moments."""
    found = []
    for moment in milliseconds:
        time.passed = timedelta(milliseconds=moment)
        with bell.ringing() as wait:
            found.append(None if wait is None else time.passed + wait)
    return found


def test_the_first_ring_comes_when_its_order_is_due_and_the_next_not_too_soon_after() -> None:
    time = Time()
    first = WAIT + LATE
    assert rings(Bell(time, WAIT), time, 0, 10, 400, 500, 501, 9000) == [
        first,
        first + APART,
        None,
        None,
        first + 2 * APART,
        first + timedelta(seconds=9),
    ]


def test_a_ring_that_fails_is_rung_again_by_the_next() -> None:
    time = Time()
    bell = Bell(time, WAIT)
    with pytest.raises(ConnectionError), bell.ringing():
        raise ConnectionError
    assert rings(bell, time, 0) == [WAIT + LATE]
