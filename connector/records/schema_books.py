"""The tables of the books: the ERP's accounting periods as they were read last, and the papers that prove."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, LargeBinary, String, Table, UniqueConstraint

from connector.records.schema import metadata, moment, of_connection

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

papers = Table(
    "papers",
    metadata,
    Column("digest", String(64), primary_key=True),  # the trail says whose it is and how it is called
    Column("content", LargeBinary, nullable=False),
    moment("made_at"),
)
