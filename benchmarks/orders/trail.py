"""How long the queries of the CLI, the console and beat take on a short and on a long trail."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks import report
from benchmarks.orders.stage import OrdersStage
from connector.domain.identity import OrderRef
from connector.flows import backfill, catalog, hooks, overview, reconciliation, retention, story, tokens
from connector.flows.house import House
from connector.flows.orders import claim_due
from connector.records.listing import Newest
from tests.rig import NAME

TIMES = 5
PER_ORDER = 20
"""Records of an order: 2 deliveries, 3 postings, 10 calls, 4 changes, and itself."""

Query = Callable[[House], object]
_LISTED = {
    f"records list --kind {kind}{f' --state {state}' if state else ''}": (kind, state)
    for kind, state in (
        ("order", None),
        ("order", "held"),
        ("order", "posted"),
        ("posting", None),
        ("posting", "rejected"),
        ("posting", "confirmed"),
        ("delivery", None),
        ("delivery", "dead"),
        ("delivery", "taken"),
    )
}


def queries(orders: int) -> dict[str, Query]:
    """Name what is asked."""
    listed: dict[str, Query] = {
        name: lambda house, kind=kind, state=state: story.listed(house, NAME, Newest(50, state), kind=kind)  # type: ignore[misc]
        for name, (kind, state) in _LISTED.items()
    }
    return listed | {
        "orders show": lambda house: story.of_order(house, OrderRef(NAME, orders // 2)),
        "console overview": overview.every,
        "beat: sweep": claim_due,
        "beat: tokens": tokens.refresh_due,
        "beat: polls due": backfill.due,
        "beat: catalog due": catalog.due,
        "beat: hooks due": hooks.due,
        "beat: reconciliation due": reconciliation.due,
        "beat: retention": retention.forget,
    }


def fill(stage: OrdersStage, records: int) -> int:
    """Write a trail of so many records; gives how many orders that are. One in a thousand is held, or dead."""
    orders = records // PER_ORDER
    stage.do(
        "TRUNCATE deliveries, exchanges, audit, audit_heads",
        "DELETE FROM orders",
        "INSERT INTO orders (connection_id, number, state, wanted, covered, placed_at, first_seen_at)"
        " SELECT id, n, CASE WHEN n % 1000 = 1 THEN 'held' ELSE 'posted' END, 1, 1, now() - n * interval '1 min',"
        " now() - n * interval '1 min' FROM connections, generate_series(1, :orders) n",
        "INSERT INTO deliveries (connection_id, delivery_key, scope, order_number, scheme, body, state, received_at)"
        " SELECT connection_id, number || '-' || n, 'store/order/created', number, 'x', '{}',"
        " CASE WHEN number % 1000 = 1 AND n = 1 THEN 'dead' ELSE 'taken' END, first_seen_at"
        " FROM orders, generate_series(1, 2) n",
        "INSERT INTO postings (connection_id, order_id, kind, source, revision, posting_key, reference, position,"
        " state, profile_version, occurred_at, changed_at) SELECT connection_id, id, 'payment', number, n,"
        " number || '-' || n, 'BC-' || number, n,"
        " CASE WHEN number % 1000 = 1 THEN 'rejected' ELSE 'confirmed' END, 1, placed_at, placed_at"
        " FROM orders, generate_series(1, 3) n",
        "INSERT INTO exchanges (connection, order_number, step, system, call, effect, status, outcome, seconds,"
        " request_id, sealed, started_at) SELECT 'acme', number, 's', 'm3', 'c', 'read', 200, 'ok', 0.1, '', 'x',"
        " first_seen_at FROM orders, generate_series(1, 10) n",
        "INSERT INTO audit (connection, order_number, actor, action, subject, detail, at, number, previous, digest)"
        " SELECT 'acme', number, 'worker', 'a', 'order ' || number, '{}', first_seen_at, number * 4 + n, '', ''"
        " FROM orders, generate_series(1, 4) n",
        orders=orders,
    )
    with stage.house.database.alone() as tx:
        tx.exec_driver_sql("VACUUM ANALYZE")
    return orders


def run(home: Path, sizes: Sequence[int]) -> list[dict[str, Any]]:
    """Time every query on each size, in milliseconds."""
    found = []
    with OrdersStage(home / "trail") as stage:
        for size in sizes:
            asked = queries(fill(stage, size))
            took = {
                name: statistics.median(_timed(query, stage.house) for _ in range(TIMES))
                for name, query in asked.items()
            }
            found.append({"records": size, "ms": took})
    return found


def _timed(query: Query, house: House) -> float:
    took = []
    for _ in range(TIMES):
        began = time.perf_counter()
        query(house)
        took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took)


def show(figures: Sequence[Mapping[str, Any]]) -> None:
    """Print them."""
    short, *_, long = figures
    rows = [(name, took, long["ms"][name], long["ms"][name] / took) for name, took in short["ms"].items()]
    head = ("", f"{short['records']:,}, ms", f"{long['records']:,}, ms", "ratio")
    report.table("queries by the length of the trail", head, rows)
