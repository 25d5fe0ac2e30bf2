"""Takes the rows of a connection away: it is gone at once, its rows portion by portion."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Table, any_, delete, exists, func, literal_column, select, update

from connector.records.database import Tx
from connector.records.schema import bindings, connections, deliveries, orders, postings, refunds, transactions
from connector.records.schema_catalog import articles, demands, echoes, items, touches
from connector.records.schema_console import order_terms
from connector.records.schema_first_hour import approvals
from connector.records.schema_messages import messages

GROWING = (
    order_terms,
    demands,
    transactions,
    refunds,
    postings,
    orders,
    deliveries,
    messages,
    approvals,
    items,
    articles,
    touches,
    echoes,
    bindings,
)
"""Tables that hold more of a connection than one statement may delete; what hangs on a row goes with it."""


def by_message_until(tx: Tx, connection_id: int) -> datetime | None:
    """Tell when the newest order was placed of a connection that sends by message; None where it never did."""
    sends = exists().where(messages.c.connection_id == connection_id)
    newest = select(func.max(orders.c.placed_at)).where(orders.c.connection_id == connection_id, sends)
    moment: datetime | None = tx.execute(newest).scalar_one()
    return moment


def begin(tx: Tx, connection_id: int) -> None:
    """Let nobody find a connection any more, nor begin anything of it."""
    gone = {"removed": True, "paused": True, "rules": connections.c.rules + 1}
    tx.execute(update(connections).where(connections.c.id == connection_id).values(**gone))


def begun(tx: Tx) -> dict[str, int]:
    """List the ids of the connections of which rows are left, by name."""
    left = select(connections.c.name, connections.c.id).where(connections.c.removed)
    return {row.name: row.id for row in tx.execute(left.order_by(connections.c.name))}


def delete_some(tx: Tx, table: Table, connection_id: int, limit: int) -> int:
    """Delete so many rows of a connection; returns how many there were."""
    place: ColumnElement[str] = literal_column("ctid")
    some = select(place).select_from(table).where(table.c.connection_id == connection_id).limit(limit)
    return tx.execute(delete(table).where(place == any_(func.array(some.scalar_subquery())))).rowcount


def end(tx: Tx, connection_id: int) -> None:
    """Delete a connection with everything that still hangs on it."""
    tx.execute(delete(connections).where(connections.c.id == connection_id))
