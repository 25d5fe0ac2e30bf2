"""PostgreSQL with the schema in it already: a copy of files that were made once."""

from __future__ import annotations

import atexit
import subprocess
import tempfile
from functools import cache
from pathlib import Path

from connector.embedded import PostgreSQL, privileges
from connector.records import migrate


def migrated(folder: Path) -> PostgreSQL:
    """Give a server that may be started; its database is empty, and has this program's schema."""
    pattern = _pattern()
    server = PostgreSQL(folder, fast=True)
    place = privileges.place_for(server.folder, privileges.unprivileged())
    subprocess.run(["cp", "-a", pattern / "cluster", pattern / "password", place], check=True)
    for programs in pattern.glob("programs-*"):
        (place / programs.name).symlink_to(programs)
    return server


@cache
def _pattern() -> Path:
    server = PostgreSQL(Path(tempfile.mkdtemp(prefix="pattern-")), fast=True)
    atexit.register(server.discard)
    with server:
        migrate.upgrade(server.url)
    return server.place
