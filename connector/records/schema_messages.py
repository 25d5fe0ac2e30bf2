"""The table of documents that go to the ERP by message, and of the verdicts that come back on them."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Integer, String, Table, Text, UniqueConstraint, text

from connector.domain.acknowledgement import Verdict
from connector.records.schema import id_, metadata, moment, of_connection

_VERDICTS = ", ".join(f"'{verdict.value}'" for verdict in Verdict)

messages = Table(
    "messages",
    metadata,
    id_(),
    of_connection(),
    Column("document", String(100), nullable=False),
    Column("variation", Integer, nullable=False),
    Column("reference", String(40), nullable=False, server_default=text("''")),
    # how often it went out, less the times that this is proven not to have worked
    Column("sendings", Integer, nullable=False, server_default=text("0")),
    moment("sent_at", nullable=True),
    moment("taken_at", nullable=True),
    Column("verdict", String(16)),
    Column("reason", Text, nullable=False, server_default=text("''")),
    Column("external_id", Text, nullable=False, server_default=text("''")),
    moment("told_at", nullable=True),
    UniqueConstraint("connection_id", "document", "variation"),
    CheckConstraint(f"verdict IN ({_VERDICTS})", name="verdict"),
)
