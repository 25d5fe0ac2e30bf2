"""Opens the house for a command: on the environment's servers, or on this machine's own, and closes it again."""

from __future__ import annotations

import getpass
import os
from collections.abc import Iterator
from contextlib import contextmanager

from connector import embedded
from connector.bootstrap import build_house
from connector.flows.house import House
from connector.settings import Settings, load_settings


@contextmanager
def settings() -> Iterator[Settings]:
    """Complete the settings with this machine's own servers where the environment names none."""
    written = load_settings()
    if written.database_url and written.redis_url:
        yield written
        return
    with embedded.ensure(written.make_home()) as servers:
        completed = written.on(database_url=servers.database_url, redis_url=servers.redis_url)
        os.environ.update(completed.environment())  # what the task queue and child processes read
        yield completed


@contextmanager
def house() -> Iterator[House]:
    """Build the house for one command."""
    with settings() as complete:
        built = build_house(complete)
        try:
            yield built
        finally:
            built.database.close()


def operator() -> str:
    """Name the person at the keyboard, for the trail."""
    return f"operator:{getpass.getuser()}"
