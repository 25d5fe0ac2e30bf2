"""The stage of all of them: a durable system at the pace of production, an outside without a quota."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import text

from benchmarks.stage import PACE
from connector.cli.processes import Processes
from connector.coordination.link import connect
from connector.domain.identity import batch_key
from connector.domain.posting import JOURNAL_KINDS
from connector.embedded import PostgreSQL, Valkey
from tests.journeys.books import Books
from tests.rig import NAME, Rig, copied

UNLIMITED = {"quota": 100_000_000}
NO_BEAT = {"CATALOG_INTERVAL": "86400", "POLL_INTERVAL": "86400", "HOOK_INTERVAL": "86400"}


class OrdersStage(Rig):
    """A rig that is durable as production is; its workers may have another pool than production's."""

    running = Processes  # as production starts them

    def __init__(
        self, folder: Path, *, store: Mapping[str, Any] | None = None, pool: str = "prefork", **env: str
    ) -> None:
        super().__init__(folder, env=PACE | NO_BEAT | env, store=store or UNLIMITED)
        self._pool = pool
        self.postgres = PostgreSQL(folder / "postgres")
        self.valkey = Valkey(folder / "valkey")

    def _command(self, name: str) -> str:
        pool = f" --pool {self._pool}" if name.startswith("worker") else ""
        return f"{super()._command(name)}{pool} 2>>{self.folder}/{name}.log"  # this process has other things to do

    def said(self) -> str:
        """Give the end of what the processes wrote."""
        return "\n".join(file.read_text()[-2000:] for file in sorted(self.folder.glob("*.log")))

    def do(self, *statements: str, **values: Any) -> None:
        """Change the database."""
        with self.house.database.begin() as tx:
            for statement in statements:
                tx.execute(text(statement), values)

    def waiting(self, queue: str) -> int:
        """Count the messages that wait for a worker."""
        with connect(self.valkey.url) as redis:
            return int(redis.llen(queue))

    def empty_queue(self, queue: str) -> None:
        """Throw away the messages that wait for a worker."""
        with connect(self.valkey.url) as redis:
            redis.delete(queue)

    def multiply(self, count: int) -> list[str]:
        """Make copies of the connection, each under a name of its own; gives all the names."""
        for number in range(1, count):
            copied(self.house, f"copy-{number}")
        self.do(
            "INSERT INTO profiles (connection_id, version, text, saved_by, saved_at)"
            " SELECT copies.id, version, text, saved_by, profiles.saved_at FROM connections copies, profiles"
            " JOIN connections mine ON mine.id = profiles.connection_id"
            " WHERE mine.name = 'acme' AND copies.name LIKE 'copy-%'",
        )
        return [row["name"] for row in self.rows("SELECT name FROM connections ORDER BY id")]

    def assert_booked_once(self, numbers: Iterable[int], *, name: str = NAME) -> None:
        """See from outside that each order is in M3 once, each journal too, and that the store knows the number."""
        books = Books(self, name=name)
        books.assert_nothing_left()
        for number in numbers:
            [booked] = books.orders(number)
            assert books.store[str(number)]["external_order_id"] == booked, number
        for row in self.rows(
            "SELECT posting_key FROM postings WHERE kind = ANY(:kinds) AND state = 'confirmed'",
            kinds=[kind.value for kind in JOURNAL_KINDS],
        ):
            assert len(books.m3["vouchers_by_key"][batch_key(row["posting_key"])]) == 1, row


def spread(values: Sequence[float]) -> dict[str, float]:
    """Sum several measurements up: the median, the least, the most."""
    return {"median": statistics.median(values), "least": min(values), "most": max(values), "times": len(values)}


def told(values: Sequence[float]) -> str:
    """Write the median with its spread."""
    found = spread(values)
    return f"{found['median']:.3g} ({found['least']:.3g} to {found['most']:.3g})"
