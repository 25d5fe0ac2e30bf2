"""An M3 that takes few calls at a time, or long over its own work, is waited for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.journeys.books import Books
from tests.rig import Rig

RIG = {"infor": {"batch_seconds": 4.0}}
ORDERS = 10


@pytest.fixture
def limited(rig: Rig) -> Iterator[None]:
    """A quota that ten orders use up several times, and that no header tells about."""
    rig.sandbox.infor.control["quota"]([40, 3.0])
    yield
    rig.sandbox.infor.control["quota"](None)


def assert_booked(rig: Rig, numbers: list[int]) -> None:
    rig.wait_settled(numbers)
    books = Books(rig)
    books.assert_nothing_left()
    for number in numbers:
        books.assert_booked_once(number)


def test_work_that_m3_does_in_the_background_is_asked_about_until_it_is_done(rig: Rig) -> None:
    numbers = rig.sandbox.store.place_orders(ORDERS, announce=True)
    assert_booked(rig, numbers)
    calls = [call.call for number in numbers for call in rig.calls(number)]
    assert calls.count("OIS100MI/Confirm") == ORDERS
    assert calls.count("OIS100MI/GetOrderNo") >= 2 * ORDERS


def test_a_quota_costs_time_and_nothing_else(rig: Rig, limited: None) -> None:
    numbers = rig.sandbox.store.place_orders(ORDERS, announce=True)
    assert_booked(rig, numbers)
    assert 0 < rig.sandbox.infor.state()["throttled"] <= 2 * ORDERS
