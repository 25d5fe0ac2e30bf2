"""Sealed readings of the store's truth; equal ones are kept once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert, select, update

from connector.records.database import Tx
from connector.records.schema import snapshots


def save(tx: Tx, order_id: int, fingerprint: str, sealed: bytes, *, taken_at: datetime) -> None:
    """Keep a reading, unless it says what the last one said."""
    last = tx.execute(
        select(snapshots.c.fingerprint)
        .where(snapshots.c.order_id == order_id)
        .order_by(snapshots.c.id.desc())
        .limit(1)
    ).scalar_one_or_none()
    if last != fingerprint:
        tx.execute(
            insert(snapshots).values(order_id=order_id, fingerprint=fingerprint, sealed=sealed, taken_at=taken_at)
        )


def latest(tx: Tx, order_id: int) -> bytes | None:
    """Read the newest sealed reading; None when there is none or it was forgotten."""
    sealed = tx.execute(
        select(snapshots.c.sealed).where(snapshots.c.order_id == order_id).order_by(snapshots.c.id.desc()).limit(1)
    ).scalar_one_or_none()
    return bytes(sealed) if sealed is not None else None


def kept(tx: Tx, order_id: int) -> list[bytes]:
    """Read every sealed reading of an order that is not forgotten."""
    query = select(snapshots.c.sealed).where(snapshots.c.order_id == order_id, snapshots.c.sealed.is_not(None))
    return [bytes(sealed) for sealed in tx.execute(query).scalars()]


def forget(tx: Tx, before: datetime, *, limit: int) -> int:
    """Drop the personal content of so many readings, the oldest first; their fingerprints stay."""
    old = select(snapshots.c.id).where(snapshots.c.taken_at < before, snapshots.c.sealed.is_not(None))
    first = old.order_by(snapshots.c.taken_at).limit(limit)
    return tx.execute(update(snapshots).where(snapshots.c.id.in_(first)).values(sealed=None)).rowcount
