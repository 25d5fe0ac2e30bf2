"""Rows of what went out of postings before they were planned anew, without the people it named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert

from connector.records.database import Tx
from connector.records.postings import PostingRow
from connector.records.schema_sendings import sendings


@dataclass(frozen=True, slots=True)
class SendingRow:
    """One sealed content, and when it went out."""

    sent_at: datetime
    content: bytes = field(repr=False)
    profile_version: int


def keep(tx: Tx, row: PostingRow, content: bytes) -> None:
    """Keep what a posting went out with last; what is kept of that sending already stays."""
    values = {
        "posting_id": row.id,
        "sent_at": row.sending_at,
        "content": content,
        "profile_version": row.profile_version,
    }
    tx.execute(upsert(sendings).values(values).on_conflict_do_nothing())


def of(tx: Tx, posting_id: int) -> Sequence[SendingRow]:
    """List what is kept of a posting, the last sent first."""
    columns = (sendings.c.sent_at, sendings.c.content, sendings.c.profile_version)
    rows = tx.execute(select(*columns).where(sendings.c.posting_id == posting_id).order_by(sendings.c.sent_at.desc()))
    return [SendingRow(row.sent_at, bytes(row.content), row.profile_version) for row in rows]
