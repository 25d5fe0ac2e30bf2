"""How long the queries of the CLI, the console and beat take on a short and on a long trail."""

from __future__ import annotations

import itertools
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks import plans, report
from benchmarks.orders import history
from benchmarks.orders.history import DUE, PORTIONS
from benchmarks.orders.stage import OrdersStage
from connector.domain.audit import Verification
from connector.domain.identity import OrderRef
from connector.flows import (
    alerts,
    audit,
    backfill,
    catalog,
    hooks,
    overview,
    periods,
    reconciliation,
    retention,
    story,
    tokens,
)
from connector.flows.house import House
from connector.flows.orders import claim_due
from connector.ports import Clock
from connector.records.listing import Newest
from tests.rig import NAME

EXPLAINED = ("beat: sweep", "console overview")
"""Of which the figures keep how PostgreSQL goes about them."""

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
        ("transaction", None),
        ("transaction", "left_out"),
        ("refund", None),
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
        "console: the trail's newest": lambda house: audit.newest(house, NAME, before=None, limit=50),
        "console overview": overview.every,
        "beat: sweep": claim_due,
        "beat: tokens": tokens.refresh_due,
        "beat: polls due": backfill.due,
        "beat: catalog due": catalog.due,
        "beat: hooks due": hooks.due,
        "beat: reconciliation due": reconciliation.due,
        "beat: periods due": periods.due,
        "beat: alerts": alerts.look,
        f"beat: retention, {DUE} orders due": _forgetting(),
    }


def whole(day: date) -> dict[str, Query]:
    """Name what follows the trail's chain from its beginning."""
    return {
        "audit verify": lambda house: _assert_holds(audit.verify(house, NAME)),
        "audit export, of one day": lambda house: list(audit.entries(house, NAME, day, day)),
    }


def _assert_holds(verdict: Verification) -> None:
    assert verdict.holds, verdict


@dataclass(frozen=True)
class _Later:
    """A clock that is ahead of another."""

    clock: Clock
    by: timedelta

    def now(self) -> datetime:
        return self.clock.now() + self.by


def _forgetting() -> Query:
    """Forget, each time an hour later: the orders that fell due meanwhile."""
    hours = itertools.count(1)

    def forget(house: House) -> None:
        later = _Later(house.clock, timedelta(hours=next(hours)))
        gone = retention.forget(replace(house, clock=later))
        found = {name: gone[name] for name in ("snapshots", "exchanges", "addresses", "documents")}
        assert found == {"snapshots": DUE, "exchanges": 8 * DUE, "addresses": DUE, "documents": DUE}, gone

    return forget


def _shown(stage: OrdersStage, order: int) -> dict[str, Query]:
    """Name one record of each kind, all of one order."""
    [ids] = stage.rows(
        "SELECT 'o-' || id AS o, 'd-' || (SELECT min(id) FROM deliveries WHERE order_number = :order) AS d,"
        " 'p-' || (SELECT min(id) FROM postings WHERE order_id = orders.id) AS p,"
        " 't-' || (SELECT min(id) FROM transactions WHERE order_id = orders.id) AS t,"
        " 'x-' || (SELECT min(id) FROM exchanges WHERE order_number = :order) AS x"
        " FROM orders WHERE number = :order",
        order=order,
    )
    names = dict(zip("odptx", ("order", "delivery", "posting", "transaction", "call"), strict=True))
    return {
        f"records show, {names[kind]}": lambda house, record=record: story.of_record(house, record)  # type: ignore[misc]
        for kind, record in ids.items()
    }


def run(home: Path, sizes: Sequence[int]) -> list[dict[str, Any]]:
    """Time every query on each size, in milliseconds; explain those of EXPLAINED."""
    found = []
    with OrdersStage(home / "trail", PUBLIC_URL="https://connector.example.com") as stage:
        for size in sizes:
            orders = history.write(stage, size)
            asked = queries(orders) | _shown(stage, orders // 2)
            took = {name: _timed(query, stage.house) for name, query in asked.items()}
            followed = {name: _once(query, stage.house) for name, query in whole(stage.house.now().date()).items()}
            explained = {name: _explained(stage, asked[name]) for name in EXPLAINED}
            found.append({"records": size, "ms": took, "whole_ms": followed, "plans": explained})
    return found


def _explained(stage: OrdersStage, query: Query) -> list[str]:
    with plans.heard(stage) as statements:
        query(stage.house)
    return plans.of(stage, statements)


def _timed(query: Query, house: House) -> float:
    return statistics.median(_once(query, house) for _ in range(PORTIONS))


def _once(query: Query, house: House) -> float:
    began = time.perf_counter()
    query(house)
    return (time.perf_counter() - began) * 1000


def show(figures: Sequence[Mapping[str, Any]]) -> None:
    """Print them."""
    short, *_, long = figures
    head = ("", f"{short['records']:,}, ms", f"{long['records']:,}, ms", "ratio")
    for title, kept in (
        ("queries by the length of the trail", "ms"),
        ("what follows it from its beginning", "whole_ms"),
    ):
        rows = [(name, took, long[kept][name], long[kept][name] / took) for name, took in short[kept].items()]
        report.table(title, head, rows)
