"""A whole system for a test: real PostgreSQL, Valkey, web, workers and beat, with the sandbox for the outside."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Self

from connector.bootstrap import build_house
from connector.cli.processes import Processes, environment, procfile
from connector.domain.identity import OrderRef
from connector.domain.progress import OrderState
from connector.embedded import PostgreSQL, Valkey
from connector.embedded.server import free_port
from connector.flows import connections, setup
from connector.flows.house import House
from connector.records import migrate, orders, postings
from connector.records.orders import OrderRow
from connector.records.postings import PostingRow
from connector.sandbox.serve import Sandbox
from connector.settings import Settings, load_settings

NAME = "acme"

HASTE = {
    "QUIET_PERIOD": "1.5",
    "CALL_CONNECT_TIMEOUT": "1",
    "CALL_READ_TIMEOUT": "1.5",
    "CLAIM_LEASE": "3",
    "RUN_GRACE": "4",
    "COALESCE_WINDOW": "0.3",
    "CONFIRM_DELAY": "0.5",
    "SWEEP_INTERVAL": "0.5",
    "TOKEN_INTERVAL": "1",
    "ALLOW_INSECURE_HOSTS": "1",
    "WORKER_CONCURRENCY": "4",
    "WEB_CONCURRENCY": "1",
    "LOG_FORMAT": "json",
}
"""The law of posting at the pace of a test: the same order of durations, a hundred times as fast."""

SETTLED = {OrderState.POSTED, OrderState.LEFT_OUT, OrderState.WAITING, OrderState.HELD, OrderState.REJECTED}


class Rig:
    """One system of its own. ``sandbox`` lives in this process, so that a test can look into it."""

    def __init__(self, folder: Path, *, env: dict[str, str] | None = None, **sandbox: Any) -> None:
        self.folder = folder
        self.postgres = PostgreSQL(folder / "postgres", fast=True)
        self.valkey = Valkey(folder / "valkey", fast=True)
        self.sandbox = Sandbox(**{"seed": (), **sandbox})
        self.port = free_port()
        self.output = io.StringIO()
        self._extra = {**HASTE, **(env or {})}
        self.processes: Processes | None = None

    def __enter__(self) -> Self:
        self.postgres.start()
        self.valkey.start()
        self.sandbox.start()
        self.settings = self._settings()
        migrate.upgrade(self.settings.database_url.get_secret_value())  # type: ignore[union-attr]
        self.house: House = build_house(self.settings)
        self.connect()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self.sandbox.stop()
        self.house.database.close()
        self.valkey.stop()
        self.postgres.stop()

    def _settings(self) -> Settings:
        for name, value in self._extra.items():
            os.environ[name] = value
        os.environ["ML_CONNECTOR_HOME"] = str(self.folder / "home")
        os.environ["PORT"] = str(self.port)
        for name in ("DATABASE_URL", "REDIS_URL", "BROKER_URL", "CONNECTOR_KEYS"):
            os.environ.pop(name, None)
        settings = load_settings().on(database_url=self.postgres.url, redis_url=self.valkey.url)
        os.environ.update(settings.environment())  # what the task queue reads in this process
        return settings

    def connect(self, *, name: str = NAME, booking: str = "full") -> None:
        """Add the sandbox's store and tenant as a connection, with its mapping."""
        files = self.folder / "files" / name
        self.sandbox.write_files(files, name=name, booking=booking)
        _, checks = setup.add(self.house, files / "connection.yaml", by="test")
        assert all(check.ok for check in checks), [check for check in checks if not check.ok]
        self.map((files / "mapping.yaml").read_text(), name=name)

    def map(self, text: str, *, name: str = NAME) -> int:
        """Import a mapping profile; returns how many held orders it released."""
        refused = [check for check in connections.check_profile(self.house, name, text) if not check.ok]
        assert not refused, refused
        return connections.import_profile(self.house, name, text, by="test")[1]

    def start(self, *names: str) -> Self:
        """Start processes of the Procfile: web, worker and beat unless named."""
        commands = procfile(names or ("web", "worker", "beat"))
        self.processes = Processes(commands, environment(self.settings), output=self.output).start()
        if "web" in commands:
            self.processes.wait_live(self.port)
            self.sandbox.store.webhooks.direct = [self.door()]
        return self

    def stop(self) -> None:
        """Stop the processes."""
        if self.processes is not None:
            self.processes.stop()
            self.processes = None

    def door(self, name: str = NAME) -> str:
        """The address webhooks are sent to."""
        return f"http://127.0.0.1:{self.port}/webhooks/bigcommerce/{name}"

    def kill_worker(self) -> None:
        """Kill -9 the worker, children and all; it is started again by itself."""
        assert self.processes is not None
        pid = self.processes.pid("worker")
        for child in children(pid):
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        os.kill(pid, signal.SIGKILL)

    def kill_worker_child(self) -> None:
        """Kill -9 every child of the worker."""
        assert self.processes is not None
        for child in children(self.processes.pid("worker")):
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)

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

    def settled(self, number: int) -> bool:
        """Tell whether an order has come to an end, with nothing new asked for."""
        row = self.order(number)
        return row is not None and row.state in SETTLED and row.wanted == row.covered

    def wait_settled(self, numbers: Iterable[int], *, within: float = 60) -> None:
        """Wait until every order has come to an end."""
        numbers = list(numbers)
        until(lambda: all(self.settled(number) for number in numbers), within=within, why=lambda: self._open(numbers))

    def _open(self, numbers: Iterable[int]) -> str:
        lines = [f"{number}: {self.order(number)}" for number in numbers if not self.settled(number)]
        return "\n".join([*lines[:5], self.output.getvalue()[-6000:]])

    # what must be true in the end

    def books(self, reference: str) -> dict[tuple[str, str], Any]:
        """Read the ledger's balances of one order."""
        return dict(self.sandbox.infor.balances_by_reference().get(reference, {}))

    def assert_once(self, number: int, *, journals: int) -> None:
        """One confirmed sales order, one voucher per journal, nothing left lying."""
        reference = f"BC-{number}"
        infor = self.sandbox.infor
        assert len(infor.orders_by_reference().get(reference, [])) == 1
        assert infor.orphan_heads() == []
        vouchers = [found for key, found in infor.vouchers_by_key().items() if key in self.batch_keys(number)]
        assert len(vouchers) == journals
        assert [len(found) for found in vouchers] == [1] * journals
        per_currency: dict[str, Any] = {}
        for (_, currency), balance in self.books(reference).items():
            per_currency[currency] = per_currency.get(currency, 0) + balance
        assert all(total == 0 for total in per_currency.values())

    def batch_keys(self, number: int) -> set[str]:
        """List the ledger keys of an order's journals."""
        from connector.domain.identity import batch_key

        return {batch_key(row.posting_key) for row in self.postings(number)}


def children(pid: int) -> list[int]:
    """List a process's children."""
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    return [int(line) for line in found.stdout.split()]


def until(
    condition: Callable[[], object], *, within: float = 30, why: Callable[[], str] = lambda: "", every: float = 0.1
) -> None:
    """Wait until a condition holds."""
    deadline = time.monotonic() + within
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {within} s: {why()}")
        time.sleep(every)


@contextmanager
def background(work: Callable[[], object]) -> Iterator[threading.Thread]:
    """Run something beside the test."""
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    yield thread
    thread.join()


if __name__ == "__main__":
    sys.exit("this is a library of the tests")
