"""When each scope's hook was last seen at work.

A scope whose hook was found missing or switched off is *dark* from then on: its row names no hook, and
``active_at`` is the moment from which on something may have been missed. It stays so until that was read.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from connector.records.database import Tx
from connector.records.schema import connections, deliveries
from connector.records.schema_catalog import hooks

_NONE = 0


@dataclass(frozen=True, slots=True)
class HookRow:
    """What is known of a scope's hook."""

    scope: str
    hook: int | None
    active_at: datetime

    @property
    def dark(self) -> bool:
        """Whether something may have been missed since ``active_at``."""
        return self.hook is None


def of_connection(tx: Tx, connection_id: int) -> dict[str, HookRow]:
    """Read a connection's rows by scope; none before its hooks were first looked at."""
    rows = tx.execute(select(hooks).where(hooks.c.connection_id == connection_id))
    return {row.scope: HookRow(row.scope, row.hook or None, row.active_at) for row in rows}


def dark(tx: Tx, *, before: datetime) -> dict[str, list[str]]:
    """List the scopes that have been dark since before a moment, by their connection's name."""
    query = (
        select(connections.c.name, hooks.c.scope)
        .join(hooks)
        .where(hooks.c.hook == _NONE, hooks.c.active_at < before, connections.c.paused.is_(False))
        .order_by(hooks.c.scope)
    )
    found: dict[str, list[str]] = {}
    for name, scope in tx.execute(query):
        found.setdefault(name, []).append(scope)
    return found


def seen_active(tx: Tx, connection_id: int, scope: str, hook: int, *, at: datetime) -> None:
    """Write that a hook works; a scope that is dark stays dark."""
    values = {"hook": hook, "active_at": at}
    tx.execute(
        upsert(hooks)
        .values(connection_id=connection_id, scope=scope, **values)
        .on_conflict_do_update(index_elements=["connection_id", "scope"], set_=values, where=hooks.c.hook != _NONE)
    )


def darken(tx: Tx, connection_id: int, scope: str, *, since: datetime) -> None:
    """Write from when on something may have been missed; a scope that is dark already stays dark from earlier."""
    mine = (hooks.c.connection_id == connection_id, hooks.c.scope == scope, hooks.c.hook != _NONE)
    tx.execute(update(hooks).where(*mine).values(hook=_NONE, active_at=since))


def was_read(tx: Tx, connection_id: int, row: HookRow, *, to: datetime, hook: int | None) -> None:
    """Write that what a dark scope missed was read up to a moment, unless somebody else was first.

    With its hook it is dark no more; without one it stays so from that moment on.
    """
    tx.execute(
        update(hooks)
        .where(
            hooks.c.connection_id == connection_id,
            hooks.c.scope == row.scope,
            hooks.c.hook == _NONE,
            hooks.c.active_at == row.active_at,
        )
        .values(hook=hook or _NONE, active_at=to)
    )


def last_heard(tx: Tx, connection_id: int, scopes: Collection[str]) -> dict[str, datetime]:
    """Tell when the last delivery of each of these scopes was received; none of those that never had one."""
    newest = func.max(deliveries.c.received_at).label("heard_at")
    rows = tx.execute(
        select(deliveries.c.scope, newest)
        .where(deliveries.c.connection_id == connection_id, deliveries.c.scope.in_(scopes))
        .group_by(deliveries.c.scope)
    )
    return {row.scope: row.heard_at for row in rows}
