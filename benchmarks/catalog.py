"""``python -m benchmarks.catalog --items 10000 100000``: a first sync, then a change of one item in a hundred.

The store has a product for every item already, each with another name, price and stock. Beat rings, one worker of
the Procfile works, web is down: so the store's echoes do not count here.
"""

from __future__ import annotations

import argparse
import math
import random
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks import report
from benchmarks.meter import Meter
from benchmarks.stage import PREFIX, PRICE_LIST, Stage
from connector.bootstrap import SPARE_FOR_ORDERS
from connector.flows import catalog
from tests.rig import NAME, until

SLOWEST = 12
STATEMENTS = """
    SELECT regexp_replace(query, '\\s+', ' ', 'g') AS query, calls, mean_exec_time AS mean_ms,
        max_exec_time AS max_ms, total_exec_time / 1000 AS total_s
    FROM pg_stat_statements WHERE query !~ 'pg_stat|^(COMMIT|BEGIN|ROLLBACK)'
    ORDER BY {order} DESC LIMIT :most
"""
TABLES = """
    SELECT relname AS name, pg_total_relation_size(oid) / 1048576.0 AS mb FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY mb DESC LIMIT 5
"""
READ, WRITTEN, COUNTED = (
    "store GET /v3/catalog/products",
    "store PUT /v3/catalog/products",
    "store PUT /v3/inventory/adjustments/absolute",
)


def floor_of_first(count: int) -> dict[str, int]:
    """Say how many calls a first sync takes at least: items by batch size."""
    return {
        READ: math.ceil(count / 250),
        WRITTEN: math.ceil(count / 10),
        COUNTED: math.ceil(count / 2000),
        "m3 MMS200MI/LstItmByItm": math.ceil(count / 1000),
        "m3 EXPORTMI/Select": 2 * math.ceil(count / 500),
    }


def floor_of_change(count: int) -> dict[str, int]:
    """Say how many calls a change takes at least: three polls of changes, and what changed by batch size."""
    polls = ("m3 MMS200MI/LstItmByChgDate", "m3 OIS320MI/LstNewPrices", "m3 OIS100MI/LstNewBalances")
    return {WRITTEN: math.ceil(count / 10), COUNTED: math.ceil(count / 2000), **dict.fromkeys(polls, 1)}


class Telling:
    """Says now and then how far it has come, until all is done."""

    def __init__(self, stage: Stage, began: float) -> None:
        self._stage, self._began, self._next = stage, began, began

    def __call__(self) -> bool:
        """Tell whether it is done; say how far it is, if it is time."""
        now = time.monotonic()
        if now >= self._next:
            self._next = now + 30
            calls = sum(self._stage.catalog_calls().values())
            print(f"{now - self._began:6.0f} s: {calls:,} calls", file=sys.stderr, flush=True)
        return self._stage.at_rest


def measure(stage: Stage, floor: Mapping[str, int], *, within: float) -> dict[str, Any]:
    """Wait until all is in the store; tells what it took."""
    began = time.monotonic()
    tell = Telling(stage, began)
    with Meter(stage.pid("worker")) as worker:
        until(tell, within=within, every=0.5, why=lambda: stage.output.getvalue()[-3000:])
    seconds = time.monotonic() - began
    calls = stage.catalog_calls()
    wrong = stage.wrong()
    assert not wrong, wrong[:3]
    return {
        "seconds": seconds,
        "floor_seconds": _quota_floor(stage, calls),
        "throttled": stage.sandbox.store.quota.throttled,
        "calls": {name: [calls[name], floor.get(name, 0)] for name in sorted({*calls, *floor})},
        "ratio": {side: _ratio(calls, floor, side) for side in ("store", "m3")},
        "worker_mb": worker.worker,
        "child_mb": worker.child,
        "worker_cpu": worker.cpu,
    }


def _quota_floor(stage: Stage, calls: Counter[str]) -> float:
    """Seconds that the store's windows make so many calls take, with the orders' share left alone."""
    quota = stage.sandbox.store.quota
    share = quota.calls - math.ceil(quota.calls * SPARE_FOR_ORDERS / 100)
    windows = math.ceil(sum(times for name, times in calls.items() if name.startswith("store ")) / share)
    return (windows - 1) * quota.window_ms / 1000


def _ratio(calls: Mapping[str, int], floor: Mapping[str, int], side: str) -> float:
    used, least = (sum(n for name, n in counted.items() if name.startswith(side)) for counted in (calls, floor))
    return used / least


def change(stage: Stage, count: int, *, apart: int = 100) -> None:
    """Change name, price and stock of some items, so far apart from each other, and let the polls be due."""
    chance, m3 = random.Random(2), stage.m3
    for place in range(1, count * apart + 1, apart):
        number = f"{PREFIX}{place:06}"
        m3.change_item(number, name=f"Changed {number}")
        m3.set_price(PRICE_LIST, number, f"{chance.randrange(200, 20_000) / 100:.2f}", since="20200101")
        m3.set_stock(number, "001", on_hand=str(chance.randrange(500, 900)))
    stage.sandbox.dial.forget_calls()
    catalog.ask(stage.house, NAME, whole=False)


def run(count: int, *, quota: tuple[int, int], route: str, home: Path) -> dict[str, Any]:
    """Measure one size on a system of its own."""
    with Stage(home / f"catalog-{count}", count=count, quota=quota, route=route) as stage:
        stage.work()
        patience = 600 + count
        first = measure(stage, floor_of_first(count), within=patience)
        changed = max(1, count // 100 - 1)  # a list of exactly 100 or 1,000 rows is doubted, and all is read instead
        change(stage, changed)
        second = measure(stage, floor_of_change(changed), within=patience)
        [size] = stage.rows("SELECT pg_database_size(current_database()) / 1048576.0 AS mb")
        return {
            "items": count,
            "changed": changed,
            "quota": quota,
            "route": route,
            "first sync": first,
            "change": second,
            "database_mb": float(size["mb"]),
            "tables": stage.rows(TABLES),
            "slowest": _statements(stage, "mean_exec_time"),
            "costliest": _statements(stage, "total_exec_time"),
        }


def show(figures: Mapping[str, Any]) -> None:
    """Print one size's figures."""
    for name, count in (("first sync", figures["items"]), ("change", figures["changed"])):
        part = figures[name]
        rows = [(call, used, least) for call, (used, least) in part["calls"].items()]
        report.table(f"{name}: {count:,} items, {figures['route']} route", ("call", "used", "floor"), rows)
        measures = (
            ("store calls / floor", part["ratio"]["store"]),
            ("M3 calls / floor", part["ratio"]["m3"]),
            ("seconds", part["seconds"]),
            ("the quota's floor, seconds", part["floor_seconds"]),
            ("429s", part["throttled"]),
            ("worker's CPU, seconds", part["worker_cpu"]),
            ("worker's memory at most, MB", part["worker_mb"]),
            ("its largest child at most, MB", part["child_mb"]),
        )
        report.table("", ("measure", "value"), measures)
    report.table("database, MB", ("table", "MB"), [("all", figures["database_mb"]), *_sizes(figures)])
    for name in ("slowest", "costliest"):
        asked = [
            (one["query"][:100], one["calls"], one["mean_ms"], one["max_ms"], one["total_s"]) for one in figures[name]
        ]
        report.table(f"{name} statements", ("statement", "calls", "mean ms", "max ms", "total s"), asked)


def _statements(stage: Stage, order: str) -> list[dict[str, Any]]:
    """List the first statements, without what tells none from another: their columns."""
    rows = stage.rows(STATEMENTS.format(order=order), most=SLOWEST)
    columns = re.compile(r"(SELECT|INSERT INTO \w+) .*?(FROM|VALUES)")
    return [row | {"query": columns.sub(r"\1 .. \2", row["query"])[:300]} for row in rows]


def _sizes(figures: Mapping[str, Any]) -> list[tuple[str, float]]:
    return [(one["name"], float(one["mb"])) for one in figures["tables"]]


def compare(sizes: Sequence[Mapping[str, Any]]) -> None:
    """Print what must not grow with the catalog."""
    rows = [
        (
            f"{one['items']:,}",
            one["first sync"]["ratio"]["store"],
            one["first sync"]["seconds"] / max(one["first sync"]["floor_seconds"], 1),
            one["first sync"]["worker_mb"],
            one["first sync"]["child_mb"],
            sum(used for used, _ in one["change"]["calls"].values()) / one["changed"],
        )
        for one in sizes
    ]
    head = ("items", "calls / floor", "time / floor", "worker MB", "child MB", "calls per changed item")
    report.table("sizes beside each other", head, rows)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure each size asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.catalog", description=__doc__)
    parser.add_argument("--items", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--quota", type=int, nargs=2, default=[1500, 30], metavar=("CALLS", "SECONDS"))
    parser.add_argument("--route", choices=("table", "api"), default="table", help="how prices and stock are read")
    chosen = parser.parse_args(arguments)
    sizes = []
    for count in chosen.items:
        with tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True) as home:
            figures = run(count, quota=(chosen.quota[0], chosen.quota[1]), route=chosen.route, home=Path(home))
        show(figures)
        print(f"\nall figures: {report.keep(f'catalog-{chosen.route}-{count}', figures)}", flush=True)
        sizes.append(figures)
    compare(sizes)
    return 0


if __name__ == "__main__":
    sys.exit(main())
