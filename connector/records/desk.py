"""Postings that ask for a person, each with the last call made for it and how often it was tried."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, lateral, literal, select, true

from connector.domain.posting import PostingState
from connector.records.database import Tx
from connector.records.schema import orders, postings
from connector.records.schema_trail import audit, exchanges

_STATES = (PostingState.REJECTED, PostingState.UNCERTAIN)


@dataclass(frozen=True, slots=True)
class TroubleRow:
    """One posting. ``call`` and what follows is the last call of its order that failed, None where none did."""

    id: int
    order: int
    kind: str
    source: int
    state: str
    fault_code: str
    reason: str
    amount: Decimal | None
    currency: str | None
    quiet_until: datetime | None
    changed_at: datetime
    attempts: int
    call_id: int | None
    call: str | None
    status: int | None
    request_id: str | None


@dataclass(frozen=True, slots=True)
class ParkedRow:
    """An order whose step failed and that is tried again by itself."""

    order: int
    fault_code: str
    reason: str
    failures: int
    not_before: datetime


def troubles(tx: Tx, connection_id: int, name: str, limit: int) -> list[TroubleRow]:
    """List refused and uncertain postings, the newest first."""
    failed = lateral(
        select(exchanges.c.id, exchanges.c.call, exchanges.c.status, exchanges.c.request_id)
        .where(
            exchanges.c.connection == name, exchanges.c.order_number == orders.c.number, exchanges.c.outcome != "ok"
        )
        .order_by(exchanges.c.id.desc())
        .limit(1)
    ).alias("failed")
    tried = (
        select(func.count())
        .where(
            audit.c.connection == name,
            audit.c.order_number == orders.c.number,
            audit.c.subject == literal("posting ") + postings.c.posting_key,
            audit.c.action == PostingState.SENDING.value,
        )
        .scalar_subquery()
    )
    about = ("kind", "source", "state", "fault_code", "reason", "amount", "currency", "quiet_until", "changed_at")
    query = (
        select(postings.c.id, orders.c.number, *(postings.c[one] for one in about), tried, *failed.c)
        .join(orders, postings.c.order_id == orders.c.id)
        .outerjoin(failed, true())
        .where(postings.c.connection_id == connection_id, postings.c.state.in_([state.value for state in _STATES]))
        .order_by(postings.c.id.desc())
        .limit(limit)
    )
    rows: Sequence[Any] = tx.execute(query).all()
    return [TroubleRow(*row) for row in rows]


def parked(tx: Tx, connection_id: int, limit: int) -> list[ParkedRow]:
    """List orders that wait for a failing outside, those that failed most often first."""
    query = (
        select(orders.c.number, orders.c.fault_code, orders.c.reason, orders.c.failures, orders.c.not_before)
        .where(
            orders.c.connection_id == connection_id,
            orders.c.run.is_(None),
            orders.c.not_before.is_not(None),
            orders.c.failures > 0,
        )
        .order_by(orders.c.failures.desc(), orders.c.number)
        .limit(limit)
    )
    return [ParkedRow(*row) for row in tx.execute(query)]
