"""The tables of the trail: outside calls, changes, and each connection's chain of them."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Double,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from connector.records.schema import id_, metadata, moment

exchanges = Table(
    "exchanges",
    metadata,
    id_(),
    Column("connection", String(64), nullable=False),
    Column("order_number", BigInteger),
    Column("run", String(32)),
    Column("step", String(32), nullable=False),
    Column("system", String(16), nullable=False),
    Column("call", Text, nullable=False),
    Column("effect", String(8), nullable=False),
    Column("status", Integer),
    Column("outcome", String(32), nullable=False),
    Column("seconds", Double, nullable=False),
    Column("request_id", Text, nullable=False),
    Column("sealed", LargeBinary),
    moment("started_at"),
    Index(None, "connection", "order_number", "id"),
    Index("ix_exchanges_started_at", "started_at", postgresql_where=text("sealed IS NOT NULL")),
)

audit = Table(
    "audit",
    metadata,
    id_(),
    Column("connection", String(64), nullable=False),
    Column("order_number", BigInteger),
    Column("actor", Text, nullable=False),
    Column("action", String(32), nullable=False),
    Column("subject", Text, nullable=False),
    Column("detail", JSONB, nullable=False),
    moment("at"),
    # its place in the connection's chain (connector.domain.audit)
    Column("number", BigInteger, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("digest", String(64), nullable=False),
    Index(None, "connection", "order_number", "id"),
    UniqueConstraint("connection", "number"),
    Index("ix_audit_proofs", "connection", "number", postgresql_where=text("action IN ('reconciled', 'certified')")),
)

audit_heads = Table(
    "audit_heads",
    metadata,
    Column("connection", String(64), primary_key=True),
    Column("entries", BigInteger, nullable=False),
    Column("digest", String(64), nullable=False),
)
