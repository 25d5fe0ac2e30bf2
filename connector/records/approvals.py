"""Rows of approvals: which plan of which order a person let go."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert

from connector.domain.approval import Approval
from connector.records.database import Tx
from connector.records.schema_first_hour import approvals


def add(tx: Tx, connection_id: int, order: int, digest: str, *, by: str, now: datetime) -> None:
    """Note an approval; the first of a plan stays."""
    values = {"connection_id": connection_id, "order_number": order, "digest": digest}
    tx.execute(upsert(approvals).values(**values, approved_by=by, approved_at=now).on_conflict_do_nothing())


def find(tx: Tx, connection_id: int, order: int, digest: str) -> Approval | None:
    """Read the approval of exactly one plan of an order."""
    row = tx.execute(
        select(approvals.c.digest, approvals.c.approved_by, approvals.c.approved_at).where(
            approvals.c.connection_id == connection_id,
            approvals.c.order_number == order,
            approvals.c.digest == digest,
        )
    ).one_or_none()
    return Approval(row.digest, row.approved_by, row.approved_at) if row else None
