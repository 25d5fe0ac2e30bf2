"""What was done: every outside call (sealed) and every change of state, by whom and when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from connector.domain.audit import Entry, Head, Link, digest
from connector.records.database import Tx, last
from connector.records.schema_trail import audit, audit_heads, exchanges
from connector.telemetry.redaction import redact

INSTALLATION = "@console"
"""Whose chain holds what concerns no connection: who may use the console. No connection can have this name."""


@dataclass(frozen=True, slots=True)
class ExchangeRow:
    """One outside call; ``sealed`` holds what was sent and answered until it is forgotten."""

    id: int
    connection: str
    order_number: int | None
    step: str
    system: str
    call: str
    effect: str
    status: int | None
    outcome: str
    seconds: float
    request_id: str
    sealed: bytes | None
    started_at: datetime


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One change: who, what, about which record."""

    id: int
    at: datetime
    actor: str
    action: str
    subject: str
    order_number: int | None
    detail: Mapping[str, Any]


def note(
    tx: Tx,
    connection: str,
    *,
    at: datetime,
    actor: str,
    action: str,
    subject: str,
    order: int | None = None,
    detail: Mapping[str, object] | None = None,
) -> None:
    """Write one change into the trail, behind all others of its connection, when the transaction ends."""
    last(tx, _append, Entry(connection, 0, at, actor, action, subject, order, redact(detail or {})))


def _append(tx: Tx, entries: Sequence[Entry]) -> None:
    """Put entries at the end of their chains. A chain's head is one writer's until the commit."""
    by_name = attrgetter("connection")
    for connection, some in groupby(sorted(entries, key=by_name), key=by_name):
        _extend(tx, connection, list(some))


def _extend(tx: Tx, connection: str, entries: Sequence[Entry]) -> None:
    longer = (
        upsert(audit_heads)
        .values(connection=connection, entries=len(entries), digest="")
        .on_conflict_do_update(index_elements=["connection"], set_={"entries": audit_heads.c.entries + len(entries)})
        .returning(audit_heads.c.entries, audit_heads.c.digest)
    )
    head = Head(*tx.execute(longer).one())
    rows, previous = [], head.digest
    for number, entry in enumerate(entries, start=head.entries - len(entries) + 1):
        numbered = replace(entry, number=number)
        rows.append(_columns(numbered) | {"previous": previous, "digest": digest(numbered, previous)})
        previous = str(rows[-1]["digest"])
    *earlier, newest = rows
    if earlier:
        tx.execute(insert(audit), earlier)
    written = insert(audit).values(newest).cte("written")  # one statement with the head: the others wait for less
    tx.execute(
        update(audit_heads).where(audit_heads.c.connection == connection).values(digest=previous).add_cte(written)
    )


def _columns(entry: Entry) -> dict[str, object]:
    return {
        "connection": entry.connection,
        "number": entry.number,
        "at": entry.at,
        "actor": entry.actor,
        "action": entry.action,
        "subject": entry.subject,
        "order_number": entry.order,
        "detail": dict(entry.detail),
    }


def chain(tx: Tx, connection: str, *, after: int, limit: int) -> tuple[list[Link], Head]:
    """Read the next entries of a chain and its head, both as of one moment: nobody adds to it meanwhile."""
    head = tx.execute(
        select(audit_heads.c.entries, audit_heads.c.digest)
        .where(audit_heads.c.connection == connection)
        .with_for_update(read=True)
    ).one_or_none()
    rows = tx.execute(
        select(audit)
        .where(audit.c.connection == connection, audit.c.number > after)
        .order_by(audit.c.number)
        .limit(limit)
    )
    return [_link(row) for row in rows], Head(*head) if head else Head(0, "")


def number_before(tx: Tx, connection: str, moment: datetime) -> int:
    """Tell an entry from before a moment, as near to it as the numbers tell: they rise with the time, nearly."""
    heads = select(audit_heads.c.entries).where(audit_heads.c.connection == connection)
    low, high = 0, tx.execute(heads).scalar_one_or_none() or 0
    while low < high:
        middle = (low + high) // 2
        behind = select(audit.c.number, audit.c.at).where(audit.c.connection == connection, audit.c.number > middle)
        found = tx.execute(behind.order_by(audit.c.number).limit(1)).one_or_none()
        if found is None or found.at >= moment:
            high = middle
        else:
            low = found.number
    return low


def _link(row: Row[Any]) -> Link:
    entry = Entry(
        row.connection, row.number, row.at, row.actor, row.action, row.subject, row.order_number, row.detail
    )
    return Link(row.id, entry, row.previous, row.digest)


def add_exchange(tx: Tx, values: Mapping[str, object]) -> None:
    """Write one outside call into the trail. This waits for no disk; but nothing that follows is kept without it."""
    tx.execute(insert(exchanges).returning(func.set_config("synchronous_commit", "off", True)), values)


def exchanges_of(tx: Tx, connection: str, order: int) -> list[ExchangeRow]:
    """List an order's outside calls, oldest first."""
    rows = tx.execute(
        select(exchanges)
        .where(exchanges.c.connection == connection, exchanges.c.order_number == order)
        .order_by(exchanges.c.id)
    )
    return [_exchange(row) for row in rows]


def calls_for_orders(tx: Tx, connection: str) -> dict[str, int]:
    """Count the outside calls that were made for single orders, by system."""
    mine = (exchanges.c.connection == connection) & exchanges.c.order_number.is_not(None)
    rows = tx.execute(select(exchanges.c.system, func.count()).where(mine).group_by(exchanges.c.system))
    return {row.system: int(row[1]) for row in rows}


def exchange(tx: Tx, exchange_id: int) -> ExchangeRow | None:
    """Read one outside call."""
    row = tx.execute(select(exchanges).where(exchanges.c.id == exchange_id)).one_or_none()
    return _exchange(row) if row else None


def _exchange(row: Row[Any]) -> ExchangeRow:
    return ExchangeRow(
        id=row.id,
        connection=row.connection,
        order_number=row.order_number,
        step=row.step,
        system=row.system,
        call=row.call,
        effect=row.effect,
        status=row.status,
        outcome=row.outcome,
        seconds=row.seconds,
        request_id=row.request_id,
        sealed=bytes(row.sealed) if row.sealed is not None else None,
        started_at=row.started_at,
    )


def changes_of(tx: Tx, connection: str, order: int) -> list[AuditRow]:
    """List an order's changes, oldest first."""
    rows = tx.execute(
        select(audit).where(audit.c.connection == connection, audit.c.order_number == order).order_by(audit.c.id)
    )
    return [
        AuditRow(row.id, row.at, row.actor, row.action, row.subject, row.order_number, row.detail) for row in rows
    ]


def newest(tx: Tx, connection: str, *, before: int | None, limit: int) -> list[Entry]:
    """List a chain's entries, the newest first, from behind a number."""
    query = select(audit).where(audit.c.connection == connection)
    if before is not None:
        query = query.where(audit.c.number < before)
    return [_link(row).entry for row in tx.execute(query.order_by(audit.c.number.desc()).limit(limit))]


_PROVED = audit.c.action.in_(["reconciled", "certified"])
_FILES = audit.c.detail["files"]


def proofs(tx: Tx, connection: str, action: str, limit: int) -> list[Entry]:
    """List a connection's reconciliations or certificates, the newest first."""
    query = select(audit).where(audit.c.connection == connection, _PROVED, audit.c.action == action)
    return [_link(row).entry for row in tx.execute(query.order_by(audit.c.number.desc()).limit(limit))]


def digest_of(tx: Tx, connection: str, file: str) -> str | None:
    """Tell the digest of a file that a reconciliation or certificate left."""
    named = (audit.c.connection == connection, _PROVED, _FILES.has_key(file))
    digest: str | None = tx.execute(select(_FILES[file].astext).where(*named).limit(1)).scalar_one_or_none()
    return digest


def files(tx: Tx, connection: str) -> dict[str, str]:
    """Tell every file that a connection's reconciliations and certificates left, with its digest."""
    named = select(_FILES).where(audit.c.connection == connection, _PROVED, _FILES.is_not(None))
    return {file: digest for left in tx.execute(named).scalars() for file, digest in left.items()}


def names_of_store(tx: Tx, store_hash: str) -> list[str]:
    """List the names a store was ever connected by, the first one first."""
    saved = audit.c.action == "connection_saved"
    rows = tx.execute(
        select(audit.c.connection)
        .where(saved, audit.c.detail["store"].astext == store_hash)
        .group_by(audit.c.connection)
        .order_by(func.min(audit.c.id))
    )
    return list(rows.scalars())


def stores_of_name(tx: Tx, name: str) -> list[str]:
    """List the stores that were ever connected by a name."""
    saved = (audit.c.connection == name, audit.c.order_number.is_(None), audit.c.action == "connection_saved")
    return list(tx.execute(select(audit.c.detail["store"].astext).where(*saved).distinct()).scalars())


def removals_of(tx: Tx, name: str) -> list[Mapping[str, Any]]:
    """Tell what was noted each time that a connection of this name was removed."""
    removed = (audit.c.connection == name, audit.c.order_number.is_(None), audit.c.action == "connection_removed")
    return list(tx.execute(select(audit.c.detail).where(*removed)).scalars())


def forget(tx: Tx, before: datetime, *, limit: int) -> int:
    """Drop the content of so many calls, the oldest first; that they happened stays."""
    old = select(exchanges.c.id).where(exchanges.c.started_at < before, exchanges.c.sealed.is_not(None))
    first = old.order_by(exchanges.c.started_at).limit(limit)
    return tx.execute(update(exchanges).where(exchanges.c.id.in_(first)).values(sealed=None)).rowcount
