"""Brings the database to this program's schema, and tells whether it is there."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from connector.records.database import Database

_LOCK = 7_205_759_403
"""Any number, the same for all: one upgrade at a time."""


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def upgrade(url: str) -> None:
    """Apply every migration that is missing; several at once wait for each other.

    :raises Unavailable: the database does not answer.
    """
    with closing(Database(url, pool_size=1)) as database, database.begin() as connection:
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def is_current(url: str) -> bool:
    """Tell whether the database has every migration of this program.

    :raises Unavailable: the database does not answer.
    """
    head = ScriptDirectory.from_config(_config()).get_current_head()
    with closing(Database(url, pool_size=1)) as database, database.begin() as connection:
        return MigrationContext.configure(connection).get_current_revision() == head
