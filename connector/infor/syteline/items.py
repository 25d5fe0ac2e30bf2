"""SyteLine's items, prices and stock as ``ports.Items``. What changed is told by the time kept in every row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from connector.domain.faults import Truncated
from connector.domain.item import Item, ItemPrice, ItemStock
from connector.infor.syteline import filters
from connector.infor.syteline.answers import Record
from connector.infor.syteline.client import Client, Query, chunks
from connector.infor.syteline.company import Company
from connector.infor.syteline.wire import goods as wire
from connector.ports import Clock

MOST_CHANGED = 10_000
"""Behind that many changes reading everything costs less."""


class SyteLineItems:
    """The items of one SyteLine site."""

    def __init__(self, client: Client, company: Company, clock: Clock) -> None:
        self._client = client
        self._company = company
        self._clock = clock

    def changed_items(self, since: datetime) -> list[Item]:
        """READ, 1 call for 1000.

        :raises Truncated: there are more than 10,000.
        """
        rows = self._few(wire.items(self._since(since), self._company))
        return [wire.item_of(row, self._company) for row in rows]

    def all_items(self, after: str) -> list[Item]:
        """READ, 1 call: up to 1000 behind ``after`` in SyteLine's own order."""
        where = filters.behind(wire.NUMBER, after) if after else ""
        rows = self._client.first(wire.items(where, self._company))
        return [wire.item_of(row, self._company) for row in rows]

    def carrying(self, codes: Sequence[str]) -> dict[str, list[str]]:  # noqa: ARG002
        """No property of SLItems is known that keeps printed codes."""
        return {}

    def changed_prices(self, since: datetime) -> list[ItemPrice]:
        """READ, 1 call, and 1 more for 40 items whose prices changed."""
        rows = self._few(Query(wire.PRICES, (wire.NUMBER,), self._since(since)))
        return self.prices(_numbers(rows))

    def prices(self, items: Sequence[str]) -> list[ItemPrice]:
        """READ, 1 call for 40 items."""
        found: dict[str, list[Record]] = {item: [] for item in items}
        for some in chunks(items):
            for row in self._client.rows(wire.prices(self._client, some, self._company)):
                found.setdefault(row.get(wire.NUMBER, ""), []).append(row)
        today = self._company.day(self._clock.now())
        return [wire.price_of(item, found[item], self._company, today) for item in items]

    def changed_stock(self, since: datetime) -> list[ItemStock]:
        """READ, 1 call, and 1 more for 40 items of which something moved."""
        names = self._company.names
        rows = self._few(Query(names.stock, (wire.NUMBER,), self._since(since)))
        return self._balances(_numbers(rows))

    def stock(self, items: Sequence[str], warehouses: Sequence[str]) -> list[ItemStock]:
        """READ, 1 call for 40 items."""
        known = {(each.item, each.warehouse): each for each in self._balances(items)}
        places = [(item, warehouse) for item in items for warehouse in warehouses]
        return [known.get(place) or wire.none_of(*place) for place in places]

    def _balances(self, items: Sequence[str]) -> list[ItemStock]:
        queries = [wire.balances(self._client, some, self._company) for some in chunks(items)]
        return wire.stock_of([row for query in queries for row in self._client.rows(query)], self._company)

    def _since(self, moment: datetime) -> str:
        return filters.since(self._company.names.changed, moment, self._company.zone)

    def _few(self, query: Query) -> list[Record]:
        rows: list[Record] = []
        for page in self._client.pages(query):
            rows += page
            if len(rows) > MOST_CHANGED:
                raise Truncated(f"more than {MOST_CHANGED} rows of {query.ido} changed")
        return rows


def _numbers(rows: Sequence[Record]) -> list[str]:
    return sorted({row[wire.NUMBER] for row in rows if row.get(wire.NUMBER)})
