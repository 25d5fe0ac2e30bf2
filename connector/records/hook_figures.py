"""Counts of what happened in the store against what its webhooks told of it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Subquery, Table, func, literal, select

from connector.records.database import Tx
from connector.records.money_events import KINDS
from connector.records.schema import deliveries, orders


def received(
    tx: Tx, connection_id: int, scopes: Collection[str], *, since: datetime, until: datetime
) -> dict[str, int]:
    """Count the deliveries of each of these scopes in a period; a repeat of one delivery counts once."""
    rows = tx.execute(
        select(deliveries.c.scope, func.count().label("received"))
        .where(
            deliveries.c.connection_id == connection_id,
            deliveries.c.scope.in_(scopes),
            deliveries.c.received_at >= since,
            deliveries.c.received_at < until,
        )
        .group_by(deliveries.c.scope)
    )
    return {row.scope: row.received for row in rows}


def told(tx: Tx, connection_id: int, scope: str, *, kind: str, since: datetime, until: datetime) -> tuple[int, int]:
    """Count the orders, transactions or refunds of a period, and those of them that a delivery told of.

    A delivery names a transaction by its gateway's id, which we do not keep: they are matched by order, and an
    order's deliveries tell of no more of its events than there are.
    """
    events = (
        _events(KINDS[kind], connection_id, since, until) if kind in KINDS else _placed(connection_id, since, until)
    )
    heard = _heard(connection_id, scope, since)
    known = func.least(events.c.happened, func.coalesce(heard.c.heard, 0))
    counted = select(func.coalesce(func.sum(events.c.happened), 0), func.coalesce(func.sum(known), 0))
    both = events.outerjoin(heard, heard.c.order_number == events.c.number)
    happened, told_of = tx.execute(counted.select_from(both)).one()
    return int(happened), int(told_of)


def _placed(connection_id: int, since: datetime, until: datetime) -> Subquery:
    return (
        select(orders.c.number, literal(1).label("happened"))
        .where(orders.c.connection_id == connection_id, orders.c.placed_at >= since, orders.c.placed_at < until)
        .subquery()
    )


def _events(table: Table, connection_id: int, since: datetime, until: datetime) -> Subquery:
    return (
        select(orders.c.number, func.count().label("happened"))
        .join(orders, table.c.order_id == orders.c.id)
        .where(table.c.connection_id == connection_id, table.c.happened_at >= since, table.c.happened_at < until)
        .group_by(orders.c.number)
        .subquery()
    )


def _heard(connection_id: int, scope: str, since: datetime) -> Subquery:
    return (
        select(deliveries.c.order_number, func.count().label("heard"))
        .where(
            deliveries.c.connection_id == connection_id,
            deliveries.c.scope == scope,
            deliveries.c.received_at >= since,
        )
        .group_by(deliveries.c.order_number)
        .subquery()
    )
