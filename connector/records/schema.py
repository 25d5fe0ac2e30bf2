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


def id_() -> Column[int]:
    """A row's own number."""
    return Column("id", BigInteger, primary_key=True, autoincrement=True)


def of_connection() -> Column[int]:
    """The connection a row belongs to, and goes with."""
    return Column("connection_id", ForeignKey("connections.id", ondelete="CASCADE"), nullable=False)


def _order() -> Column[int]:
    return Column("order_id", ForeignKey("orders.id", ondelete="CASCADE"), nullable=False)


def moment(name: str, *, nullable: bool = False) -> Column[object]:
    """A moment with its zone."""
    return Column(name, DateTime(timezone=True), nullable=nullable)


connections = Table(
    "connections",
    metadata,
    id_(),
    Column("name", String(64), nullable=False, unique=True),
    Column("store_hash", String(64), nullable=False),
    Column("suite", String(16), nullable=False),
    Column("config", JSONB, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("paused", Boolean, nullable=False, server_default=text("false")),
    Column("require_approved", Boolean, nullable=False, server_default=text("false")),
    Column("removed", Boolean, nullable=False, server_default=text("false")),  # what is left of it is being deleted
    moment("saved_at"),
    # how often what its orders are planned by was changed
    Column("rules", Integer, nullable=False, server_default=text("0")),
)

profiles = Table(
    "profiles",
    metadata,
    id_(),
    of_connection(),
    Column("version", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("saved_by", Text, nullable=False),
    moment("saved_at"),
    UniqueConstraint("connection_id", "version"),
)

tokens = Table(
    "tokens",
    metadata,
    Column("connection_id", ForeignKey("connections.id", ondelete="CASCADE"), primary_key=True),
    Column("version", Integer, nullable=False, server_default=text("0")),
    Column("sealed", LargeBinary),
    moment("issued_at", nullable=True),
    moment("expires_at", nullable=True),
    Column("distrusted", Boolean, nullable=False, server_default=text("false")),
    moment("lease_until", nullable=True),
    Column("fault", Text, nullable=False, server_default=text("''")),
)

deliveries = Table(
    "deliveries",
    metadata,
    id_(),
    of_connection(),
    Column("delivery_key", String(160), nullable=False),
    Column("scope", Text, nullable=False),
    Column("order_number", BigInteger),
    Column("product_number", BigInteger),
    Column("scheme", String(32), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("sealed", LargeBinary),  # instead of the body, where it may hold personal data
    Column("state", String(16), nullable=False),
    Column("reason", Text, nullable=False, server_default=text("''")),
    moment("received_at"),
    UniqueConstraint("connection_id", "delivery_key"),
    Index(None, "connection_id", "order_number"),
    Index(None, "connection_id", "scope", "received_at"),
    Index("ix_deliveries_dead", "connection_id", "id", postgresql_where=text("state = 'dead'")),
)

_IDLE = "run IS NULL AND not_before IS"

orders = Table(
    "orders",
    metadata,
    id_(),
    of_connection(),
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
    moment("placed_at", nullable=True),
    moment("modified_at", nullable=True),
    moment("pulled_at", nullable=True),
    # how often it was asked for, and how much of that the last snapshot covers
    Column("wanted", Integer, nullable=False, server_default=text("0")),
    Column("covered", Integer, nullable=False, server_default=text("0")),
    Column("failures", Integer, nullable=False, server_default=text("0")),
    moment("not_before", nullable=True),
    # which of its connection's rules it was planned by
    Column("rules", Integer, nullable=False, server_default=text("0")),
    # who is at work: one run at a time, one holder at a time within it
    Column("run", String(32)),
    moment("run_until", nullable=True),
    moment("rests_until", nullable=True),
    Column("begun", Boolean, nullable=False, server_default=text("false")),
    Column("holder", String(32)),
    moment("holder_until", nullable=True),
    # the ERP's number, and whether the store carries it
    Column("external_id", Text, nullable=False, server_default=text("''")),
    Column("written_back", Text, nullable=False, server_default=text("''")),
    moment("written_at", nullable=True),
    moment("echo_until", nullable=True),
    # who took it out of the books, and since when it may be booked again
    Column("unposted_by", Text),
    moment("unposted_at", nullable=True),
    moment("posted_again_at", nullable=True),
    # who keeps it from being booked
    Column("held_by", Text),
    moment("held_at", nullable=True),
    Column("held_why", Text, nullable=False, server_default=text("''")),
    # the reason that asked for something by hand, once it was done
    Column("notice_done", Text, nullable=False, server_default=text("''")),
    moment("first_seen_at"),
    UniqueConstraint("connection_id", "number"),
    Index(None, "connection_id", "state", "number"),
    Index(None, "connection_id", "placed_at"),
    Index(None, "connection_id", "total", "id"),
    Index("ix_orders_external_id", "external_id", postgresql_where=text("external_id <> ''")),
    Index(
        "ix_orders_noticed",
        "connection_id",
        "number",
        postgresql_where=text("state = 'posted' AND fault_code <> '' AND notice_done <> reason"),
    ),
    # what lies there, of one connection, the longest first
    Index("ix_orders_running", "connection_id", "run_until", postgresql_where=text("run IS NOT NULL")),
    Index("ix_orders_patient", "connection_id", "not_before", postgresql_where=text(f"{_IDLE} NOT NULL")),
    Index("ix_orders_idle", "connection_id", "id", postgresql_where=text(f"{_IDLE} NULL AND wanted > covered")),
)

snapshots = Table(
    "snapshots",
    metadata,
    id_(),
    _order(),
    Column("fingerprint", String(64), nullable=False),
    Column("sealed", LargeBinary),
    moment("taken_at"),
    Index(None, "order_id", "id"),
    Index("ix_snapshots_taken_at", "taken_at", postgresql_where=text("sealed IS NOT NULL")),
)

_STATES = ", ".join(f"'{state.value}'" for state in PostingState)

postings = Table(
    "postings",
    metadata,
    id_(),
    of_connection(),
    Column("order_id", ForeignKey("orders.id", ondelete="CASCADE")),
    Column("kind", String(24), nullable=False),
    Column("source", BigInteger, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("posting_key", String(160), nullable=False, unique=True),
    Column("reverses", ForeignKey("postings.posting_key", ondelete="CASCADE")),
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
    moment("occurred_at"),
    moment("sending_at", nullable=True),
    moment("quiet_until", nullable=True),
    moment("not_before", nullable=True),
    moment("changed_at"),
    Column("forgotten", Boolean, nullable=False, server_default=text("false")),
    CheckConstraint(f"state IN ({_STATES})", name="state"),
    Index(None, "order_id", "position"),
    Index(
        "ix_postings_people",
        "changed_at",
        postgresql_where=text("kind IN ('customer', 'sales_order') AND NOT forgotten"),
    ),
    Index("ix_postings_reverses", "reverses", postgresql_where=text("reverses IS NOT NULL")),
    Index(None, "connection_id", "state", "id"),
    Index("ix_postings_external_id", "external_id", postgresql_where=text("external_id <> ''")),
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
    Column("profile_version", Integer, nullable=False),
    Column("booked_on", Date, nullable=False),
    Column("moved_from", Date),
    Column("dimensions", JSON, nullable=False),
    Column("text", Text, nullable=False, server_default=text("''")),
    Index("ix_journal_lines_booked_on", "booked_on", "posting_id", postgresql_where=text("number = 1")),
    Index(
        "ix_journal_lines_moved_from",
        "moved_from",
        "posting_id",
        postgresql_where=text("number = 1 AND moved_from IS NOT NULL"),
    ),
    CheckConstraint("(debit = 0) <> (credit = 0) AND debit >= 0 AND credit >= 0", name="one_side"),
)


def _money_event(name: str) -> Table:
    """A payment event or a refund: the posting that books it, or the reason why none does."""
    return Table(
        name,
        metadata,
        id_(),
        of_connection(),
        _order(),
        Column("number", BigInteger, nullable=False),
        Column("what", Text, nullable=False),
        Column("amount", Numeric, nullable=False),
        Column("currency", String(3), nullable=False),
        Column("posting_key", String(160)),
        Column("left_out", Text),
        moment("happened_at"),
        CheckConstraint("posting_key IS NULL OR left_out IS NULL", name="one_end"),
        UniqueConstraint("connection_id", "order_id", "number"),
        Index(None, "connection_id", "happened_at"),
        Index(None, "order_id"),
    )


transactions = _money_event("transactions")
refunds = _money_event("refunds")

bindings = Table(
    "bindings",
    metadata,
    of_connection(),
    Column("kind", String(16), nullable=False),
    Column("ours", Text, nullable=False),
    Column("theirs", Text, nullable=False),
    UniqueConstraint("connection_id", "kind", "ours"),
)

watermarks = Table(
    "watermarks",
    metadata,
    of_connection(),
    Column("poll", String(16), nullable=False),
    moment("read_to", nullable=True),
    moment("due_at", nullable=True),
    # a reading of everything in pages: when it began, behind what it goes on, and when the last one began
    moment("began_at", nullable=True),
    Column("cursor", Text, nullable=False, server_default=text("''")),
    moment("anchored_at", nullable=True),
    UniqueConstraint("connection_id", "poll"),
)

leases = Table(
    "leases",
    metadata,
    of_connection(),
    Column("name", String(16), nullable=False),
    Column("holder", String(32), nullable=False),
    moment("until"),
    UniqueConstraint("connection_id", "name"),
)

heartbeats = Table(
    "heartbeats",
    metadata,
    Column("name", String(32), primary_key=True),
    moment("at"),
)
