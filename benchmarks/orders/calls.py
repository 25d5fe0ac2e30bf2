"""Calls to either side for an order and for 1,000 changed items, against the fewest that could do the same."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from benchmarks import catalog, report
from benchmarks.orders.crowd import ask
from benchmarks.orders.stage import OrdersStage
from benchmarks.stage import Stage

Place = Callable[[OrdersStage], list[int]]
CHANGED = (999, 1000)
"""A list of exactly 1,000 rows is doubted, for it may have been cut: all is read instead."""
TRAIL = ("orders", "deliveries", "snapshots", "postings", "transactions", "refunds", "exchanges", "audit")
DAYS = (100, 10_000, 1_000_000)
ORDERS = 10


def _plain(stage: OrdersStage) -> list[int]:
    return stage.sandbox.store.place_orders(ORDERS, lines=2)


def _first_time(stage: OrdersStage) -> list[int]:
    place = stage.sandbox.store.place_orders
    return [place(1, lines=2, customer=1000 + number)[0] for number in range(ORDERS)]


def _refunded(stage: OrdersStage) -> list[int]:
    numbers = _plain(stage)
    for number in numbers:
        item = {"item_type": "PRODUCT", "item_id": stage.sandbox.store.orders[number].line_id(0), "quantity": 1}
        stage.sandbox.store.refund(number, items=[item], delay=0, announce=False)
    return numbers


SHAPES: Mapping[str, tuple[Place, int, int]] = {
    "a guest's paid order": (_plain, 5, 8),
    "a new buyer's paid order": (_first_time, 5, 9),
    "a guest's order, partly refunded": (_refunded, 5, 8),
}
"""How they are placed, and the fewest calls: to the store 4 reads and the number; to M3 3 for the document, 4 for all
journals together, 1 for the number, 1 to create a buyer. No inquiry is among them."""


def of_orders(stage: OrdersStage, place: Place, store: int, m3: int) -> dict[str, Any]:
    """Count the calls of some orders of one shape."""
    numbers = place(stage)
    stage.sandbox.dial.forget_calls()
    ask(stage, numbers)
    stage.ring("upkeep.sweep", queue="control")
    stage.wait_settled(numbers, within=300)
    stage.assert_booked_once(numbers)
    counts = Counter(call.name.split()[0] for call in stage.sandbox.dial.calls if "token" not in call.name)
    used = {side: counts[side] / len(numbers) for side in ("store", "m3")}
    return {"used": used, "floor": {"store": store, "m3": m3}}


def footprint(stage: OrdersStage, count: int) -> dict[str, float]:
    """Say what an order leaves behind: transactions of the database, kilobytes on its disk, records of the trail."""
    before = _counted(stage)
    numbers = stage.sandbox.store.place_orders(count, lines=2)
    ask(stage, numbers)
    stage.ring("upkeep.sweep", queue="control")
    stage.wait_settled(numbers, within=300)
    return {name: (value - before[name]) / count for name, value in _counted(stage).items()}


def _counted(stage: OrdersStage) -> dict[str, float]:
    time.sleep(2)  # PostgreSQL's statistics come late
    [found] = stage.rows(
        "SELECT xact_commit AS transactions, pg_database_size(current_database()) / 1024 AS kb"
        " FROM pg_stat_database WHERE datname = current_database()"
    )
    records = sum(stage.rows(f"SELECT count(*) AS rows FROM {table}")[0]["rows"] for table in TRAIL)  # noqa: S608
    return {name: float(value) for name, value in found.items()} | {"records": float(records)}


def of_items(home: Path, *, items: int, changed: int) -> dict[str, Any]:
    """Count the calls of a change to some items of a catalog at rest."""
    with Stage(home / f"items-{changed}", count=items, quota=(100_000, 30), route="table") as stage:
        stage.work()
        catalog.measure(stage, catalog.floor_of_first(items), within=600)
        catalog.change(stage, changed, apart=items // changed)
        return {
            "changed": changed,
            "of": items,
            **catalog.measure(stage, catalog.floor_of_change(changed), within=600),
        }


def run(home: Path, *, quick: bool) -> dict[str, Any]:
    """Count both."""
    with OrdersStage(home / "orders", WORKER_CONCURRENCY="4") as stage:
        stage.start("worker")
        orders = {name: of_orders(stage, *shape) for name, shape in SHAPES.items()}
        left = footprint(stage, 10 if quick else 100)
    items, counts = (220, (99, 100)) if quick else (2000, CHANGED)
    return {"orders": orders, "left": left, "items": [of_items(home, items=items, changed=one) for one in counts]}


def show(figures: dict[str, Any]) -> None:
    """Print them."""
    rows = []
    for name, found in figures["orders"].items():
        used, floor = found["used"], found["floor"]
        ratio = sum(used.values()) / sum(floor.values())
        rows.append((name, used["store"], floor["store"], used["m3"], floor["m3"], ratio))
    head = ("calls", "to the store", "fewest", "to M3", "fewest", "ratio")
    report.table("calls an order", head, rows)
    report.table("an order leaves in the database", ("", "each"), list(figures["left"].items()))
    _show_days(figures["left"])
    for items in figures["items"]:
        counted = [(call, used, least) for call, (used, least) in items["calls"].items()]
        ratios = [(f"all to {side}, of the fewest", items["ratio"][side], 1) for side in ("store", "m3")]
        title = f"calls for {items['changed']:,} changed items of {items['of']:,}"
        report.table(title, ("call", "used", "fewest"), [*counted, *ratios])


def _show_days(left: Mapping[str, float]) -> None:
    rows = []
    for orders in DAYS:
        busy = left["transactions"] * orders / 86_400
        grows = left["kb"] * 1024 * orders / 1e9
        rows.append((f"{orders:,}", busy, 10 * busy, grows, 1e6 / (left["records"] * orders)))
    head = ("orders a day", "transactions/s", "at ten times that", "GB a day", "days to a million records")
    report.table("which makes", head, rows)
