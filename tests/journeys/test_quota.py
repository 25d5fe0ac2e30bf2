"""Two hundred orders through a store that allows few calls: hardly a refusal, and no time lost beside the quota."""

from __future__ import annotations

import math
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.journeys.books import Books
from tests.rig import Rig

ORDERS = 200
STORE_CALLS, M3_CALLS = 5, 13
"""For a paid order of up to 40 lines of a buyer whom M3 does not know yet, in ``full`` mode."""


@dataclass(frozen=True)
class Run:
    """What two hundred orders took."""

    rig: Rig
    numbers: list[int]
    seconds: float
    floor: float

    @property
    def refusals(self) -> int:
        return self.rig.sandbox.store.quota.throttled


def run(rig: Rig, *, quota: int, window: float, within: float) -> Run:
    """Let two hundred buyers order at once; tell how long it took and how long the quota makes it take at least."""
    store, before = rig.sandbox.store, len(rig.sandbox.dial.calls)
    numbers = [store.place_orders(1, lines=1 + number % 40, seed=number, customer=1 + number)[0] for number in range(ORDERS)]
    store.quota.change(calls=quota, window_ms=int(window * 1000))
    began = time.monotonic()
    for number in numbers:
        store.set_status(number, 11)
    rig.wait_settled(numbers, within=within)
    seconds = time.monotonic() - began
    calls = sum(call.name.startswith("store ") for call in rig.sandbox.dial.calls[before:])
    return Run(rig, numbers, seconds, floor=(math.ceil(calls / quota) - 1) * window)


def assert_held(run: Run) -> None:
    """Hardly a 429, and every order for the price it may have."""
    print(f"{ORDERS} orders in {run.seconds:.0f} s, floor {run.floor:.0f} s, {run.refusals} times 429")  # noqa: T201
    assert run.refusals <= 3
    asked = Counter(call.system for number in run.numbers for call in run.rig.calls(number))
    assert asked == {"bigcommerce": STORE_CALLS * ORDERS + run.refusals, "m3": M3_CALLS * ORDERS}
    named = Counter(call.name.split("/")[3].partition("?")[0] for call in run.rig.sandbox.dial.calls if "/orders/" in call.name)
    assert {number: named[str(number)] for number in run.numbers if named[str(number)] > STORE_CALLS} == {}
    books = Books(run.rig)
    books.assert_nothing_left()
    for number in run.numbers:
        books.assert_booked_once(number)


def test_two_hundred_orders_in_small_windows(rig: Rig) -> None:
    assert_held(run(rig, quota=150, window=3, within=150))


@pytest.mark.long
@pytest.mark.timeout(900)
def test_two_hundred_orders_in_the_windows_of_a_standard_plan(tmp_path: Path) -> None:
    with Rig(tmp_path / "rig", env={"CALL_READ_TIMEOUT": "10", "CLAIM_LEASE": "30", "RUN_GRACE": "60"}) as rig:
        assert_held(run(rig.start(), quota=150, window=30, within=600))
