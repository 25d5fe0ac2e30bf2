"""How far each poll has read, and when it is due: claimed here, so that several beats are harmless."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from connector.records.database import Tx
from connector.records.schema import watermarks

_APART = timedelta(minutes=1)
"""By how much the clocks of two beats may differ."""


@dataclass(frozen=True, slots=True)
class Watermark:
    """How a poll stands. With ``began_at`` a reading of everything is under way; it goes on behind ``cursor``."""

    read_to: datetime | None = None
    due_at: datetime | None = None
    began_at: datetime | None = None
    cursor: str = ""
    anchored_at: datetime | None = None

    def is_due(self, now: datetime) -> bool:
        """Tell whether its time has come."""
        return self.due_at is None or self.due_at <= now


def standing(tx: Tx, connection_id: int, poll: str) -> Watermark:
    """Read how a poll stands."""
    row = tx.execute(
        select(watermarks).where(watermarks.c.connection_id == connection_id, watermarks.c.poll == poll)
    ).one_or_none()
    return Watermark(row.read_to, row.due_at, row.began_at, row.cursor, row.anchored_at) if row else Watermark()


def held(tx: Tx, connection_id: int, poll: str) -> Watermark:
    """Read how a poll stands; until the commit nobody else writes it."""
    tx.execute(upsert(watermarks).values(connection_id=connection_id, poll=poll).on_conflict_do_nothing())
    tx.execute(
        select(watermarks.c.poll)
        .where(watermarks.c.connection_id == connection_id, watermarks.c.poll == poll)
        .with_for_update()
    )
    return standing(tx, connection_id, poll)


def write(tx: Tx, connection_id: int, poll: str, **values: object) -> None:
    """Set columns of a poll, whatever is under way."""
    tx.execute(
        upsert(watermarks)
        .values(connection_id=connection_id, poll=poll, **values)
        .on_conflict_do_update(index_elements=["connection_id", "poll"], set_=values)
    )


def advance(tx: Tx, connection_id: int, poll: str, *, since: Watermark, **values: object) -> None:
    """Set columns of a poll that stood as ``since`` when the work began, unless it was asked for meanwhile."""
    tx.execute(
        upsert(watermarks)
        .values(connection_id=connection_id, poll=poll, **values)
        .on_conflict_do_update(
            index_elements=["connection_id", "poll"],
            set_=values,
            where=and_(
                watermarks.c.due_at.is_not_distinct_from(since.due_at),
                watermarks.c.began_at.is_not_distinct_from(since.began_at),
            ),
        )
    )


def claim(
    tx: Tx, connection_id: int, poll: str, *, now: datetime, every: timedelta, cadence: timedelta | None = None
) -> bool:
    """Take a poll that is due and set its next time; False for whoever comes second.

    One that would wait longer than its ``cadence`` from now on got a shorter one meanwhile, and is due.
    """
    shortened = [watermarks.c.due_at > now + cadence + _APART] if cadence else []
    tx.execute(upsert(watermarks).values(connection_id=connection_id, poll=poll).on_conflict_do_nothing())
    claimed = tx.execute(
        update(watermarks)
        .where(
            watermarks.c.connection_id == connection_id,
            watermarks.c.poll == poll,
            or_(watermarks.c.due_at.is_(None), watermarks.c.due_at <= now, *shortened),
        )
        .values(due_at=now + every)
        .returning(watermarks.c.poll)
    )
    return claimed.one_or_none() is not None


def forget(tx: Tx, connection_id: int, poll: str) -> None:
    """Let a poll begin anew, from where its connection begins."""
    tx.execute(
        update(watermarks)
        .where(watermarks.c.connection_id == connection_id, watermarks.c.poll == poll)
        .values(read_to=None, due_at=None, cursor="")
    )


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
