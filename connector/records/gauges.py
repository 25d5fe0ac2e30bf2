"""Counts for a monitor, of all connections at once: a query each, none reads what has ended."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, case, func, select

from connector.domain.gauge import Gauge
from connector.domain.item import ItemState
from connector.domain.posting import PostingState
from connector.records.database import Tx
from connector.records.deliveries import DeliveryState
from connector.records.overview import UNFINISHED
from connector.records.schema import connections, deliveries, heartbeats, orders, postings, tokens, watermarks
from connector.records.schema_alerts import alerts
from connector.records.schema_catalog import hooks, items

_OPEN = (
    PostingState.PLANNED,
    PostingState.SENDING,
    PostingState.SENT,
    PostingState.UNCERTAIN,
    PostingState.HELD,
    PostingState.REJECTED,
)


def read(tx: Tx, now: datetime) -> Iterator[Gauge]:
    """Read every figure."""
    yield from _by_state(tx, "ml_connector_orders", orders, [state.value for state in UNFINISHED])
    yield from _by_state(tx, "ml_connector_postings", postings, [state.value for state in _OPEN])
    waiting = [ItemState.DUE.value, ItemState.REFUSED.value]
    yield from _by_state(tx, "ml_connector_items", items, waiting)
    dead = deliveries.c.state == DeliveryState.DEAD.value
    yield from _each(tx, "ml_connector_dead_deliveries", deliveries, func.count(), dead)
    yield from _each(tx, "ml_connector_hooks_dark", hooks, func.count(), hooks.c.hook == 0)
    unfinished = orders.c.state.in_([state.value for state in UNFINISHED])
    age = func.extract("epoch", now - func.min(orders.c.first_seen_at))
    yield from _each(tx, "ml_connector_oldest_order_seconds", orders, age, unfinished)
    left = func.max(func.extract("epoch", tokens.c.expires_at - now))
    yield from _each(tx, "ml_connector_token_seconds", tokens, left, tokens.c.expires_at.is_not(None))
    yield from _named(tx, now)


def _named(tx: Tx, now: datetime) -> Iterator[Gauge]:
    for name, paused in tx.execute(select(connections.c.name, connections.c.paused)):
        yield Gauge("ml_connector_paused", (name,), float(paused))
    for name, kind in tx.execute(select(connections.c.name, alerts.c.kind).join(alerts)):
        yield Gauge("ml_connector_alerts", (name, kind), 1)
    never = case((watermarks.c.poll == "orders", connections.c.saved_at))
    read_to = func.coalesce(watermarks.c.read_to, never)
    marks = select(connections.c.name, watermarks.c.poll, read_to).join(watermarks)
    for name, poll, moment in tx.execute(marks.where(read_to.is_not(None))):
        yield Gauge("ml_connector_poll_age_seconds", (name, poll), (now - moment).total_seconds())
    for name, at in tx.execute(select(heartbeats.c.name, heartbeats.c.at)):
        yield Gauge("ml_connector_heartbeat_age_seconds", (name,), (now - at).total_seconds())


def _by_state(tx: Tx, name: str, table: Table, states: list[str]) -> Iterator[Gauge]:
    query = (
        select(connections.c.name, table.c.state, func.count())
        .join(table, table.c.connection_id == connections.c.id)
        .where(table.c.state.in_(states))
        .group_by(connections.c.name, table.c.state)
    )
    for connection, state, count in tx.execute(query):
        yield Gauge(name, (connection, state), count)


def _each(tx: Tx, name: str, table: Table, value: ColumnElement[Any], which: ColumnElement[bool]) -> Iterator[Gauge]:
    query = select(connections.c.name, value).join(table, table.c.connection_id == connections.c.id).where(which)
    for connection, found in tx.execute(query.group_by(connections.c.name)):
        yield Gauge(name, (connection,), float(found))
