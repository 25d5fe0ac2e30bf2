"""Pages of rows: each goes on behind the last row of the one before; the thousandth costs what the first does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Column, ColumnElement, Select, literal, select, tuple_

from connector.domain.progress import OrderState
from connector.records.database import Tx
from connector.records.schema import orders

SORTS: dict[str, Column[object]] = {
    "number": orders.c.number,
    "placed": orders.c.placed_at,
    "total": orders.c.total,
}
"""What orders can be sorted by; each has its index. An order that was not read yet has no time and no total."""


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest rows of a list, or the newest of those before one; in one state alone, if it is named.

    They go by their key: the last page costs what the first does.
    """

    limit: int
    state: str | None = None
    before: int | None = None

    def of(self, query: Select[Any], key: Column[int], state: ColumnElement[str]) -> Select[Any]:
        """Take these of a query's rows."""
        if self.state:
            query = query.where(state == self.state)
        if self.before is not None:
            query = query.where(key < self.before)
        return query.order_by(key.desc()).limit(self.limit)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which orders, and in which order; ``behind`` is the last row of the page before: its value and its id."""

    state: OrderState | None = None
    since: datetime | None = None
    until: datetime | None = None
    sort: str = "number"
    rising: bool = False
    behind: tuple[int | datetime | Decimal, int] | None = None


@dataclass(frozen=True, slots=True)
class ListedOrder:
    """An order as a list shows it."""

    id: int
    number: int
    state: OrderState
    reason: str
    fault_code: str
    currency: str | None
    total: Decimal | None
    placed_at: datetime | None
    external_id: str

    def value(self, sort: str) -> int | datetime | Decimal | None:
        """Give what it is sorted by."""
        return {"number": self.number, "placed": self.placed_at, "total": self.total}[sort]


_COLUMNS = [
    orders.c[name]
    for name in ("id", "number", "state", "reason", "fault_code", "currency", "total", "placed_at", "external_id")
]


def orders_of(tx: Tx, connection_id: int, wanted: Wanted, limit: int) -> list[ListedOrder]:
    """Read one page of a connection's orders."""
    by = SORTS[wanted.sort]
    query = select(*_COLUMNS).where(orders.c.connection_id == connection_id)
    if by.nullable:
        query = query.where(by.is_not(None))
    if wanted.state:
        query = query.where(orders.c.state == wanted.state.value)
    if wanted.since:
        query = query.where(orders.c.placed_at >= wanted.since)
    if wanted.until:
        query = query.where(orders.c.placed_at < wanted.until)
    if wanted.behind:
        here, last = tuple_(by, orders.c.id), tuple_(*(literal(part) for part in wanted.behind))
        query = query.where(here > last if wanted.rising else here < last)
    ways = [by.asc(), orders.c.id.asc()] if wanted.rising else [by.desc(), orders.c.id.desc()]
    return [_listed(row) for row in tx.execute(query.order_by(*ways).limit(limit))]


def _listed(row: object) -> ListedOrder:
    number, state, *rest = row[1:]  # type: ignore[index]  # a row is a tuple
    return ListedOrder(row[0], number, OrderState(state), *rest)  # type: ignore[index]
