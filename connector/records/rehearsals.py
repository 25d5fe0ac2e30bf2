"""Rows of rehearsals: how far each has come, and what it found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update

from connector.records.database import Tx
from connector.records.schema import connections
from connector.records.schema_first_hour import rehearsals

RUNNING, ENDED, FAILED = "running", "ended", "failed"


@dataclass(frozen=True, slots=True)
class RehearsalRow:
    """One rehearsal. ``version`` counts its moves; ``found`` and ``drafted`` are plain."""

    id: int
    connection: str
    state: str
    days: int
    found: Any
    drafted: Any
    reason: str
    version: int
    asked_by: str
    asked_at: datetime
    changed_at: datetime


_QUERY = select(rehearsals, connections.c.name.label("connection")).join(connections)


def add(tx: Tx, connection_id: int, days: int, *, by: str, now: datetime) -> int:
    """Ask for a rehearsal."""
    values = {"connection_id": connection_id, "state": RUNNING, "days": days, "asked_by": by}
    added: int = tx.execute(
        insert(rehearsals).values(**values, asked_at=now, changed_at=now).returning(rehearsals.c.id)
    ).scalar_one()
    return added


def by_id(tx: Tx, number: int) -> RehearsalRow | None:
    """Read one rehearsal."""
    row = tx.execute(_QUERY.where(rehearsals.c.id == number)).one_or_none()
    return _row(row) if row else None


def newest(tx: Tx, connection_id: int, limit: int = 10) -> list[RehearsalRow]:
    """List a connection's rehearsals, newest first."""
    mine = _QUERY.where(rehearsals.c.connection_id == connection_id)
    return [_row(row) for row in tx.execute(mine.order_by(rehearsals.c.id.desc()).limit(limit))]


def move(tx: Tx, row: RehearsalRow, *, now: datetime, **values: object) -> bool:
    """Write how far it has come; False if somebody else moved it since ``row`` was read."""
    moved = tx.execute(
        update(rehearsals)
        .where(rehearsals.c.id == row.id, rehearsals.c.version == row.version)
        .values(version=row.version + 1, changed_at=now, **values)
    )
    return moved.rowcount == 1


def _row(row: Row[Any]) -> RehearsalRow:
    return RehearsalRow(
        id=row.id,
        connection=row.connection,
        state=row.state,
        days=row.days,
        found=row.found,
        drafted=row.drafted,
        reason=row.reason,
        version=row.version,
        asked_by=row.asked_by,
        asked_at=row.asked_at,
        changed_at=row.changed_at,
    )
