"""Counts for the console's first page: each from an index, none by reading a whole table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from connector.domain.item import ItemState
from connector.domain.progress import OrderState
from connector.records.database import Tx
from connector.records.deliveries import DeliveryState
from connector.records.schema import deliveries, orders, tokens
from connector.records.schema_catalog import items

UNFINISHED = (
    OrderState.NEW,
    OrderState.WAITING,
    OrderState.OPEN,
    OrderState.HELD,
    OrderState.UNCERTAIN,
    OrderState.REJECTED,
)
"""States that an order does not stay in for ever; those that have ended may be millions and are not counted whole."""


@dataclass(frozen=True, slots=True)
class DayRow:
    """The orders placed on one day, and where they stand now."""

    day: date
    orders: int
    posted: int
    for_a_person: int


@dataclass(frozen=True, slots=True)
class TokenRow:
    """How the token is."""

    expires_at: datetime | None
    distrusted: bool
    fault: str


def unfinished(tx: Tx, connection_id: int) -> dict[str, tuple[int, datetime]]:
    """Count the orders of each state that has not ended; with the moment the oldest was heard of."""
    rows = tx.execute(
        select(orders.c.state, func.count(), func.min(orders.c.first_seen_at))
        .where(orders.c.connection_id == connection_id, orders.c.state.in_([state.value for state in UNFINISHED]))
        .group_by(orders.c.state)
    )
    return {state: (count, oldest) for state, count, oldest in rows}


def placed_since(tx: Tx, connection_id: int, since: datetime, zone: str) -> list[DayRow]:
    """Count the orders placed since a moment, by day where the books are kept, and where they stand."""
    day = func.date(func.timezone(zone, orders.c.placed_at)).label("day")
    waits = (OrderState.HELD.value, OrderState.REJECTED.value, OrderState.UNCERTAIN.value)
    rows = tx.execute(
        select(
            day,
            func.count(),
            func.count().filter(orders.c.state == OrderState.POSTED.value),
            func.count().filter(orders.c.state.in_(waits)),
        )
        .where(orders.c.connection_id == connection_id, orders.c.placed_at >= since)
        .group_by(day)
        .order_by(day)
    )
    return [DayRow(*row) for row in rows]


def dead(tx: Tx, connection_id: int) -> int:
    """Count the deliveries that make no sense."""
    mine = (deliveries.c.connection_id == connection_id, deliveries.c.state == DeliveryState.DEAD.value)
    return tx.execute(select(func.count()).where(*mine)).scalar_one()


def catalog(tx: Tx, connection_id: int) -> dict[str, int]:
    """Count the facts of items that are due to go out, and those that the store refused."""
    return {
        state.value: tx.execute(
            select(func.count()).where(items.c.connection_id == connection_id, items.c.state == state.value)
        ).scalar_one()
        for state in (ItemState.DUE, ItemState.REFUSED)
    }


def token(tx: Tx, connection_id: int) -> TokenRow | None:
    """Read how the connection's token is; None before the first."""
    row = tx.execute(
        select(tokens).where(tokens.c.connection_id == connection_id, tokens.c.version > 0)
    ).one_or_none()
    return TokenRow(row.expires_at, row.distrusted, row.fault) if row else None
