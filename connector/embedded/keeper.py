"""The process that keeps both servers of one home running while anybody uses them.

It is a process of its own so that whoever came first can leave before the others, and so that kill -9 of a
user leaves nothing behind: users hold a shared lock, which the kernel takes back when they end.
"""

from __future__ import annotations

import fcntl
import json
import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import IO

from connector.embedded.postgresql import PostgreSQL
from connector.embedded.server import NotStarted
from connector.embedded.valkey import Valkey

NOTICE = "servers.json"
"""Locked by the keeper while it lives; says where the servers are once they are ready."""

USERS = "users.lock"
"""Locked, shared, by everybody who uses the servers."""

LOOK_EVERY = 0.5


def run_folder(home: Path) -> Path:
    """Give the folder of what is true only while the servers run."""
    folder = home / "run"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def try_lock(file: IO[str] | int, kind: int) -> bool:
    """Lock an open file, now or not at all."""
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def keep(home: Path, *, fast: bool, ready: Callable[[], None]) -> None:
    """Start both servers, tell where they are, revive them if they die, stop them when nobody is left."""
    run = run_folder(home)
    told_to_stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: told_to_stop.set())
    notice = os.open(run / NOTICE, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)  # the kernel closes it, at the end
    if not try_lock(notice, fcntl.LOCK_EX):
        return  # another keeper is at work
    with (run / USERS).open("a") as users:
        os.ftruncate(notice, 0)
        postgres, valkey = PostgreSQL(home / "postgres", fast=fast), Valkey(home / "valkey", fast=fast)
        with postgres, valkey:
            told = {"pid": os.getpid(), "database_url": postgres.url, "redis_url": valkey.url}
            os.write(notice, json.dumps(told).encode())
            ready()
            while not told_to_stop.wait(LOOK_EVERY) and not try_lock(users, fcntl.LOCK_EX):
                for server in (postgres, valkey):
                    if not server.alive:
                        server.start()
            os.ftruncate(notice, 0)


def _in_background(home: Path, *, fast: bool, report: int) -> None:
    os.setsid()
    with (run_folder(home) / "keeper.log").open("a") as log, Path(os.devnull).open() as nothing:
        os.dup2(nothing.fileno(), 0)
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
    with os.fdopen(report, "w") as tell:
        try:
            keep(home, fast=fast, ready=tell.close)
        except NotStarted as refused:
            if tell.closed:
                raise
            tell.write(str(refused))


def main(home: str, *options: str) -> None:
    """Leave a keeper behind in the background, and end when its servers are ready or refused to start."""
    listen, report = os.pipe()
    if os.fork() == 0:
        os.close(listen)
        _in_background(Path(home), fast="--fast" in options, report=report)
        return
    os.close(report)
    with os.fdopen(listen) as told:
        sys.exit(told.read() or 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
