"""How far each poll has read, and when it is due: claimed here, so that several beats are harmless."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from connector.records.database import Tx
from connector.records.schema import watermarks


def claim(tx: Tx, connection_id: int, poll: str, *, now: datetime, every: timedelta) -> bool:
    """Take a poll that is due and set its next time; False for whoever comes second."""
    tx.execute(upsert(watermarks).values(connection_id=connection_id, poll=poll).on_conflict_do_nothing())
    claimed = tx.execute(
        update(watermarks)
        .where(
            watermarks.c.connection_id == connection_id,
            watermarks.c.poll == poll,
            or_(watermarks.c.due_at.is_(None), watermarks.c.due_at <= now),
        )
        .values(due_at=now + every)
        .returning(watermarks.c.poll)
    )
    return claimed.one_or_none() is not None


def read(tx: Tx, connection_id: int, poll: str) -> datetime | None:
    """Read how far a poll has come."""
    return tx.execute(
        select(watermarks.c.read_to).where(watermarks.c.connection_id == connection_id, watermarks.c.poll == poll)
    ).scalar_one_or_none()


def move(tx: Tx, connection_id: int, poll: str, *, read_to: datetime) -> None:
    """Move a watermark forward, never back."""
    moved = upsert(watermarks).values(connection_id=connection_id, poll=poll, read_to=read_to)
    tx.execute(
        moved.on_conflict_do_update(
            index_elements=["connection_id", "poll"],
            set_={"read_to": read_to},
            where=or_(watermarks.c.read_to.is_(None), watermarks.c.read_to < read_to),
        )
    )
