"""What was done: every outside call (sealed) and every change of state, by whom and when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, insert, select, update

from connector.records.database import Tx
from connector.records.schema import audit, exchanges


@dataclass(frozen=True, slots=True)
class ExchangeRow:
    """One outside call; ``sealed`` holds what was sent and answered until it is forgotten."""

    id: int
    step: str
    system: str
    call: str
    effect: str
    status: int | None
    outcome: str
    seconds: float
    request_id: str
    sealed: bytes | None
    started_at: datetime


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One change: who, what, about which record."""

    id: int
    at: datetime
    actor: str
    action: str
    subject: str
    order_number: int | None
    detail: Mapping[str, Any]


def note(
    tx: Tx,
    connection: str,
    *,
    at: datetime,
    actor: str,
    action: str,
    subject: str,
    order: int | None = None,
    detail: Mapping[str, object] | None = None,
) -> None:
    """Write one change into the trail."""
    tx.execute(
        insert(audit).values(
            connection=connection,
            order_number=order,
            actor=actor,
            action=action,
            subject=subject,
            detail=dict(detail or {}),
            at=at,
        )
    )


def add_exchange(tx: Tx, values: Mapping[str, object]) -> None:
    """Write one outside call into the trail."""
    tx.execute(insert(exchanges).values(**values))


def exchanges_of(tx: Tx, connection: str, order: int) -> list[ExchangeRow]:
    """List an order's outside calls, oldest first."""
    rows = tx.execute(
        select(exchanges)
        .where(exchanges.c.connection == connection, exchanges.c.order_number == order)
        .order_by(exchanges.c.id)
    )
    return [_exchange(row) for row in rows]


def calls_for_orders(tx: Tx, connection: str) -> dict[str, int]:
    """Count the outside calls that were made for single orders, by system."""
    mine = (exchanges.c.connection == connection) & exchanges.c.order_number.is_not(None)
    rows = tx.execute(select(exchanges.c.system, func.count()).where(mine).group_by(exchanges.c.system))
    return {row.system: int(row[1]) for row in rows}


def exchange(tx: Tx, exchange_id: int) -> ExchangeRow | None:
    """Read one outside call."""
    row = tx.execute(select(exchanges).where(exchanges.c.id == exchange_id)).one_or_none()
    return _exchange(row) if row else None


def _exchange(row: Row[Any]) -> ExchangeRow:
    return ExchangeRow(
        id=row.id,
        step=row.step,
        system=row.system,
        call=row.call,
        effect=row.effect,
        status=row.status,
        outcome=row.outcome,
        seconds=row.seconds,
        request_id=row.request_id,
        sealed=bytes(row.sealed) if row.sealed is not None else None,
        started_at=row.started_at,
    )


def changes_of(tx: Tx, connection: str, order: int) -> list[AuditRow]:
    """List an order's changes, oldest first."""
    rows = tx.execute(
        select(audit).where(audit.c.connection == connection, audit.c.order_number == order).order_by(audit.c.id)
    )
    return [
        AuditRow(row.id, row.at, row.actor, row.action, row.subject, row.order_number, row.detail) for row in rows
    ]


def names_of_store(tx: Tx, store_hash: str) -> list[str]:
    """List the names a store was ever connected by, the first one first."""
    saved = audit.c.action == "connection_saved"
    rows = tx.execute(
        select(audit.c.connection)
        .where(saved, audit.c.detail["store"].astext == store_hash)
        .group_by(audit.c.connection)
        .order_by(func.min(audit.c.id))
    )
    return list(rows.scalars())


def forget(tx: Tx, before: datetime) -> int:
    """Drop the content of old calls; that they happened stays."""
    gone = tx.execute(
        update(exchanges).where(exchanges.c.started_at < before, exchanges.c.sealed.is_not(None)).values(sealed=None)
    )
    return gone.rowcount
