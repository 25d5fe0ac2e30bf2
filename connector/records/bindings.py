"""Our key ↔ their id, unique per connection and kind."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert

from connector.records.database import Tx
from connector.records.schema import bindings


def bind(tx: Tx, connection_id: int, kind: str, ours: str, theirs: str) -> str:
    """Bind once; returns the id that holds, which is the first one."""
    tx.execute(
        upsert(bindings)
        .values(connection_id=connection_id, kind=kind, ours=ours, theirs=theirs)
        .on_conflict_do_nothing()
    )
    return find(tx, connection_id, kind, ours) or theirs


def find(tx: Tx, connection_id: int, kind: str, ours: str) -> str | None:
    """Read their id."""
    return tx.execute(
        select(bindings.c.theirs).where(
            bindings.c.connection_id == connection_id, bindings.c.kind == kind, bindings.c.ours == ours
        )
    ).scalar_one_or_none()
