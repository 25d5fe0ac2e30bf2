"""What the migrations make is what the program believes."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from connector.embedded import PostgreSQL
from connector.records import (
    migrate,
    schema_alerts,
    schema_books,
    schema_catalog,
    schema_console,
    schema_first_hour,
    schema_messages,
    schema_sendings,
    schema_trail,
)
from connector.records.database import Database

PARTS = (
    schema_alerts,
    schema_books,
    schema_catalog,
    schema_console,
    schema_first_hour,
    schema_messages,
    schema_sendings,
    schema_trail,
)
[metadata] = {part.metadata for part in PARTS}


def test_the_migrations_make_the_schema_of_the_program(tmp_path: Path) -> None:
    with PostgreSQL(tmp_path / "postgres", fast=True) as server:
        migrate.upgrade(server.url)
        migrate.upgrade(server.url)
        assert migrate.is_current(server.url)
        with closing(Database(server.url, pool_size=1)) as database, database.begin() as tx:
            context = MigrationContext.configure(tx, opts={"compare_type": True})
            assert compare_metadata(context, metadata) == []
