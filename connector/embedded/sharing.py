"""Servers shared by every process that works in one home: the first starts them, the last one out stops them."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from connector.embedded import privileges
from connector.embedded.keeper import NOTICE, USERS, run_folder, try_lock
from connector.embedded.server import NotStarted

STARTED_WITHIN = 90.0
ATTEMPTS = 50
BETWEEN_LOOKS = 0.1


@dataclass(frozen=True, slots=True)
class Servers:
    """Where the servers of a home are; the addresses carry passwords."""

    database_url: str = field(repr=False)
    redis_url: str = field(repr=False)


@contextmanager
def ensure(home: Path, *, fast: bool = False) -> Iterator[Servers]:
    """Keep PostgreSQL and Valkey running for ``home`` while the block runs; others may share them.

    :raises NotStarted: a server did not come up.
    """
    home = home.absolute()
    with (run_folder(home) / USERS).open("a") as users:
        fcntl.flock(users, fcntl.LOCK_SH)  # waits while a former keeper stops
        try:
            yield _running(home) or _started(home, fast=fast)
        finally:
            if try_lock(users, fcntl.LOCK_EX):  # the last one out
                _stop(home)


def remove(home: Path) -> None:
    """Remove what the servers of ``home`` kept. Nobody may be using them."""
    for name in ("postgres", "valkey", "run"):
        privileges.forget(home.absolute() / name)


def _notice(home: Path) -> dict[str, str]:
    """Read what the keeper tells; empty when none lives, whatever a dead one left written."""
    with (run_folder(home) / NOTICE).open("a+") as notice:
        if try_lock(notice, fcntl.LOCK_SH):
            return {}
        notice.seek(0)
        told = notice.read()
    return dict(json.loads(told)) if told else {}


def _running(home: Path) -> Servers | None:
    told = _notice(home)
    return Servers(told["database_url"], told["redis_url"]) if told else None


def _started(home: Path, *, fast: bool) -> Servers:
    command = [sys.executable, "-m", "connector.embedded.keeper", str(home), *(["--fast"] if fast else [])]
    for _ in range(ATTEMPTS):
        starter = subprocess.run(  # noqa: S603  # our own module
            command, capture_output=True, text=True, timeout=STARTED_WITHIN, check=False
        )
        if starter.returncode:
            raise NotStarted(starter.stderr.strip())
        if servers := _running(home):
            return servers
        threading.Event().wait(BETWEEN_LOOKS)  # somebody else's keeper is starting, or one is just leaving
    raise NotStarted(f"the servers of {home} did not come up; see {run_folder(home) / 'keeper.log'}")


def _stop(home: Path) -> None:
    told = _notice(home)
    if not told:
        return
    with suppress(ProcessLookupError):
        os.kill(int(told["pid"]), signal.SIGTERM)
    with (run_folder(home) / NOTICE).open("a") as notice:
        fcntl.flock(notice, fcntl.LOCK_EX)  # until the keeper has ended
