"""Orders a second of one worker at 50 ms for every call outside, against concurrency / (calls x latency).

Some calls go at once, so that this floor asks for less than it could: beside it stands the ratio to concurrency /
(waits x latency), where those that go at once are one wait.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks import report
from benchmarks.orders.crowd import Worked, work
from benchmarks.orders.stage import OrdersStage, spread, told

LATENCY = 0.05
WAITS: dict[str, Any] = {"CONFIRM_DELAY": "1"}
"""Waiting is no work, but it would take longer than a round: an order rests between its journals and its settling."""
SHAPES = (("prefork", 1), ("prefork", 2), ("prefork", 4), ("prefork", 8), ("threads", 4), ("threads", 8))
QUICK = (("prefork", 2),)


def measure(home: Path, pool: str, concurrency: int, *, times: int, orders: int) -> list[Worked]:
    """Measure one shape of a worker on a system of its own."""
    place = home / f"{pool}-{concurrency}"
    with OrdersStage(place, pool=pool, WORKER_CONCURRENCY=str(concurrency), **WAITS) as stage:
        stage.sandbox.dial.latency = LATENCY
        stage.start("worker")
        work(stage, 2 * concurrency + 2)  # every process has done everything once
        return [work(stage, orders) for _ in range(times)]


def run(home: Path, *, quick: bool) -> dict[str, Any]:
    """Measure every shape."""
    shapes: list[dict[str, Any]] = []
    for pool, concurrency in QUICK if quick else SHAPES:
        times, orders = (2, 8) if quick else (3, 40 + 20 * concurrency)
        found = measure(home, pool, concurrency, times=times, orders=orders)
        wire = (concurrency, LATENCY)
        shapes.append(
            {
                "pool": pool,
                "concurrency": concurrency,
                "ratio": spread([one.of_floor(*wire) for one in found]),
                "of_waits": spread([one.of_waits(*wire) for one in found]),
                "mb_each": found[-1].worker_mb / concurrency,
                "rounds": [
                    asdict(one) | {"ratio": one.of_floor(*wire), "of_waits": one.of_waits(*wire)} for one in found
                ],
            }
        )
    return {"latency": LATENCY, "shapes": shapes}


def show(figures: dict[str, Any]) -> None:
    """Print them."""
    rows = []
    for shape in figures["shapes"]:
        each = {name: [one[name] for one in shape["rounds"]] for name in shape["rounds"][0]}
        names = ("rate", "ratio", "of_waits", "calls", "worker_cpu", "processors")
        cells = [told(each[name]) for name in names]
        rows.append((f"{shape['pool']} {shape['concurrency']}", *cells, each["worker_mb"][-1], shape["mb_each"]))
    head = (
        "worker",
        "orders/s",
        "of the floor",
        "of what its waits allow",
        "calls an order",
        "its CPU s an order",
        "processors",
        "MB",
        "MB each",
    )
    report.table(f"pipeline at {figures['latency'] * 1000:.0f} ms a call: median (least to most)", head, rows)
