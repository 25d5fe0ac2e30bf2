"""Every table. A unique key here is what makes a fact happen once."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from connector.domain.posting import PostingState

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id() -> Column[int]:
    return Column("id", BigInteger, primary_key=True, autoincrement=True)


def _connection() -> Column[int]:
    return Column("connection_id", ForeignKey("connections.id", ondelete="CASCADE"), nullable=False)


def _order() -> Column[int]:
    return Column("order_id", ForeignKey("orders.id", ondelete="CASCADE"), nullable=False)


def _moment(name: str, *, nullable: bool = False) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=nullable)


connections = Table(
    "connections",
    metadata,
    _id(),
    Column("name", String(64), nullable=False, unique=True),
    Column("store_hash", String(64), nullable=False),
    Column("suite", String(16), nullable=False),
    Column("config", JSONB, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("paused", Boolean, nullable=False, server_default=text("false")),
    _moment("saved_at"),
)

profiles = Table(
    "profiles",
    metadata,
    _id(),
    _connection(),
    Column("version", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("saved_by", Text, nullable=False),
    _moment("saved_at"),
    UniqueConstraint("connection_id", "version"),
)

tokens = Table(
    "tokens",
    metadata,
    Column("connection_id", ForeignKey("connections.id", ondelete="CASCADE"), primary_key=True),
    Column("version", Integer, nullable=False, server_default=text("0")),
    Column("sealed", LargeBinary),
    _moment("issued_at", nullable=True),
    _moment("expires_at", nullable=True),
    Column("distrusted", Boolean, nullable=False, server_default=text("false")),
    _moment("lease_until", nullable=True),
    Column("fault", Text, nullable=False, server_default=text("''")),
)

deliveries = Table(
    "deliveries",
    metadata,
    _id(),
    _connection(),
    Column("delivery_key", String(160), nullable=False),
    Column("scope", Text, nullable=False),
    Column("order_number", BigInteger),
    Column("scheme", String(32), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("state", String(16), nullable=False),
    Column("reason", Text, nullable=False, server_default=text("''")),
    _moment("received_at"),
    UniqueConstraint("connection_id", "delivery_key"),
    Index(None, "connection_id", "order_number"),
)

orders = Table(
    "orders",
    metadata,
    _id(),
    _connection(),
    Column("number", BigInteger, nullable=False),
    Column("state", String(16), nullable=False),
    Column("reason", Text, nullable=False, server_default=text("''")),
    Column("fault_code", String(32), nullable=False, server_default=text("''")),
    # what the store said last
    Column("status_id", Integer),
    Column("currency", String(3)),
    Column("total", Numeric),
    Column("customer_id", BigInteger),
    Column("head_fingerprint", String(64), nullable=False, server_default=text("''")),
    _moment("placed_at", nullable=True),
    _moment("modified_at", nullable=True),
    _moment("pulled_at", nullable=True),
    # how often it was asked for, and how much of that the last snapshot covers
    Column("wanted", Integer, nullable=False, server_default=text("0")),
    Column("covered", Integer, nullable=False, server_default=text("0")),
    Column("failures", Integer, nullable=False, server_default=text("0")),
    _moment("not_before", nullable=True),
    # who is at work: one run at a time, one holder at a time within it
    Column("run", String(32)),
    _moment("run_until", nullable=True),
    Column("begun", Boolean, nullable=False, server_default=text("false")),
    Column("holder", String(32)),
    _moment("holder_until", nullable=True),
    # the ERP's number, and whether the store carries it
    Column("external_id", Text, nullable=False, server_default=text("''")),
    Column("written_back", Text, nullable=False, server_default=text("''")),
    _moment("written_at", nullable=True),
    _moment("echo_until", nullable=True),
    _moment("first_seen_at"),
    UniqueConstraint("connection_id", "number"),
    Index(None, "connection_id", "state"),
    Index("ix_orders_run_until", "run_until", postgresql_where=text("run IS NOT NULL")),
    Index("ix_orders_due", "not_before", postgresql_where=text("run IS NULL AND not_before IS NOT NULL")),
    Index("ix_orders_wanted", "id", postgresql_where=text("run IS NULL AND wanted > covered")),
)

snapshots = Table(
    "snapshots",
    metadata,
    _id(),
    _order(),
    Column("fingerprint", String(64), nullable=False),
    Column("sealed", LargeBinary),
    _moment("taken_at"),
    Index(None, "order_id", "id"),
    Index("ix_snapshots_taken_at", "taken_at", postgresql_where=text("sealed IS NOT NULL")),
)

_STATES = ", ".join(f"'{state.value}'" for state in PostingState)

postings = Table(
    "postings",
    metadata,
    _id(),
    _connection(),
    Column("order_id", ForeignKey("orders.id", ondelete="CASCADE")),
    Column("kind", String(16), nullable=False),
    Column("source", BigInteger, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("posting_key", String(160), nullable=False, unique=True),
    Column("reference", String(40), nullable=False),
    Column("position", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("version", Integer, nullable=False, server_default=text("0")),
    Column("content", LargeBinary),
    Column("amount", Numeric),
    Column("currency", String(3)),
    Column("handle", Text, nullable=False, server_default=text("''")),
    Column("external_id", Text, nullable=False, server_default=text("''")),
    Column("fault_code", String(32), nullable=False, server_default=text("''")),
    Column("reason", Text, nullable=False, server_default=text("''")),
    Column("profile_version", Integer, nullable=False),
    _moment("occurred_at"),
    _moment("sending_at", nullable=True),
    _moment("quiet_until", nullable=True),
    _moment("not_before", nullable=True),
    _moment("changed_at"),
    CheckConstraint(f"state IN ({_STATES})", name="state"),
    Index(None, "order_id", "position"),
    Index(None, "connection_id", "state"),
)

journal_lines = Table(
    "journal_lines",
    metadata,
    Column("posting_id", ForeignKey("postings.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("account", String(32), nullable=False),
    Column("debit", Numeric, nullable=False),
    Column("credit", Numeric, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("role", String(32), nullable=False),
    Column("rule", Text, nullable=False),
    Column("booked_on", Date, nullable=False),
    Column("dimensions", JSON, nullable=False),
    CheckConstraint("(debit = 0) <> (credit = 0) AND debit >= 0 AND credit >= 0", name="one_side"),
)


def _money_event(name: str) -> Table:
    """A payment event or a refund: the posting that books it, or the reason why none does."""
    return Table(
        name,
        metadata,
        _id(),
        _connection(),
        _order(),
        Column("number", BigInteger, nullable=False),
        Column("what", Text, nullable=False),
        Column("amount", Numeric, nullable=False),
        Column("currency", String(3), nullable=False),
        Column("posting_key", String(160)),
        Column("left_out", Text),
        _moment("happened_at"),
        CheckConstraint("posting_key IS NULL OR left_out IS NULL", name="one_end"),
        UniqueConstraint("connection_id", "order_id", "number"),
    )


transactions = _money_event("transactions")
refunds = _money_event("refunds")

bindings = Table(
    "bindings",
    metadata,
    _connection(),
    Column("kind", String(16), nullable=False),
    Column("ours", Text, nullable=False),
    Column("theirs", Text, nullable=False),
    UniqueConstraint("connection_id", "kind", "ours"),
)

watermarks = Table(
    "watermarks",
    metadata,
    _connection(),
    Column("poll", String(16), nullable=False),
    _moment("read_to", nullable=True),
    _moment("due_at", nullable=True),
    UniqueConstraint("connection_id", "poll"),
)

heartbeats = Table(
    "heartbeats",
    metadata,
    Column("name", String(32), primary_key=True),
    _moment("at"),
)

exchanges = Table(
    "exchanges",
    metadata,
    _id(),
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
    _moment("started_at"),
    Index(None, "connection", "order_number", "id"),
    Index("ix_exchanges_started_at", "started_at", postgresql_where=text("sealed IS NOT NULL")),
)

audit = Table(
    "audit",
    metadata,
    _id(),
    Column("connection", String(64), nullable=False),
    Column("order_number", BigInteger),
    Column("actor", Text, nullable=False),
    Column("action", String(32), nullable=False),
    Column("subject", Text, nullable=False),
    Column("detail", JSONB, nullable=False),
    _moment("at"),
    Index(None, "connection", "order_number", "id"),
)
