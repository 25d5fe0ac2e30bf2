"""The table of what went out of postings, from the moment that they were planned anew."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, Table, UniqueConstraint

from connector.records.schema import id_, metadata, moment

sendings = Table(
    "sendings",
    metadata,
    id_(),
    Column("posting_id", ForeignKey("postings.id", ondelete="CASCADE"), nullable=False),
    moment("sent_at"),
    Column("content", LargeBinary, nullable=False),
    Column("profile_version", Integer, nullable=False),
    UniqueConstraint("posting_id", "sent_at"),
)
