"""Rows of webhooks as received and verified; the unique key makes a repeat harmless."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from enum import Enum
from operator import attrgetter
from typing import Any

from sqlalchemy import Row, and_, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from connector.records.database import Tx
from connector.records.listing import Newest
from connector.records.schema import connections, deliveries


class DeliveryState(Enum):
    """The one end of a delivery."""

    TAKEN = "taken"  # its order was asked for, or its product is looked at
    ECHO = "echo"  # caused by our own write
    IGNORED = "ignored"  # a scope nothing depends on
    DEAD = "dead"  # authentic, but it makes no sense: for a person


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """One delivery of the trail."""

    id: int
    connection: str
    delivery_key: str
    scope: str
    order_number: int | None
    product_number: int | None
    scheme: str
    body: bytes
    sealed: bytes | None
    state: DeliveryState
    reason: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """A delivery to be kept."""

    connection_id: int
    delivery_key: str
    scope: str
    order_number: int | None
    product_number: int | None
    scheme: str
    body: bytes
    state: DeliveryState
    reason: str
    received_at: datetime
    sealed: bytes | None = None


_NAMES = tuple(field.name for field in fields(NewDelivery))
_KEEP = upsert(deliveries).on_conflict_do_nothing().returning(deliveries.c.connection_id, deliveries.c.delivery_key)


def insert(tx: Tx, new: Sequence[NewDelivery]) -> set[tuple[int, str]]:
    """Keep deliveries; gives connection and key of those that are no repeats.

    All rows are taken in one order, so that no two callers wait for each other.
    """
    kept = tx.execute(_KEEP, [_columns(one) for one in sorted(new, key=attrgetter("connection_id", "delivery_key"))])
    return {(row.connection_id, row.delivery_key) for row in kept}


def _columns(new: NewDelivery) -> dict[str, object]:
    return {name: getattr(new, name) for name in _NAMES} | {"state": new.state.value}


def check(tx: Tx) -> None:
    """Ask for one row, to see that the table is there."""
    tx.execute(select(deliveries.c.id).limit(1))


def settle(tx: Tx, delivery_id: int, state: DeliveryState, reason: str, order_number: int | None) -> None:
    """Give a delivery another end: after a replay."""
    tx.execute(
        update(deliveries)
        .where(deliveries.c.id == delivery_id)
        .values(state=state.value, reason=reason, order_number=order_number)
    )


def forget(tx: Tx, before: datetime, *, limit: int) -> int:
    """Drop the content of so many old deliveries that is sealed, or that nobody could read; returns of how many."""
    unreadable = and_(deliveries.c.state == DeliveryState.DEAD.value, deliveries.c.body != b"")
    said = or_(deliveries.c.sealed.is_not(None), unreadable)
    old = select(deliveries.c.id).where(said, deliveries.c.received_at < before).limit(limit)
    return tx.execute(update(deliveries).where(deliveries.c.id.in_(old)).values(sealed=None, body=b"")).rowcount


_QUERY = select(deliveries, connections.c.name.label("connection")).join(connections)


def by_id(tx: Tx, delivery_id: int) -> DeliveryRow | None:
    """Read one delivery."""
    row = tx.execute(_QUERY.where(deliveries.c.id == delivery_id)).one_or_none()
    return _row(row) if row else None


def listed(tx: Tx, connection_id: int, wanted: Newest) -> list[DeliveryRow]:
    """List a connection's deliveries, newest first."""
    query = _QUERY.where(deliveries.c.connection_id == connection_id)
    return [_row(row) for row in tx.execute(wanted.of(query, deliveries.c.id, deliveries.c.state))]


def of_order(tx: Tx, connection_id: int, number: int) -> list[DeliveryRow]:
    """List the deliveries about one order, oldest first."""
    query = _QUERY.where(deliveries.c.connection_id == connection_id, deliveries.c.order_number == number)
    return [_row(row) for row in tx.execute(query.order_by(deliveries.c.id))]


def _row(row: Row[Any]) -> DeliveryRow:
    return DeliveryRow(
        id=row.id,
        connection=row.connection,
        delivery_key=row.delivery_key,
        scope=row.scope,
        order_number=row.order_number,
        product_number=row.product_number,
        scheme=row.scheme,
        body=bytes(row.body),
        sealed=bytes(row.sealed) if row.sealed is not None else None,
        state=DeliveryState(row.state),
        reason=row.reason,
        received_at=row.received_at,
    )
