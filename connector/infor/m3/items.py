"""M3's items, prices and stock as ``ports.Items``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from connector.domain.faults import ContractBroken
from connector.domain.item import Item, ItemPrice, ItemStock
from connector.infor.m3 import prices, stock
from connector.infor.m3.client import Client
from connector.infor.m3.company import Company
from connector.infor.m3.wire import items as wire
from connector.infor.m3.wire.prices import Version
from connector.ports import Clock

MOST_CHANGED = 10_000
PAGE = 1000
A_DAY = timedelta(days=1)
A_MINUTE = timedelta(minutes=1)


class M3Items:
    """The items of one M3 company."""

    def __init__(self, client: Client, company: Company, clock: Clock) -> None:
        self._client = client
        self._company = company
        self._clock = clock
        self._versions: tuple[datetime, list[Version]] | None = None

    def changed_items(self, since: datetime) -> list[Item]:
        """READ, 1 call: M3 keeps no more than the day of a change, so it is asked from the day before.

        :raises Truncated: there may be more.
        """
        first = self._company.day(since) - A_DAY
        rows = self._client.read(wire.changed_from(first), limit=MOST_CHANGED).rows
        return list({item.number: item for item in map(wire.item_of, rows)}.values())

    def all_items(self, after: str) -> list[Item]:
        """READ, 1 call: up to 1000. A shorter page is none the last, M3 or the gateway may stop sooner.

        :raises ContractBroken: M3 lists them in another order, so they cannot be read page by page.
        """
        outcome = self._client.read(wire.listed_from(after), limit=PAGE).answered()
        listed = [wire.item_of(row) for row in outcome.records]
        found = listed[1:] if listed and listed[0].number == after else listed
        for before, item in zip([after, *(each.number for each in found)], found, strict=False):
            if item.number <= before:
                raise ContractBroken(f"{outcome.transaction} gave item {item.number!r} behind {before!r}: not rising")
        return found

    def carrying(self, codes: Sequence[str]) -> dict[str, list[str]]:
        """READ, 1 call for 50 codes: by the items' alias numbers, of whatever category."""
        outcomes = self._client.read_all([wire.aliased(code) for code in codes])
        found = {code: wire.numbers(code, outcome) for code, outcome in zip(codes, outcomes, strict=True)}
        return {code: numbers for code, numbers in found.items() if numbers}

    def changed_prices(self, since: datetime) -> list[ItemPrice]:
        """READ, 1 or 2 calls; without a price list 1 more for 50 changed items: their own price is a part of them.

        :raises Truncated: there may be more.
        """
        if self._company.price_list:
            return prices.changed(self._client, self._company, since)
        return prices.own(self._client, [item.number for item in self.changed_items(since)])

    def prices(self, items: Sequence[str]) -> list[ItemPrice]:
        """READ: see ``prices``."""
        if self._company.price_list:
            return prices.whole(self._client, self._company, items, self._current_versions())
        return prices.own(self._client, items)

    def _current_versions(self) -> list[Version]:
        """READ, 2 calls, once a minute: all pages of a whole reading ask for the same.

        What comes to the list within that minute is in the next list of changes.
        """
        now = self._clock.now()
        if self._versions is None or now - self._versions[0] >= A_MINUTE:
            today = self._company.day(now)
            self._versions = (now, prices.current(self._client, self._company, today))
        return self._versions[1]

    def changed_stock(self, since: datetime) -> list[ItemStock]:
        """READ, 1 call.

        :raises Truncated: there may be more.
        """
        return stock.changed(self._client, since)

    def stock(self, items: Sequence[str], warehouses: Sequence[str]) -> list[ItemStock]:
        """READ: see ``stock``."""
        return stock.whole(self._client, self._company, items, warehouses)
