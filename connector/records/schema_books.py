"""The table of the books' calendar: what the ERP said of its accounting periods when it was read last."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, String, Table, UniqueConstraint

from connector.records.schema import metadata, of_connection

accounting_periods = Table(
    "accounting_periods",
    metadata,
    of_connection(),
    Column("first", Date, nullable=False),
    Column("last", Date, nullable=False),
    Column("name", String(32), nullable=False),
    Column("closed", Boolean, nullable=False),
    UniqueConstraint("connection_id", "first"),
)
