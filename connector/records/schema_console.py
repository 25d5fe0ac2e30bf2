"""The tables of the console: its users, their sessions and one-time logins, and how often somebody tried."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, text

from connector.records.schema import id_, metadata, moment

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
