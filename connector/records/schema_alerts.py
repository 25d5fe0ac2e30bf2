"""The tables of what people are told without asking."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, SmallInteger, String, Table, Text, UniqueConstraint

from connector.records.schema import metadata, moment, of_connection

alerts = Table(
    "alerts",
    metadata,
    of_connection(),
    Column("kind", String(16), nullable=False),
    Column("what", Text, nullable=False),
    moment("since"),
    moment("told_at", nullable=True),
    UniqueConstraint("connection_id", "kind"),
)

notices = Table(
    "notices",
    metadata,
    Column("id", SmallInteger, primary_key=True),
    moment("told_at", nullable=True),  # when the last message was begun: whoever moves it sends
    CheckConstraint("id = 1", name="single"),
)
