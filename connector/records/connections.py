"""Rows of connections and of their mapping profiles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from connector.domain.connection import Booking, Connection
from connector.records.database import Tx
from connector.records.schema import connections, profiles


@dataclass(frozen=True, slots=True)
class SavedConnection:
    """A connection as stored; ``sealed`` holds both credential sets. One that is being set up has id 0.

    ``rules`` counts the changes of what its orders are planned by: profile, periods, settings, start, approvals.
    """

    id: int
    connection: Connection
    sealed: bytes
    saved_at: datetime
    rules: int = 0


@dataclass(frozen=True, slots=True)
class SavedProfile:
    """One version of a mapping profile, as it was written."""

    version: int
    text: str
    saved_by: str
    saved_at: datetime


def save(tx: Tx, connection: Connection, sealed: bytes, *, now: datetime) -> int:
    """Insert a connection, or replace the settings and credentials of the one with this name."""
    values = {
        "store_hash": connection.store_hash,
        "suite": connection.suite,
        "config": _config(connection),
        "sealed": sealed,
        "saved_at": now,
    }
    saved: int = tx.execute(
        upsert(connections)
        .values(name=connection.name, **values)
        .on_conflict_do_update(index_elements=["name"], set_=values)
        .returning(connections.c.id)
    ).scalar_one()
    return saved


def find(tx: Tx, name: str) -> SavedConnection | None:
    """Read one connection by name."""
    row = tx.execute(select(connections).where(_is(name))).one_or_none()
    return _saved(row) if row else None


def held(tx: Tx, name: str) -> SavedConnection | None:
    """Read one connection by name; until the commit nobody else changes it, and nothing of it is begun to be sent."""
    row = tx.execute(select(connections).where(_is(name)).with_for_update(key_share=True)).one_or_none()
    return _saved(row) if row else None


def _is(name: str) -> ColumnElement[bool]:
    return and_(connections.c.name == name, connections.c.removed.is_(False))


def every(tx: Tx) -> list[SavedConnection]:
    """Read all connections, by name."""
    there = select(connections).where(connections.c.removed.is_(False))
    return [_saved(row) for row in tx.execute(there.order_by(connections.c.name))]


def pause(tx: Tx, connection_id: int, *, paused: bool) -> None:
    """Stop or restart all work of a connection; deliveries are still received."""
    tx.execute(update(connections).where(connections.c.id == connection_id).values(paused=paused))


def go_live(tx: Tx, connection_id: int, *, start_from: datetime, require_approved: bool) -> None:
    """Say from when on orders are posted, and whether only approved ones are; the connection goes to work."""
    row = connections.c.config
    config = row.op("||")(func.jsonb_build_object("start_from", start_from.isoformat()))
    values = {"config": config, "require_approved": require_approved, "paused": False}
    tx.execute(update(connections).where(connections.c.id == connection_id).values(values))


def lock(tx: Tx, connection_id: int) -> None:
    """Let nobody else change a connection until this transaction ends; rows that belong to it come and go."""
    tx.execute(select(connections.c.id).where(connections.c.id == connection_id).with_for_update(key_share=True))


def rules(tx: Tx, connection_id: int) -> int | None:
    """Tell the rules that orders are planned by; whoever changes them waits until this transaction ends."""
    mine = select(connections.c.rules).where(connections.c.id == connection_id)
    return tx.execute(mine.with_for_update(read=True)).scalar_one_or_none()


def start_from(tx: Tx, connection_id: int) -> datetime | None:
    """Tell from when on orders are posted; whoever changes it waits until this transaction ends."""
    mine = select(connections.c.config["start_from"].astext).where(connections.c.id == connection_id)
    told = tx.execute(mine.with_for_update(read=True)).scalar_one_or_none()
    return datetime.fromisoformat(told) if told else None


def save_profile(tx: Tx, connection_id: int, text: str, *, by: str, now: datetime) -> int:
    """Append a version of the mapping profile; versions are never changed."""
    lock(tx, connection_id)
    version: int = tx.execute(
        select(func.coalesce(func.max(profiles.c.version), 0) + 1).where(profiles.c.connection_id == connection_id)
    ).scalar_one()
    tx.execute(
        insert(profiles).values(connection_id=connection_id, version=version, text=text, saved_by=by, saved_at=now)
    )
    return version


def current_profile(tx: Tx, connection_id: int) -> SavedProfile | None:
    """Read the newest version of the mapping profile."""
    row = tx.execute(
        select(profiles).where(profiles.c.connection_id == connection_id).order_by(profiles.c.version.desc()).limit(1)
    ).one_or_none()
    return SavedProfile(row.version, row.text, row.saved_by, row.saved_at) if row else None


def profiles_of(tx: Tx, connection_id: int, limit: int) -> list[SavedProfile]:
    """Read the newest versions of the mapping profile, the newest first."""
    mine = select(profiles).where(profiles.c.connection_id == connection_id)
    rows = tx.execute(mine.order_by(profiles.c.version.desc()).limit(limit))
    return [SavedProfile(row.version, row.text, row.saved_by, row.saved_at) for row in rows]


def profile(tx: Tx, connection_id: int, version: int) -> SavedProfile | None:
    """Read one version of the mapping profile."""
    mine = (profiles.c.connection_id == connection_id, profiles.c.version == version)
    row = tx.execute(select(profiles).where(*mine)).one_or_none()
    return SavedProfile(row.version, row.text, row.saved_by, row.saved_at) if row else None


def _config(connection: Connection) -> Mapping[str, Any]:
    return {
        "booking": connection.booking.value,
        "start_from": connection.start_from.isoformat(),
        "company": dict(connection.company),
        "cadence": {name: every.total_seconds() for name, every in connection.cadence.items()},
        "store_prefix": connection.store_prefix,
    }


def _saved(row: Row[Any]) -> SavedConnection:
    config = row.config
    connection = Connection(
        name=row.name,
        store_hash=row.store_hash,
        suite=row.suite,
        booking=Booking(config["booking"]),
        start_from=datetime.fromisoformat(config["start_from"]),
        company=config["company"],
        cadence={name: timedelta(seconds=seconds) for name, seconds in config["cadence"].items()},
        store_prefix=config["store_prefix"],
        paused=row.paused,
        require_approved=row.require_approved,
    )
    return SavedConnection(row.id, connection, bytes(row.sealed), row.saved_at, row.rules)
