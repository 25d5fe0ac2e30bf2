"""A whole system at the pace of production, with as many items on both sides as are asked for."""

from __future__ import annotations

import re
import time
from collections import Counter
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import Any, Self

from sqlalchemy import text

from connector.cli.processes import NotUp, Processes
from connector.embedded import PostgreSQL, Valkey
from connector.flows import reading
from connector.flows.catalog import POLLS
from connector.flows.house import known
from connector.flows.setup import add
from connector.records import items, watermarks
from connector.sandbox.serve import Sandbox
from tests.rig import HASTE, NAME, Rig, children, until

PREFIX = "ITEM-"
PRICE_LIST = "WEB"
LONG_AGO = 3 * 86_400
"""Seconds before now in which the company made its items: they are no news to a poll of changes."""
PACE = dict.fromkeys(HASTE, "") | {"ALLOW_INSECURE_HOSTS": "1", "LOG_FORMAT": "json", "WEB_CONCURRENCY": "1"}
"""The defaults of production."""


class Clock:
    """The outside's clock; ``ago`` seconds behind ours."""

    ago = 0.0

    def __call__(self) -> float:
        """Tell the time."""
        return time.time() - self.ago


class CountingPostgreSQL(PostgreSQL):
    """PostgreSQL that keeps figures of its statements."""

    def _command(self) -> list[str]:
        return [*super()._command(), "-c", "shared_preload_libraries=pg_stat_statements"]


class Stage(Rig):
    """A rig that is durable as production is; its store has all items, but for names, prices, pieces."""

    running = Processes  # each with all the memory that it takes

    def __init__(self, folder: Path, *, count: int, quota: tuple[int, int], route: str, **env: str) -> None:
        clock = Clock()
        clock.ago = LONG_AGO
        store = {"quota": quota[0], "window_ms": quota[1] * 1000}
        super().__init__(folder, env=PACE | env, now=clock, store=store, infor={"items": {}})
        self.postgres = CountingPostgreSQL(folder / "postgres")
        self.valkey = Valkey(folder / "valkey")
        self._route = route
        self.m3.make_items(count, PREFIX)
        clock.ago = 0.0
        self.sandbox.store.merchant.make_products(count, prefix=PREFIX)

    def connect(self, *, name: str = NAME, booking: str = "full", sandbox: Sandbox | None = None) -> None:
        """Add the connection with a price list and the route that was chosen; the store lacks nothing we may make."""
        files = self.folder / "files" / name
        (sandbox or self.sandbox).write_files(files, name=name, booking=booking)
        file = files / "connection.yaml"
        ours = f"  price_list: {PRICE_LIST}\n  catalog_route: {self._route}\n"
        file.write_text(re.sub(r"(  gl_interface: .*\n)", rf"\1{ours}", file.read_text()))
        _, checks = add(self.house, file, by="benchmark")
        assert all(check.ok for check in checks), [check for check in checks if not check.ok]
        profile = re.sub(r"^items: .*$", "items: {rule: same}", self.profile(name), flags=re.MULTILINE)
        self.map(profile.replace("create: true, visible", "create: false, visible"), name=name)
        with self.house.database.begin() as tx:
            tx.execute(text("CREATE EXTENSION pg_stat_statements"))

    def work(self) -> Self:
        """Start worker and beat; the catalog's work begins at once. Calls count from here."""
        self.start("worker", "beat")
        until(self._children, every=0.5)
        self.sandbox.dial.forget_calls()
        self.ring("catalog.due")
        return self

    def _children(self) -> list[int]:
        with suppress(NotUp):
            return children(self.pid("worker"))
        return []

    @property
    def at_rest(self) -> bool:
        """Whether all was read, nothing waits to be published, and the store has worked off what was."""
        owner, now = known(self.house, NAME), self.house.now()
        with self.house.database.begin() as tx:
            polls = [watermarks.standing(tx, owner.id, poll) for poll in POLLS]
            filling = watermarks.standing(tx, owner.id, reading.FILL).began_at
            due = items.any_due(tx, owner.id, now=now, day=owner.connection.day(now))
        read = all(poll.anchored_at and not poll.began_at and not poll.is_due(now) for poll in polls)
        return read and not filling and not due and self.sandbox.store.merchant.landed

    def wrong(self) -> list[str]:
        """List the items that the store does not show as the company has them: name, price and pieces."""
        stock, theirs = self.m3.stock(), self.sandbox.store.merchant.truth()
        return [
            f"{number}: {theirs[number.lower()]}, not {item}"
            for number, item in self.m3.items(PRICE_LIST).items()
            if number.startswith(PREFIX)
            and _shown(theirs[number.lower()]) != (item["name"], Decimal(item["price"]), int(stock[number]["001"]))
        ]

    def catalog_calls(self) -> Counter[str]:
        """Count the calls made for the catalog since they were last forgotten."""
        return Counter(
            {
                name: times
                for name, times in self.sandbox.dial.counts().items()
                if not re.search("orders|hooks|token", name)
            }
        )


def _shown(product: dict[str, Any]) -> tuple[str, Decimal, int | None]:
    return product["name"], Decimal(product["price"]), product["stock"].get("1")
