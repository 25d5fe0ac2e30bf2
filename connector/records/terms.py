"""Rows by which orders are found: SKUs as they are, e-mail addresses as keyed digests only."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, delete, insert, select, tuple_, union, update

from connector.records.database import Tx
from connector.records.schema import connections, orders, postings
from connector.records.schema_console import order_terms

Term = tuple[str, str]
"""A kind, ``sku`` or ``email``, and a value."""


@dataclass(frozen=True, slots=True)
class FoundOrder:
    """An order that was looked for."""

    connection: str
    number: int
    state: str
    currency: str | None
    total: Decimal | None
    placed_at: datetime | None
    external_id: str


def save(tx: Tx, connection_id: int, order_id: int, terms: Collection[Term], *, now: datetime) -> None:
    """Keep by what an order is found from now on."""
    tx.execute(delete(order_terms).where(order_terms.c.order_id == order_id))
    rows = [
        {"connection_id": connection_id, "order_id": order_id, "kind": kind, "value": value, "noted_at": now}
        for kind, value in sorted(terms)
    ]
    if rows:
        tx.execute(insert(order_terms), rows)


def by_number(tx: Tx, number: int, limit: int) -> list[FoundOrder]:
    """Find orders by the store's number, in every connection."""
    return _found(tx, select(orders.c.id).where(orders.c.number == number), limit)


def by_external_id(tx: Tx, external_id: str, limit: int) -> list[FoundOrder]:
    """Find orders by the ERP's number, of the order or of one of its postings."""
    own = select(orders.c.id).where(orders.c.external_id == external_id, orders.c.external_id != "")
    theirs = select(postings.c.order_id).where(postings.c.external_id == external_id, postings.c.external_id != "")
    return _found(tx, union(own, theirs), limit)


def by_term(tx: Tx, kind: str, values: Sequence[str], limit: int) -> list[FoundOrder]:
    """Find the newest orders by what is kept of them."""
    mine = select(order_terms.c.order_id).where(order_terms.c.kind == kind, order_terms.c.value.in_(values))
    return _found(tx, mine.order_by(order_terms.c.order_id.desc()).limit(limit), limit)


def _found(tx: Tx, ids: Any, limit: int) -> list[FoundOrder]:
    wanted = ids.subquery()
    columns = ("number", "state", "currency", "total", "placed_at", "external_id")
    query: Select[Any] = (
        select(connections.c.name, *(orders.c[name] for name in columns))
        .join(connections, orders.c.connection_id == connections.c.id)
        .where(orders.c.id.in_(select(wanted)), connections.c.removed.is_(False))
        .order_by(orders.c.id.desc())
        .limit(limit)
    )
    return [FoundOrder(*row) for row in tx.execute(query)]


def known_by_address(tx: Tx, *, after: int, limit: int) -> list[int]:
    """List orders that are found by an address, by their own ids."""
    mine = (order_terms.c.kind == "email", order_terms.c.order_id > after)
    query = select(order_terms.c.order_id).where(*mine).order_by(order_terms.c.order_id).limit(limit)
    return list(tx.execute(query).scalars())


def mark_anew(tx: Tx, order_id: int, mark: str | None) -> None:
    """Keep another mark of an order's address; none where the address was forgotten."""
    mine = (order_terms.c.order_id == order_id, order_terms.c.kind == "email")
    if mark is None:
        tx.execute(delete(order_terms).where(*mine))
    else:
        tx.execute(update(order_terms).where(*mine).values(value=mark))


def forget_people(tx: Tx, before: datetime, *, limit: int) -> int:
    """Drop so much of what leads from an e-mail address to old orders."""
    key = (order_terms.c.order_id, order_terms.c.kind, order_terms.c.value)
    old = select(*key).where(order_terms.c.kind == "email", order_terms.c.noted_at < before).limit(limit)
    return tx.execute(delete(order_terms).where(tuple_(*key).in_(old))).rowcount
