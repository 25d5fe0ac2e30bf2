"""Rows of webhooks as received and verified; the unique key makes a repeat harmless."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import Row, and_, false, or_, select, text, update
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


_NAMES = tuple(field.name for field in fields(NewDelivery) if field.name != "sealed")
_KEEP = text("""
    WITH told AS (
        SELECT * FROM unnest(CAST(:connection_id AS bigint[]), CAST(:delivery_key AS text[]), CAST(:scope AS text[]),
            CAST(:order_number AS bigint[]), CAST(:product_number AS bigint[]), CAST(:scheme AS text[]),
            CAST(:body AS bytea[]), CAST(:state AS text[]), CAST(:reason AS text[]),
            CAST(:received_at AS timestamptz[]))
        AS told(connection_id, delivery_key, scope, order_number, product_number, scheme, body, state, reason,
            received_at)
    ), kept AS (
        INSERT INTO deliveries (connection_id, delivery_key, scope, order_number, product_number, scheme, body, state,
            reason, received_at)
        SELECT * FROM told ORDER BY connection_id, delivery_key
        ON CONFLICT DO NOTHING RETURNING connection_id, delivery_key, order_number, state, received_at
    ), asked AS (
        INSERT INTO orders (connection_id, number, state, wanted, not_before, first_seen_at)
        SELECT connection_id, order_number, 'new', count(*), :due, min(received_at) FROM kept
        WHERE state = 'taken' AND order_number IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2
        ON CONFLICT (connection_id, number) DO UPDATE SET wanted = orders.wanted + excluded.wanted, failures = 0,
            not_before = least(orders.not_before, excluded.not_before)
    )
    SELECT connection_id, delivery_key FROM kept
""")


def keep(tx: Tx, new: Sequence[NewDelivery], *, due: datetime) -> set[tuple[int, str]]:
    """Keep deliveries and ask for the orders that were taken with them, no later than ``due``, in one statement.

    Gives connection and key of those that are no repeats; a repeat asks for nothing. All rows are taken in one order,
    so that no two callers wait for each other.
    """
    columns = {name: [getattr(one, name) for one in new] for name in _NAMES}
    states = [state.value for state in columns.pop("state")]
    kept = tx.execute(_KEEP, columns | {"state": states, "due": due})
    return {(row.connection_id, row.delivery_key) for row in kept}


def insert(tx: Tx, new: NewDelivery) -> None:
    """Keep one delivery that asks for nothing; a repeat is kept once."""
    row = asdict(new) | {"state": new.state.value}
    tx.execute(upsert(deliveries).values(row).on_conflict_do_nothing())


def check(tx: Tx) -> None:
    """Ask for no row as whoever writes does, to see that the table is there and takes changes."""
    tx.execute(select(deliveries.c.id).where(false()).with_for_update())


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
