"""The current token of each connection: one version at a time, renewed under a lease."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from connector.records.database import Tx
from connector.records.schema import connections, tokens


@dataclass(frozen=True, slots=True)
class SavedToken:
    """A sealed token; version 0 is none yet. ``fault``: what became of the last request, if it failed."""

    version: int
    sealed: bytes | None = field(repr=False)
    issued_at: datetime | None
    expires_at: datetime | None
    distrusted: bool
    fault: str = ""


_NEXT = {"version": tokens.c.version + 1, "distrusted": False, "lease_until": None, "fault": ""}


def read(tx: Tx, connection_id: int) -> SavedToken:
    """Read the current version."""
    row = tx.execute(select(tokens).where(tokens.c.connection_id == connection_id)).one_or_none()
    if row is None:
        return SavedToken(0, None, None, None, distrusted=False)
    sealed = bytes(row.sealed) if row.sealed is not None else None
    return SavedToken(row.version, sealed, row.issued_at, row.expires_at, row.distrusted, row.fault)


def lease(tx: Tx, connection_id: int, version: int, *, saved_at: datetime, now: datetime, ttl: timedelta) -> bool:
    """Take the right to renew ``version`` with the credentials that were saved then.

    False while somebody else holds it or has renewed already, and for credentials that are the connection's no more.
    """
    fresh = select(connections.c.id).where(connections.c.id == connection_id, connections.c.saved_at == saved_at)
    if tx.execute(fresh.with_for_update(read=True)).one_or_none() is None:
        return False
    tx.execute(upsert(tokens).values(connection_id=connection_id).on_conflict_do_nothing())
    taken = tx.execute(
        update(tokens)
        .where(
            tokens.c.connection_id == connection_id,
            tokens.c.version == version,
            or_(tokens.c.lease_until.is_(None), tokens.c.lease_until <= now),
        )
        .values(lease_until=now + ttl)
        .returning(tokens.c.version)
    )
    return taken.one_or_none() is not None


def renew(
    tx: Tx, connection_id: int, version: int, sealed: bytes, *, issued_at: datetime, expires_at: datetime
) -> bool:
    """Store the next version and give the lease back; False when this one was dropped meanwhile."""
    values = {"sealed": sealed, "issued_at": issued_at, "expires_at": expires_at}
    stored = tx.execute(
        update(tokens)
        .where(tokens.c.connection_id == connection_id, tokens.c.version == version)
        .values(**_NEXT, **values)
        .returning(tokens.c.version)
    )
    return stored.one_or_none() is not None


def drop(tx: Tx, connection_id: int) -> None:
    """Let nobody use the token any more, nor one that is being requested: it is of other credentials."""
    nothing = {"sealed": None, "issued_at": None, "expires_at": None}
    tx.execute(update(tokens).where(tokens.c.connection_id == connection_id).values(**_NEXT, **nothing))


def give_back(tx: Tx, connection_id: int, version: int, fault: str, *, until: datetime | None) -> None:
    """Return the lease unused, with what went wrong; nobody gets it ``until`` then."""
    tx.execute(
        update(tokens)
        .where(tokens.c.connection_id == connection_id, tokens.c.version == version)
        .values(lease_until=until, fault=fault)
    )


def distrust(tx: Tx, connection_id: int, version: int) -> bool:
    """Mark a version as refused by the gateway; False if it was marked or replaced already."""
    marked = tx.execute(
        update(tokens)
        .where(tokens.c.connection_id == connection_id, tokens.c.version == version, tokens.c.distrusted.is_(False))
        .values(distrusted=True)
        .returning(tokens.c.version)
    )
    return marked.one_or_none() is not None


def ending_before(tx: Tx, moment: datetime) -> list[tuple[str, SavedToken]]:
    """List the connections at work whose token ends before ``moment`` (or was never got), by name."""
    rows = tx.execute(
        select(connections.c.name, tokens)
        .join(tokens, tokens.c.connection_id == connections.c.id)
        .where(connections.c.paused.is_(False), tokens.c.version > 0, tokens.c.expires_at < moment)
        .order_by(connections.c.name)
    )
    return [(row.name, SavedToken(row.version, None, row.issued_at, row.expires_at, row.distrusted)) for row in rows]
