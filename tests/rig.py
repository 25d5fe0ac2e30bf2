"""A whole system for a test: real PostgreSQL, Valkey, web, workers and beat, with the sandbox for the outside."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

from argon2.profiles import CHEAPEST
from celery import Celery
from sqlalchemy import text

from connector.bootstrap import build_house
from connector.cli import processes
from connector.cli.processes import NotUp, Processes, environment, procfile
from connector.domain.faults import Unavailable
from connector.domain.identity import OrderRef
from connector.domain.progress import OrderState
from connector.embedded import Valkey
from connector.embedded.server import free_port
from connector.flows import connections, setup
from connector.flows.house import House, known
from connector.records import connections as saved
from connector.records import orders, postings, trail
from connector.records.connections import SavedConnection
from connector.records.orders import OrderRow
from connector.records.postings import PostingRow
from connector.records.trail import ExchangeRow
from connector.sandbox.infor.m3.app import InforM3
from connector.sandbox.serve import Sandbox
from connector.settings import Settings, load_settings
from connector.vault.passwords import HashedPasswords
from tests.database import migrated
from tests.warm import WarmProcesses, type_command

NAME = "acme"


def copied(house: House, name: str, **changes: Any) -> SavedConnection:
    """Save a copy of the rig's connection under a name of its own."""
    own = known(house, NAME)
    sealed = connections.seal(house.vault, name, connections.open_credentials(house.vault, own))
    with house.database.begin() as tx:
        saved.save(tx, replace(own.connection, name=name, **changes), sealed, now=own.saved_at)
    return known(house, name)


HASTE = {
    "QUIET_PERIOD": "1.5",
    "CALL_CONNECT_TIMEOUT": "1",
    "CALL_READ_TIMEOUT": "1.5",
    "CLAIM_LEASE": "3",
    "RUN_GRACE": "4",
    "COALESCE_WINDOW": "0.3",
    "CONFIRM_DELAY": "0.5",
    "PARK_WAIT": "1",
    "SWEEP_INTERVAL": "0.5",
    "TOKEN_INTERVAL": "1",
    "CATALOG_INTERVAL": "3600",
    "ALLOW_INSECURE_HOSTS": "1",
    "WORKER_CONCURRENCY": "4",
    "WEB_CONCURRENCY": "1",
    "LOG_FORMAT": "json",
}
"""The law of posting at the pace of a test: the same order of durations, a hundred times as fast."""

CHEAP = HashedPasswords(CHEAPEST)
"""For logins in this process, of which a test makes hundreds; the web process hashes as everybody's does."""

SETTLED = {OrderState.POSTED, OrderState.LEFT_OUT, OrderState.WAITING, OrderState.HELD, OrderState.REJECTED}

_ENDED = text(
    "SELECT orders.number FROM orders JOIN connections ON connections.id = orders.connection_id"
    " WHERE connections.name = :name AND orders.state = ANY(:states)"
    " AND orders.run IS NULL AND orders.not_before IS NULL AND orders.wanted = orders.covered"
)


def m3_of(sandbox: Sandbox) -> InforM3:
    """Give a sandbox's company, which is one of M3's."""
    assert isinstance(sandbox.infor, InforM3)
    return sandbox.infor


class Rig:
    """One system of its own. ``sandbox`` lives in this process, so that a test can look into it."""

    running: type[Processes] = WarmProcesses

    def __init__(self, folder: Path, *, env: dict[str, str] | None = None, **sandbox: Any) -> None:
        self.folder = folder
        self.postgres = migrated(folder / "postgres")
        self.valkey = Valkey(folder / "valkey", fast=True)
        self.sandbox = Sandbox(**{"seed": (), **sandbox})
        self.port = free_port()
        self.output = io.StringIO()
        self._extra = {**HASTE, **(env or {})}
        self._open = ExitStack()
        self._groups: list[tuple[tuple[str, ...], Processes]] = []

    def __enter__(self) -> Self:
        with ExitStack() as opened:
            opened.enter_context(_environment_kept())
            opened.enter_context(_lives_counted_by_nobody())
            opened.callback(self.postgres.discard)
            self.postgres.start()
            opened.callback(self.valkey.stop)
            self.valkey.start()
            opened.callback(self.sandbox.stop)
            self.sandbox.start()
            self.settings = self._settings()
            self.house: House = replace(build_house(self.settings), passwords=CHEAP)
            opened.callback(self.house.database.close)
            opened.callback(self.kill)
            self.connect()
            self._open = opened.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    @property
    def m3(self) -> InforM3:
        """The sandbox's company, which is one of M3's."""
        return m3_of(self.sandbox)

    def _settings(self) -> Settings:
        for name in ("DATABASE_URL", "REDIS_URL", "BROKER_URL", "CONNECTOR_KEYS"):
            os.environ.pop(name, None)
        os.environ.update(self._extra)
        os.environ["ML_CONNECTOR_HOME"] = str(self.folder / "home")
        os.environ["PORT"] = str(self.port)
        settings = load_settings().on(database_url=self.postgres.url, redis_url=self.valkey.url)
        os.environ.update(settings.environment())  # what the task queue reads in this process
        return settings

    def connect(self, *, name: str = NAME, booking: str = "", sandbox: Sandbox | None = None) -> None:
        """Add a sandbox's store and tenant as a connection, with its mapping."""
        files = self.folder / "files" / name
        (sandbox or self.sandbox).write_files(files, name=name, booking=booking)
        _, checks = setup.add(self.house, files / "connection.yaml", by="test")
        assert all(check.ok for check in checks), [check for check in checks if not check.ok]
        self.map(self.profile(name), name=name)

    def profile(self, name: str = NAME) -> str:
        """Read the mapping profile that the sandbox wrote."""
        return (self.folder / "files" / name / "mapping.yaml").read_text()

    def map(self, text: str, *, name: str = NAME) -> int:
        """Import a mapping profile; returns how many held orders it released."""
        refused = [check for check in connections.check_profile(self.house, name, text) if not check.ok]
        assert not refused, refused
        return connections.import_profile(self.house, name, text, by="test")[1]

    def start(self, *names: str) -> Self:
        """Start processes of the Procfile: web, worker and beat unless named. ``beat.2`` is a second beat."""
        names = names or ("web", "worker", "beat")
        commands = {name: self._command(name) for name in names}
        started = self.running(commands, environment(self.settings), output=self.output).start()
        self._groups.append((names, started))
        if "web" in names:
            started.wait_live(self.port)
            self.sandbox.store.webhooks.direct = [self.door()]
            self.sandbox.infor.open_door(f"http://127.0.0.1:{self.port}/webhooks/infor/{NAME}")
        return self

    def _command(self, name: str) -> str:
        kind, _, machine = name.partition(".")
        command = procfile([kind])[kind]
        if not machine:
            return command
        home = self.folder / f"home-{machine}"  # as on another machine
        home.mkdir(exist_ok=True)
        return f"export ML_CONNECTOR_HOME={home}; {command}"

    def stop(self) -> None:
        """Stop the processes, those started last first."""
        while self._groups:
            self._groups.pop()[1].stop()

    def kill(self) -> None:
        """End all processes at once: nobody waits for what they still do."""
        for names, group in self._groups:
            for name in names:
                with suppress(NotUp, ProcessLookupError):
                    os.killpg(group.pid(name), signal.SIGKILL)
        self.stop()

    def pid(self, name: str) -> int:
        """Give the process id of one of them as it runs now."""
        return next(group.pid(name) for names, group in self._groups if name in names)

    def cli(self, *arguments: str, status: int = 0) -> str:
        """Type a command, which ends with a status; returns what it printed."""
        done = self.typed(*arguments)
        assert done.returncode == status, done.stderr
        return done.stdout

    def typed(self, *arguments: str, cwd: Path = processes.ROOT) -> subprocess.CompletedProcess[str]:
        """Type a command, whatever comes of it."""
        return type_command(*arguments, env=environment(self.settings), cwd=cwd)

    def door(self, name: str = NAME) -> str:
        """The address webhooks are sent to."""
        return f"http://127.0.0.1:{self.port}/webhooks/bigcommerce/{name}"

    def ring(self, task: str, *, times: int = 1, queue: str = "orders", **words: str | int) -> None:
        """Put a task of the timetable on the broker, as beat does."""
        with Celery(broker=self.valkey.url, set_as_current=False) as client:
            for _ in range(times):
                client.send_task(task, kwargs=words, queue=queue)

    def kill_worker(self, name: str = "worker") -> int:
        """Kill -9 a worker, children and all; it is started again by itself. Returns what its process id was."""
        pid = self.pid(name)
        for process in [pid, *children(pid)]:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        return pid

    def kill_worker_child(self, name: str = "worker") -> list[int]:
        """Kill -9 every child of a worker; returns what their process ids were."""
        killed = children(self.pid(name))
        for child in killed:
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        return killed

    # what became of it

    def order(self, number: int, *, name: str = NAME) -> OrderRow | None:
        """Read the trail's row of an order."""
        with self.house.database.begin() as tx:
            return orders.find(tx, OrderRef(name, number))

    def postings(self, number: int, *, name: str = NAME) -> list[PostingRow]:
        """Read an order's postings."""
        row = self.order(number, name=name)
        if row is None:
            return []
        with self.house.database.begin() as tx:
            return postings.of_order(tx, row.id)

    def settled(self, number: int, *, name: str = NAME) -> bool:
        """Tell whether an order has come to an end, with nobody at work on it and nothing new asked for."""
        return number in self.ended(name=name)

    def ended(self, *, name: str = NAME) -> set[int]:
        """List the orders that have come to an end and will not go on by themselves."""
        asked = {"name": name, "states": [state.value for state in SETTLED]}
        with suppress(Unavailable), self.house.database.begin() as tx:
            return set(tx.execute(_ENDED, asked).scalars())
        return set()  # the database is being restarted: nobody knows

    def wait_settled(self, numbers: Iterable[int], *, name: str = NAME, within: float = 120) -> None:
        """Wait until every order has come to an end."""
        wanted = set(numbers)
        until(
            lambda: wanted <= self.ended(name=name),
            within=within,
            why=lambda: self._unsettled(wanted - self.ended(name=name), name),
        )

    def _unsettled(self, numbers: Iterable[int], name: str) -> str:
        lines = [f"{number}: {self.order(number, name=name)}" for number in numbers]
        return "\n".join([*lines[:5], self.output.getvalue()[-6000:]])

    def rows(self, query: str, **values: Any) -> list[dict[str, Any]]:
        """Ask the database."""
        with self.house.database.begin() as tx:
            return [dict(row) for row in tx.execute(text(query), values).mappings()]

    def calls(self, number: int, *, name: str = NAME) -> list[ExchangeRow]:
        """Read the outside calls that were made for an order, oldest first."""
        with self.house.database.begin() as tx:
            return trail.exchanges_of(tx, name, number)


def children(pid: int) -> list[int]:
    """List a process's children."""
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    return [int(line) for line in found.stdout.split()]


def until(
    condition: Callable[[], object], *, within: float = 60, why: Callable[[], str] = lambda: "", every: float = 0.1
) -> None:
    """Wait until a condition holds."""
    deadline = time.monotonic() + within
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {within} s: {why()}")
        time.sleep(every)


@contextmanager
def _environment_kept() -> Iterator[None]:
    before = dict(os.environ)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@contextmanager
def _lives_counted_by_nobody() -> Iterator[None]:
    """Let a process that was killed early come back at once, however often."""
    before, processes.SHORT_LIFE = processes.SHORT_LIFE, 0.0
    try:
        yield
    finally:
        processes.SHORT_LIFE = before
