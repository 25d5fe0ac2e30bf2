"""An M3 that takes few calls at a time, or long over its own work, is waited for."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.journeys.books import Books
from tests.rig import Rig, until


class Clock:
    """The outside's clock, which can be held: nothing that M3 works on ends meanwhile."""

    def __init__(self) -> None:
        self._behind = 0.0
        self._held: float | None = None

    def __call__(self) -> float:
        return time.time() - self._behind if self._held is None else self._held

    @contextmanager
    def held(self) -> Iterator[None]:
        self._held = self()
        yield
        self._behind, self._held = time.time() - self._held, None


CLOCK = Clock()
RIG = {"infor": {"batch_seconds": 4.0}, "now": CLOCK}
ORDERS = 10
ASKED = "OIS100MI/GetOrderNo"


@pytest.fixture
def limited(rig: Rig) -> Iterator[None]:
    """A quota that ten orders use up several times, and that no header tells about."""
    rig.sandbox.infor.control["quota"]([40, 3.0])
    yield
    rig.sandbox.infor.control["quota"](None)


def called(rig: Rig, number: int) -> list[str]:
    return [call.call for call in rig.calls(number)]


def assert_booked(rig: Rig, numbers: list[int]) -> None:
    rig.wait_settled(numbers)
    books = Books(rig)
    books.assert_nothing_left()
    for number in numbers:
        books.assert_booked_once(number)


def test_work_that_m3_does_in_the_background_is_asked_about_until_it_is_done(rig: Rig) -> None:
    with CLOCK.held():
        numbers = rig.sandbox.store.place_orders(ORDERS, announce=True)
        until(lambda: all(ASKED in called(rig, number) for number in numbers), within=60)
        assert not any(rig.settled(number) for number in numbers)
    assert_booked(rig, numbers)
    for number in numbers:
        assert called(rig, number).count("OIS100MI/Confirm") == 1
        assert called(rig, number).count(ASKED) >= 2


@pytest.mark.long
@pytest.mark.long
def test_a_quota_costs_time_and_nothing_else(rig: Rig, limited: None) -> None:
    numbers = rig.sandbox.store.place_orders(ORDERS, announce=True)
    assert_booked(rig, numbers)
    assert 0 < rig.sandbox.infor.state()["throttled"] <= 2 * ORDERS
