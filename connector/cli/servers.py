"""The servers a command works with: those the environment names, or this machine's own while the command runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from connector import embedded
from connector.settings import Settings, load_settings


@contextmanager
def ready() -> Iterator[Settings]:
    """Read the environment, and complete it with PostgreSQL and Valkey of this machine where it names none."""
    settings = load_settings()
    if settings.database_url and settings.redis_url:
        yield settings
        return
    with embedded.ensure(settings.make_home()) as servers:
        yield settings.on(database_url=servers.database_url, redis_url=servers.redis_url)
