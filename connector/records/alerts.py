"""What is wrong with which connection, since when, and whether people were told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from connector.domain.alert import Alert, AlertKind, StandingAlert
from connector.domain.item import ItemState
from connector.domain.posting import PostingState
from connector.domain.progress import OrderState
from connector.records.database import Tx
from connector.records.deliveries import DeliveryState
from connector.records.notices import OPEN
from connector.records.overview import UNFINISHED
from connector.records.postings import WITH_PEOPLE
from connector.records.schema import connections, deliveries, orders, postings, snapshots, tokens, watermarks
from connector.records.schema_alerts import alerts, notices
from connector.records.schema_catalog import items
from connector.records.schema_trail import exchanges

Counted = tuple[str, int, datetime]
"""A connection's name, how many, the oldest."""


def orders_in(tx: Tx, state: OrderState, *, before: datetime) -> list[Counted]:
    """Count orders that have been in a state since before a moment."""
    return _counted(tx, orders.c.first_seen_at, orders.c.state == state.value, before=before)


def failing(tx: Tx, times: int) -> list[tuple[str, int, str]]:
    """Count orders that failed so often in a row, and name the faults."""
    faults = func.string_agg(orders.c.fault_code.distinct(), ", ")
    query = select(connections.c.name, func.count(), faults).join(orders)
    query = query.where(orders.c.state.in_([state.value for state in UNFINISHED]), orders.c.failures >= times)
    rows = tx.execute(query.where(connections.c.paused.is_(False)).group_by(connections.c.name))
    return [(name, count, codes) for name, count, codes in rows]


def noticed(tx: Tx, *, before: datetime) -> list[Counted]:
    """Count posted orders that ask for something by hand and were read before a moment."""
    return _counted(tx, orders.c.pulled_at, *OPEN, before=before)


def uncertain(tx: Tx, *, before: datetime) -> list[Counted]:
    """Count postings whose quiet period was over before a moment and which are uncertain all the same."""
    return _counted(tx, postings.c.quiet_until, postings.c.state == PostingState.UNCERTAIN.value, before=before)


def unfinished(tx: Tx, *, before: datetime) -> list[Counted]:
    """Count postings that the ERP took before a moment and has not finished."""
    return _counted(tx, postings.c.sending_at, postings.c.state == PostingState.SENT.value, before=before)


def refused(tx: Tx, *, before: datetime) -> list[Counted]:
    """Count what is known of items since before a moment and refused."""
    return _counted(tx, items.c.changed_at, items.c.state == ItemState.REFUSED.value, before=before)


def dead(tx: Tx) -> list[Counted]:
    """Count deliveries that make no sense."""
    return _counted(tx, deliveries.c.received_at, deliveries.c.state == DeliveryState.DEAD.value)


def _counted(
    tx: Tx, since: Column[Any], *which: ColumnElement[bool], before: datetime | None = None
) -> list[Counted]:
    query = select(connections.c.name, func.count(), func.min(since)).join(since.table)
    query = query.where(connections.c.paused.is_(False), *which, *([since < before] if before else []))
    return [(name, count, oldest) for name, count, oldest in tx.execute(query.group_by(connections.c.name))]


def failing_tokens(tx: Tx) -> list[tuple[str, str]]:
    """List the connections whose token fails, and how."""
    query = select(connections.c.name, tokens.c.fault).join(tokens).where(connections.c.paused.is_(False))
    rows = tx.execute(query.where(or_(tokens.c.fault != "", tokens.c.distrusted)))
    return [(name, fault or "the token was refused") for name, fault in rows]


def marked(tx: Tx, poll: str) -> list[tuple[str, str]]:
    """List what is written at a poll's mark, where something is."""
    query = select(connections.c.name, watermarks.c.cursor).join(watermarks)
    found = query.where(watermarks.c.poll == poll, watermarks.c.cursor != "", connections.c.paused.is_(False))
    return [(name, cursor) for name, cursor in tx.execute(found)]


_UNFORGOTTEN = (
    select(snapshots.c.taken_at.label("at"), orders.c.connection_id.label("owner"))
    .join(orders)
    .where(snapshots.c.sealed.is_not(None)),
    select(exchanges.c.started_at.label("at"), connections.c.id.label("owner"))
    .join(connections, connections.c.name == exchanges.c.connection)
    .where(exchanges.c.sealed.is_not(None)),
    select(postings.c.changed_at.label("at"), postings.c.connection_id.label("owner")).where(*WITH_PEOPLE),
)
"""Readings, calls and documents that still say whose they are, each found in the order of its index."""


def unforgotten(tx: Tx, *, before: datetime) -> dict[str, datetime]:
    """Tell of the oldest reading, call and document with personal data of before a moment, and whose they are."""
    oldest: dict[str, datetime] = {}
    for query in _UNFORGOTTEN:
        at = query.selected_columns["at"]
        first = query.where(at < before).order_by(at).limit(1).subquery()
        told = select(connections.c.name, first.c.at).join(first, first.c.owner == connections.c.id)
        for name, moment in tx.execute(told):
            oldest[name] = min(moment, oldest.get(name, moment))
    return oldest


def stopped(tx: Tx, poll: str, *, before: datetime) -> list[tuple[str, datetime, str]]:
    """List whose work has failed since before a moment: since when, and how it did last."""
    query = select(connections.c.name, watermarks.c.began_at, watermarks.c.cursor).join(watermarks)
    found = query.where(watermarks.c.poll == poll, watermarks.c.began_at < before, connections.c.paused.is_(False))
    return [tuple(row) for row in tx.execute(found)]


def standing(tx: Tx) -> list[StandingAlert]:
    """Read what was wrong at the last look; whoever looks at the same time waits."""
    tx.execute(upsert(notices).values(id=1).on_conflict_do_nothing())
    tx.execute(select(notices.c.id).with_for_update()).one()
    query = select(connections.c.name, alerts).join(alerts).order_by(alerts.c.since)
    return [
        StandingAlert(Alert(row.name, AlertKind(row.kind), row.what), row.since, row.told_at)
        for row in tx.execute(query)
    ]


def write(tx: Tx, present: Sequence[Alert], *, now: datetime) -> None:
    """Note what is wrong; since when stays with what was wrong already."""
    ids = {row.name: row.id for row in tx.execute(select(connections.c.name, connections.c.id))}
    for alert in present:
        row = {"connection_id": ids[alert.connection], "kind": alert.kind.value, "what": alert.what, "since": now}
        tx.execute(
            upsert(alerts)
            .values(row)
            .on_conflict_do_update(index_elements=["connection_id", "kind"], set_={"what": alert.what})
        )


def forget(tx: Tx, gone: Sequence[Alert]) -> None:
    """Forget what is over, and was told or never was."""
    for alert in gone:
        tx.execute(delete(alerts).where(*_of(alert)))


def told(tx: Tx, present: Sequence[Alert], *, now: datetime) -> None:
    """Note that people were told."""
    for alert in present:
        tx.execute(update(alerts).where(*_of(alert)).values(told_at=now))


def _of(alert: Alert) -> tuple[Any, ...]:
    owner = select(connections.c.id).where(connections.c.name == alert.connection).scalar_subquery()
    return alerts.c.connection_id == owner, alerts.c.kind == alert.kind.value


def claim_notice(tx: Tx, *, now: datetime, every: timedelta) -> bool:
    """Take the right to send a message; there is one for everybody, and only so often."""
    claimed = tx.execute(
        update(notices)
        .where(or_(notices.c.told_at.is_(None), notices.c.told_at <= now - every))
        .values(told_at=now)
        .returning(notices.c.id)
    )
    return claimed.one_or_none() is not None
