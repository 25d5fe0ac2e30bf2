"""The tables of the first hour: readings of a store's history, and the plans that people approved."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB

from connector.records.schema import id_, metadata, moment, of_connection

rehearsals = Table(
    "rehearsals",
    metadata,
    id_(),
    of_connection(),
    Column("state", String(16), nullable=False),  # running, ended, failed
    Column("days", Integer, nullable=False),
    Column("found", JSONB),  # as far as it has come: counts, names of the mapping, order numbers; nobody's data
    Column("drafted", JSONB),
    Column("reason", Text, nullable=False, server_default=text("''")),
    Column("version", Integer, nullable=False, server_default=text("0")),
    Column("asked_by", Text, nullable=False),
    moment("asked_at"),
    moment("changed_at"),
    Index(None, "connection_id"),
)

approvals = Table(
    "approvals",
    metadata,
    id_(),
    of_connection(),
    Column("order_number", BigInteger, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("approved_by", Text, nullable=False),
    moment("approved_at"),
    UniqueConstraint("connection_id", "order_number", "digest"),
)
