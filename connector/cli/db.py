"""``ml-connector db``: the schema."""

from __future__ import annotations

import click

from connector.cli import opened
from connector.records import migrate


@click.group()
def db() -> None:
    """The database's schema."""


@db.command()
def upgrade() -> None:
    """Bring the database to this program's schema; safe to run at every release."""
    with opened.settings() as settings:
        assert settings.database_url is not None  # noqa: S101  opened.settings completes them
        migrate.upgrade(settings.database_url.get_secret_value())
    click.echo("the database is up to date")
