"""The whole system in a folder of its own: both servers, the outside, a saved connection, web, worker and beat."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from connector import embedded
from connector.bootstrap import build_house
from connector.cli.console import address
from connector.cli.demonstration import profile
from connector.cli.processes import Processes, environment, procfile
from connector.cli.up import one_time_login
from connector.domain.faults import Misconfigured
from connector.embedded import PostgreSQL, Valkey
from connector.embedded.server import free_port
from connector.flows import connections, setup
from connector.flows.house import House, known
from connector.records import migrate, orders, postings, trail
from connector.records.connections import SavedConnection
from connector.records.listing import Newest
from connector.records.orders import OrderRow
from connector.records.postings import PostingRow
from connector.sandbox.serve import Sandbox
from connector.sandbox.store.control import fill_catalog
from connector.settings import Settings, load_settings

NAME = "acme"
BY = "operator:demo"
MOST = 100_000

PACE = {
    "QUIET_PERIOD": "1.5",
    "CALL_CONNECT_TIMEOUT": "2",
    "CALL_READ_TIMEOUT": "5",
    "CLAIM_LEASE": "10",
    "RUN_GRACE": "60",
    "COALESCE_WINDOW": "0.5",
    "CONFIRM_DELAY": "0.5",
    "PARK_WAIT": "1",
    "SWEEP_INTERVAL": "0.5",
    "TOKEN_INTERVAL": "5",
    "CATALOG_INTERVAL": "1",
    "ALLOW_INSECURE_HOSTS": "1",
    "WORKER_CONCURRENCY": "4",
    "WEB_CONCURRENCY": "1",
    "LOG_FORMAT": "json",
}
"""The law of posting with short waits: the simulated gateway gives up at once, the real one after minutes."""


@dataclass(frozen=True)
class Stage:
    """A system at work. ``sandbox`` lives in this process, so that the end can be told from its own records."""

    house: House
    sandbox: Sandbox
    processes: Processes

    @property
    def erp(self) -> str:
        """What people call the suite."""
        return self.sandbox.infor.title

    @property
    def connection(self) -> SavedConnection:
        """The one connection."""
        return known(self.house, NAME)

    def orders(self) -> dict[int, OrderRow]:
        """Read every order the connector has heard of, by number."""
        with self.house.database.begin() as tx:
            rows = orders.listed(tx, self.connection.id, Newest(MOST))
        return {row.ref.order: row for row in rows}

    def postings(self, state: str | None = None, *, limit: int = MOST) -> list[PostingRow]:
        """Read the postings of all orders, or those in one state."""
        with self.house.database.begin() as tx:
            return postings.listed(tx, self.connection.id, Newest(limit, state))

    def calls_for_orders(self) -> dict[str, int]:
        """Count the outside calls that were made for orders, by system."""
        with self.house.database.begin() as tx:
            return trail.calls_for_orders(tx, NAME)

    def map(self, text: str) -> int:
        """Import a mapping profile; returns how many held orders it released.

        :raises Misconfigured: it does not fit the company.
        """
        wrong = [check for check in connections.check_profile(self.house, NAME, text) if not check.ok]
        if wrong:
            raise Misconfigured("\n".join(f"{check.name}: {check.detail}" for check in wrong))
        return connections.import_profile(self.house, NAME, text, by=BY)[1]


@contextmanager
def built(folder: Path, log: IO[str], done: Callable[[str], None], *, suite: str) -> Iterator[Stage]:
    """Start everything under ``folder`` while the block runs; ``done`` is told what is up. Nothing of it stays."""
    with ExitStack() as opened:
        opened.callback(_remove, folder)
        postgres = opened.enter_context(PostgreSQL(folder / "postgres", fast=True))
        valkey = opened.enter_context(Valkey(folder / "valkey", fast=True))
        settings = _settings(folder, postgres.url, valkey.url)
        migrate.upgrade(postgres.url)
        done("PostgreSQL and Valkey, in a folder that this run removes again")
        sandbox = Sandbox(suite=suite, seed=(), infor=profile.company())
        fill_catalog(sandbox.store)
        opened.callback(sandbox.stop)
        sandbox.start()
        done(f"a BigCommerce store and an Infor {sandbox.infor.title} company, simulated: {sandbox.url}")
        house = build_house(settings)
        opened.callback(house.database.close)
        processes = Processes(procfile(("web", "worker", "beat")), environment(settings), output=log)
        stage = Stage(house, sandbox, processes)
        opened.enter_context(processes)
        done(_connected(stage, folder / "files"))
        processes.wait_live(settings.port)
        sandbox.infor.open_door(f"http://127.0.0.1:{settings.port}/webhooks/infor/{NAME}")
        sandbox.store.webhooks.direct = [f"http://127.0.0.1:{settings.port}/webhooks/bigcommerce/{NAME}"]
        done("the connector's own processes: web, worker, beat")
        door = one_time_login(house, settings, by=BY)
        done(f"the console, as long as this runs: {address(settings)}, in once by {door}")
        yield stage


def _connected(stage: Stage, files: Path) -> str:
    stage.sandbox.write_files(files, name=NAME)
    _, checks = setup.add(stage.house, files / "connection.yaml", by=BY)
    wrong = [check for check in checks if not check.ok]
    if wrong:
        raise Misconfigured("\n".join(f"{check.name}: {check.detail}" for check in wrong))
    stage.map(profile.first((files / "mapping.yaml").read_text()))
    return f"connection {NAME}: both systems asked, {len(checks)} checks hold; mapping profile checked and imported"


def lonely_home() -> Path:
    """Forget what the environment says of other systems; gives the folder in which this machine keeps its state."""
    ours = {name.upper() for name in Settings.model_fields} - {"LOG_LEVEL", "ML_CONNECTOR_HOME"}
    for name in [name for name in os.environ if name.upper() in ours]:
        del os.environ[name]
    return load_settings().make_home()


def _settings(folder: Path, database_url: str, redis_url: str) -> Settings:
    os.environ.update(PACE, ML_CONNECTOR_HOME=str(folder / "home"), PORT=str(free_port()))
    settings = load_settings().on(database_url=database_url, redis_url=redis_url)
    os.environ.update(settings.environment())  # what the task queue reads in this process
    return settings


def _remove(folder: Path) -> None:
    embedded.remove(folder)
    shutil.rmtree(folder, ignore_errors=True)
