"""Orders under the store's quota: the time against what the quota allows at best, and the answers of 429."""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path
from typing import Any

from benchmarks import report
from benchmarks.orders.crowd import ask, place, told_at
from benchmarks.orders.stage import OrdersStage

CALLS, WINDOW = 150, 30.0
"""The quota of the cheapest plans (facts/bigcommerce.md §3)."""


ORDERS, SCALE = 240, 0.5
"""What is tried unless the whole is asked for: fewer orders, and windows of half their length."""


def run(home: Path, *, quick: bool = False, whole: bool = False) -> dict[str, Any]:
    """Work off many orders that are all there at once."""
    orders, scale = (2000, 1.0) if whole else (60 if quick else ORDERS, SCALE)
    window = WINDOW * scale
    store = {"quota": CALLS, "window_ms": int(window * 1000)}
    with OrdersStage(home / "quota", store=store, WORKER_CONCURRENCY="8") as stage:
        stage.start("worker", "beat")
        numbers = place(stage, orders)
        ask(stage, numbers)
        stage.sandbox.dial.forget_calls()
        stage.ring("upkeep.sweep", queue="control")
        stage.wait_settled(numbers, within=300 + orders * window / 20)
        stage.assert_booked_once(numbers)
        calls = list(stage.sandbox.dial.calls)
        store_calls = [call for call in calls if call.name.startswith("store ")]
        floor = (math.ceil(len(store_calls) / CALLS) - 1) * window
        took = told_at(stage)[-1] - store_calls[0].at
    return {
        "orders": orders,
        "window": window,
        "calls": len(store_calls),
        "an order": len(store_calls) / orders,
        "seconds": took,
        "floor": floor,
        "ratio": took / floor,
        "throttled": Counter(call.status for call in calls)[429],
    }


def show(figures: dict[str, Any]) -> None:
    """Print them."""
    head = ("orders", "store calls an order", "seconds", "the quota's floor", "ratio", "answers of 429")
    row = tuple(figures[name] for name in ("orders", "an order", "seconds", "floor", "ratio", "throttled"))
    report.table(f"quota: {CALLS} calls per {figures['window']:g} s", head, [row])
