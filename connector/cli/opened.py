"""Opens the house for a command: on the environment's servers, or on this machine's own, and closes it again."""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from connector import embedded
from connector.bootstrap import build_house
from connector.flows.house import House
from connector.settings import Settings, load_settings


@contextmanager
def settings(*, announce: bool = True) -> Iterator[Settings]:
    """Complete the settings with this machine's own servers where the environment names none, and say so."""
    written = load_settings()
    if written.database_url and written.redis_url:
        yield written
        return
    if announce and sys.stderr.isatty():
        click.secho(_own_servers(written), dim=True, err=True)
    with embedded.ensure(written.make_home()) as servers:
        completed = written.on(database_url=servers.database_url, redis_url=servers.redis_url)
        os.environ.update(completed.environment())  # what the task queue and child processes read
        yield completed


def _own_servers(written: Settings) -> str:
    addresses = {"DATABASE_URL": written.database_url, "REDIS_URL": written.redis_url}
    unset = " and ".join(name for name, address in addresses.items() if not address)
    return f"{unset} not set: working on this machine's own servers, {written.make_home()}"


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
