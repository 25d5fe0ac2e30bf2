"""Who does a connection's regular work now: one holder at a time for each name, until it ends or its lease does."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert as upsert

from connector.records.database import Tx
from connector.records.schema import leases


def take(tx: Tx, connection_id: int, name: str, holder: str, *, now: datetime, ttl: timedelta) -> bool:
    """Take a lease that is free or over; False while somebody else holds it."""
    wanted = upsert(leases).values(connection_id=connection_id, name=name, holder=holder, until=now + ttl)
    taken = tx.execute(
        wanted.on_conflict_do_update(
            index_elements=["connection_id", "name"],
            set_={"holder": holder, "until": now + ttl},
            where=leases.c.until <= now,
        ).returning(leases.c.holder)
    )
    return taken.one_or_none() is not None


def keep(tx: Tx, connection_id: int, name: str, holder: str, *, now: datetime, ttl: timedelta) -> bool:
    """Renew a lease; False when it is lost."""
    kept = tx.execute(
        update(leases)
        .where(
            leases.c.connection_id == connection_id,
            leases.c.name == name,
            leases.c.holder == holder,
            leases.c.until > now,
        )
        .values(until=now + ttl)
        .returning(leases.c.holder)
    )
    return kept.one_or_none() is not None


def release(tx: Tx, connection_id: int, name: str, holder: str) -> None:
    """Give a lease back, if this holder still has it."""
    tx.execute(
        delete(leases).where(
            leases.c.connection_id == connection_id, leases.c.name == name, leases.c.holder == holder
        )
    )
