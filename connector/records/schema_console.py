"""The tables of the console: who uses it, how they log in, and what its pages find orders by."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from connector.records.schema import id_, metadata, moment, of_connection

order_causes = Table(
    "order_causes",
    metadata,
    Column("order_id", BigInteger, ForeignKey("orders.id", ondelete="CASCADE"), primary_key=True),
    Column("cause", Text, primary_key=True),
)
"""Everything that keeps an order from being booked, as its last plan found it."""

order_terms = Table(
    "order_terms",
    metadata,
    of_connection(),
    Column("order_id", BigInteger, ForeignKey("orders.id", ondelete="CASCADE"), nullable=False),
    Column("kind", String(8), nullable=False),  # sku | email
    Column("value", Text, nullable=False),  # the SKU in small letters; the address as a keyed digest only
    moment("noted_at"),
    UniqueConstraint("order_id", "kind", "value"),
    Index(None, "kind", "value", "order_id"),
    Index("ix_order_terms_noted_at", "noted_at", postgresql_where=text("kind = 'email'")),
)
"""By what orders are found again, besides their numbers."""

users = Table(
    "users",
    metadata,
    id_(),
    Column("name", String(64), nullable=False, unique=True),
    Column("role", String(16), nullable=False),
    Column("password", Text),  # argon2's own encoding; None: by one-time link only
    Column("disabled", Boolean, nullable=False, server_default=text("false")),
    Column("zone", Text, nullable=False, server_default=text("''")),
    moment("added_at"),
    moment("seen_at", nullable=True),
)


def _of_user() -> Column[int]:
    return Column("user_id", BigInteger, ForeignKey("users.id", ondelete="CASCADE"), nullable=False)


sessions = Table(
    "sessions",
    metadata,
    Column("digest", String(64), primary_key=True),  # of what the cookie holds: who reads the table cannot log in
    _of_user(),
    moment("began_at"),
    moment("seen_at"),
    Column("by_link", Boolean, nullable=False, server_default=text("false")),  # it began by a one-time login
    Index(None, "user_id"),
)

one_time_logins = Table(
    "one_time_logins",
    metadata,
    Column("digest", String(64), primary_key=True),
    _of_user(),
    moment("until"),
)

login_attempts = Table(
    "login_attempts",
    metadata,
    Column("subject", String(80), primary_key=True),  # a digest of the account or address that tried
    Column("attempts", Integer, nullable=False),
    moment("began_at"),
    Index(None, "began_at"),
)
