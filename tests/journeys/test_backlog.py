"""More orders at once than the workers can take in hand: they wait their turn, and none is begun over and over."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.journeys.books import Books
from tests.rig import Rig

ORDERS = 40

pytestmark = pytest.mark.long


def test_a_backlog_is_worked_off_without_doing_anything_twice(rig: Rig) -> None:
    numbers = rig.sandbox.store.place_orders(ORDERS, lines=1, shipping="0")
    assert f"{ORDERS} read again" in rig.cli("backfill", "acme")
    rig.wait_settled(numbers, within=240)
    for number in numbers:
        assert Counter(call.system for call in rig.calls(number)) <= Counter(bigcommerce=5, m3=11, ion=1)
    books = Books(rig)
    books.assert_nothing_left()
    for number in numbers:
        books.assert_booked_once(number)
