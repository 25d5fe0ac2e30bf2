"""Many orders through a store that allows few calls: hardly a refusal, and little time lost beside the quota."""

from __future__ import annotations

import math
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.journeys.books import Books
from tests.rig import Rig

AT_REAL_PACE = {"CALL_READ_TIMEOUT": "10", "CLAIM_LEASE": "30", "RUN_GRACE": "60"}
"""No call is given up and asked about, and no claim taken over, because the machine is busy: calls are counted."""
RIG = {"env": AT_REAL_PACE, "store": {"quota": 30, "window_ms": 3000}}
STANDARD_PLAN = {"store": {"quota": 150, "window_ms": 30_000}}
STORE_CALLS, M3_CALLS = 5, 13
"""For a paid order of up to 40 lines of a buyer whom M3 does not know yet, in ``full`` mode."""
SLACK = 1.5
"""How much longer than the quota makes it take it may be."""
REFUSALS = 3
"""As many 429s as may happen while nobody knows the store's window yet."""


@dataclass(frozen=True)
class Run:
    """What many orders took; ``floor`` is how long the quota makes them take at least."""

    numbers: list[int]
    seconds: float
    floor: float
    refusals: int

    def __str__(self) -> str:
        return f"{len(self.numbers)} orders in {self.seconds:.0f} s, floor {self.floor:.0f} s, {self.refusals} × 429"


def run(rig: Rig, count: int, *, within: float) -> Run:
    """Let many new buyers order at once, from one line to forty."""
    store, dial = rig.sandbox.store, rig.sandbox.dial
    numbers = [
        store.place_orders(1, lines=1 + number % 40, seed=number, customer=1 + number)[0] for number in range(count)
    ]
    dial.forget_calls()
    began = time.monotonic()
    for number in numbers:
        store.set_status(number, 11)
    rig.wait_settled(numbers, within=within)
    seconds = time.monotonic() - began
    windows = math.ceil(STORE_CALLS * count / store.quota.calls)
    return Run(numbers, seconds, (windows - 1) * store.quota.window_ms / 1000, store.quota.throttled)


def assert_held(rig: Rig, run: Run) -> None:
    """Hardly a 429, and every order booked once, for the calls that it may take."""
    assert run.refusals <= REFUSALS, str(run)
    counts = rig.sandbox.dial.counts()
    m3 = sum(times for call, times in counts.items() if call.startswith("m3 "))
    assert m3 == M3_CALLS * len(run.numbers)
    for number in run.numbers:
        systems = Counter(call.system for call in rig.calls(number))
        assert (systems["bigcommerce"], systems["m3"]) <= (STORE_CALLS + REFUSALS, M3_CALLS)
        assert sum(times for call, times in counts.items() if f"/orders/{number}" in call) == systems["bigcommerce"]
    books = Books(rig)
    books.assert_nothing_left()
    for number in run.numbers:
        books.assert_booked_once(number)


def test_twenty_orders_in_small_windows(rig: Rig) -> None:
    assert_held(rig, run(rig, 20, within=240))


@pytest.mark.long
@pytest.mark.timeout(900)
def test_two_hundred_orders_in_the_windows_of_a_standard_plan(tmp_path: Path) -> None:
    with Rig(tmp_path / "rig", env=AT_REAL_PACE, **STANDARD_PLAN) as rig:
        ran = run(rig.start(), 200, within=600)
        print(ran)  # noqa: T201 - the figures are what this proof is for
        assert_held(rig, ran)
        assert ran.seconds < ran.floor * SLACK, str(ran)
