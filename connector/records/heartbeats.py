"""When a regular piece of work was last done: shows that beat and a worker are alive."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert

from connector.records.database import Tx
from connector.records.schema import heartbeats


def beat(tx: Tx, name: str, *, now: datetime) -> None:
    """Say that it was done now."""
    tx.execute(
        upsert(heartbeats).values(name=name, at=now).on_conflict_do_update(index_elements=["name"], set_={"at": now})
    )


def last(tx: Tx, name: str) -> datetime | None:
    """Tell when it was last done."""
    return tx.execute(select(heartbeats.c.at).where(heartbeats.c.name == name)).scalar_one_or_none()
