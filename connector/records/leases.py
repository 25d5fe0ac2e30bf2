"""Who may do a piece of work that only one may do at a time; a dead worker's right ends by itself."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, update
from sqlalchemy.dialects.postgresql import insert as upsert

from connector.records.database import Tx
from connector.records.schema import leases


def take(tx: Tx, connection_id: int, name: str, holder: str, *, now: datetime, ttl: timedelta) -> bool:
    """Become the holder, unless another one is alive."""
    taken = tx.execute(
        upsert(leases)
        .values(connection_id=connection_id, name=name, holder=holder, until=now + ttl)
        .on_conflict_do_update(
            index_elements=["connection_id", "name"],
            set_={"holder": holder, "until": now + ttl},
            where=leases.c.until <= now,
        )
        .returning(leases.c.holder)
    )
    return taken.one_or_none() is not None


def keep(tx: Tx, connection_id: int, name: str, holder: str, *, now: datetime, ttl: timedelta) -> bool:
    """Renew a lease; False when it is lost."""
    kept = tx.execute(
        update(leases)
        .where(_held(connection_id, name, holder), leases.c.until > now)
        .values(until=now + ttl)
        .returning(leases.c.holder)
    )
    return kept.one_or_none() is not None


def release(tx: Tx, connection_id: int, name: str, holder: str) -> None:
    """Give a lease back; another holder's is left alone."""
    tx.execute(delete(leases).where(_held(connection_id, name, holder)))


def _held(connection_id: int, name: str, holder: str) -> ColumnElement[bool]:
    return and_(leases.c.connection_id == connection_id, leases.c.name == name, leases.c.holder == holder)
