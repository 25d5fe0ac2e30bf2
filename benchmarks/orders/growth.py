"""What must not grow: more workers, connections, waiting deliveries, records in the trail."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks import report
from benchmarks.orders import trail
from benchmarks.orders.crowd import ask, place, told_when, work
from benchmarks.orders.pipeline import LATENCY, WAITS
from benchmarks.orders.stage import OrdersStage, told
from connector.flows import deliveries
from connector.flows.orders import claim_due
from connector.records.runs import QUEUED
from tests.rig import NAME, until

ROUNDS = 3
ACTIVE = {10: (9,), 100: (9, 40), 1000: (9, 40)}
"""How many of the connections are small ones of which an order is asked for at the same moment."""
HUGE, FOR_EACH = 60, 2
"""Orders of the huge one that wait in a round, and so many more for each small one: it must not be done first."""
RESET = "UPDATE orders SET run = NULL, run_until = NULL, not_before = now() - interval '1 h' WHERE run IS NOT NULL"


def workers(home: Path, *, quick: bool) -> list[dict[str, Any]]:
    """Measure one, two, four workers of two processes each."""
    orders, times, most = (8, 1, 2) if quick else (120, ROUNDS, 4)
    found = []
    with OrdersStage(home / "workers", WORKER_CONCURRENCY="2", **WAITS) as stage:
        stage.sandbox.dial.latency = LATENCY
        for count in range(1, most + 1):
            stage.start("worker" if count == 1 else f"worker.{count}")
            if count not in (1, 2, 4):
                continue
            work(stage, 4 * count + 2)
            rounds = [work(stage, orders) for _ in range(times)]
            rates, busy = [one.rate for one in rounds], statistics.median(one.processors for one in rounds)
            found.append({"workers": count, "rate": rates, "processors": busy})
    return found


def connections(home: Path, count: int, active: Sequence[int], *, quick: bool) -> list[dict[str, Any]]:
    """Time the orders of small connections: alone, and beside a huge one that has far more than can be done."""
    times = 1 if quick else ROUNDS
    found = []
    with OrdersStage(home / f"connections-{count}", WORKER_CONCURRENCY="4", **WAITS) as stage:
        stage.sandbox.dial.latency = LATENCY
        others = [name for name in stage.multiply(count) if name != NAME]
        sweep = [_timed(lambda: claim_due(stage.house)) for _ in range(5)]
        stage.start("worker", "beat")
        for some in active:
            names = others[-some:]
            _small(stage, names)  # each has its token
            alone = [_small(stage, names) for _ in range(times)]
            beside = [_beside(stage, names, place(stage, HUGE + FOR_EACH * some)) for _ in range(times)]
            found.append({"connections": count, "active": some, "sweep_ms": sweep, "alone": alone, "beside": beside})
    return found


def _beside(stage: OrdersStage, names: Sequence[str], numbers: Sequence[int]) -> list[float]:
    """Time the small ones' orders while so many of the huge one wait."""
    ask(stage, numbers)
    stage.ring("upkeep.sweep", queue="control")
    until(lambda: len(told_when(stage).keys() & set(numbers)) > 8, within=60)
    beside = _small(stage, names)
    assert not set(numbers) <= stage.ended(), "the huge one was done before the small ones: place more orders"
    stage.wait_settled(numbers, within=300)
    stage.assert_booked_once(numbers)
    return beside


def _small(stage: OrdersStage, names: Sequence[str]) -> list[float]:
    """Seconds that each of them takes for one order, asked for at the same moment."""
    numbers = place(stage, len(names))
    began = time.time()
    for name, number in zip(names, numbers, strict=True):
        ask(stage, [number], name=name)
    stage.ring("upkeep.sweep", queue="control")
    until(lambda: set(numbers) <= told_when(stage).keys(), within=300, why=stage.said)
    return sorted(told_when(stage)[number] - began for number in numbers)


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def backlog(home: Path, sizes: Sequence[int]) -> list[dict[str, Any]]:
    """Time what the door and the sweep do, in milliseconds, with so many orders waiting that webhooks asked for."""
    found = []
    with OrdersStage(home / "backlog") as stage:
        for size in sizes:
            _fill(stage, size)
            kept, swept = [], []
            for turn in range(20):
                arrival = _arrival(stage, f"{size}-{turn}")
                kept.append(_timed(lambda: deliveries.receive(stage.house, [arrival])))  # noqa: B023
                swept.append(_timed(lambda: _assert_some(claim_due(stage.house))))
                stage.do(RESET)
            found.append({"waiting": size, "keep_ms": kept, "sweep_ms": swept})
    return found


def _fill(stage: OrdersStage, size: int) -> None:
    stage.do(
        "TRUNCATE deliveries",
        "DELETE FROM orders",
        "INSERT INTO orders (connection_id, number, state, wanted, not_before, first_seen_at)"
        " SELECT id, n, 'new', 1, now() - n * interval '1 ms', now() FROM connections, generate_series(1, :size) n",
        "INSERT INTO deliveries (connection_id, delivery_key, scope, order_number, scheme, body, state, received_at)"
        " SELECT id, 'm' || n, 'store/order/created', n, 'x', '{}', 'taken', now()"
        " FROM connections, generate_series(1, :size) n",
        size=size,
    )


def _arrival(stage: OrdersStage, key: str) -> deliveries.Arrival:
    said = {"producer": f"stores/{stage.sandbox.store.store_hash}", "scope": "store/order/created", "data": {"id": 1}}
    owner = deliveries.addressee(stage.house, NAME)
    assert owner is not None
    return deliveries.Arrival(owner, key, json.dumps(said).encode(), "standard-webhooks")


def _assert_some(runs: Sequence[object]) -> None:
    assert 0 < len(runs) <= QUEUED


def run(home: Path, *, quick: bool) -> dict[str, Any]:
    """Measure all four."""
    return {
        "workers": workers(home, quick=quick),
        "connections": [
            one
            for count, active in ({20: (9, 12)} if quick else ACTIVE).items()
            for one in connections(home, count, active, quick=quick)
        ],
        "backlog": backlog(home, (10, 1000) if quick else (10, 1000, 100_000)),
        "trail": trail.run(home, (4000, 10_000) if quick else (10_000, 1_000_000)),
    }


def show(figures: Mapping[str, Any]) -> None:
    """Print them."""
    alone = statistics.median(figures["workers"][0]["rate"])
    rows: list[tuple[object, ...]] = [
        (one["workers"], told(one["rate"]), statistics.median(one["rate"]) / alone, one["processors"])
        for one in figures["workers"]
    ]
    report.table("workers of two processes", ("workers", "orders/s", "of one worker's", "processors"), rows)
    _show_connections(figures["connections"])
    rows = [(one["waiting"], told(one["keep_ms"]), told(one["sweep_ms"])) for one in figures["backlog"]]
    report.table("waiting deliveries", ("waiting", "keep one, ms", "sweep, ms"), rows)
    trail.show(figures["trail"])


def _show_connections(figures: Sequence[Mapping[str, Any]]) -> None:
    rows = []
    for one in figures:
        alone, beside = ([slowest for *_, slowest in one[name]] for name in ("alone", "beside"))
        ratio = told([with_it / without for with_it, without in zip(beside, alone, strict=True)])
        sweep = statistics.median(one["sweep_ms"])
        rows.append((one["connections"], one["active"], told(alone), told(beside), ratio, sweep))
    head = ("connections", "small at once", "slowest alone, s", "beside a huge one, s", "ratio", "idle sweep, ms")
    rest = WAITS["CONFIRM_DELAY"]
    report.table(f"an order of each small connection, {rest} s of rest in it, beside a huge one", head, rows)
