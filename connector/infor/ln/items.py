"""LN's items, prices and stock as ``ports.Items``.

LN keeps when an item was changed, and of neither a price nor a balance: those are read whole, in pages.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import product

from connector.domain.faults import ContractBroken, Misconfigured
from connector.domain.item import Item, ItemPrice, ItemStock
from connector.infor.ln.answers import Row
from connector.infor.ln.client import Client
from connector.infor.ln.company import Company
from connector.infor.ln.wire import items as wire
from connector.infor.ln.wire import stock
from connector.infor.ln.wire.literals import few


class LNItems:
    """The items of one LN company; those that belong to a project are no articles and left out."""

    def __init__(self, client: Client, company: Company) -> None:
        self._client = client
        self._company = company

    def changed_items(self, since: datetime) -> list[Item]:
        """READ, 1 call for each page."""
        return [
            wire.item_of(row, self._company) for row in self._articles(self._client.rows(wire.changed_since(since)))
        ]

    def all_items(self, after: str) -> list[Item]:
        """READ, 1 call: the next items. Blanks stand before all letters, so those of projects come behind the last.

        :raises ContractBroken: LN lists them in another order, so they cannot be read page by page.
        """
        rows = self._client.page(wire.behind(after, self._company))
        found = [wire.item_of(row, self._company) for row in self._articles(rows)]
        for before, item in zip([after, *(each.number for each in found)], found, strict=False):
            if item.number <= before:
                raise ContractBroken(f"{wire.ITEMS} gave item {item.number!r} behind {before!r}: not rising")
        return found

    def carrying(self, codes: Sequence[str]) -> dict[str, list[str]]:  # noqa: ARG002
        """LN's items carry codes in a table that no service used here tells."""
        return {}

    def changed_prices(self, since: datetime) -> list[ItemPrice]:  # noqa: ARG002 - LN does not tell which changed
        """READ, 1 call for each page: every item's price."""
        return [wire.price_of(row) for row in self._articles(self._client.rows(wire.every_price()))]

    def prices(self, items: Sequence[str]) -> list[ItemPrice]:
        """READ, 1 call for 20 of them."""
        rows = (row for few_items in few(items) for row in self._client.rows(wire.prices(few_items, self._company)))
        found = {price.item: price for price in map(wire.price_of, self._articles(rows))}
        return [found.get(item, ItemPrice(item, ())) for item in items]

    def changed_stock(self, since: datetime) -> list[ItemStock]:  # noqa: ARG002 - LN does not tell which changed
        """READ, 1 call for each page: every balance."""
        self._check_told()
        return stock.available(self._client.rows(stock.every_balance(self._company)), self._company)

    def stock(self, items: Sequence[str], warehouses: Sequence[str]) -> list[ItemStock]:
        """READ, 1 call for 20 items."""
        self._check_told()
        rows = (row for some in few(items) for row in self._client.rows(stock.balances(some, self._company)))
        found = {(each.item, each.warehouse): each for each in stock.available(rows, self._company)}
        return [found.get(place, ItemStock(*place, Decimal(0))) for place in product(items, warehouses)]

    def _articles(self, rows: Iterator[Row] | Sequence[Row]) -> Iterator[Row]:
        return (row for row in rows if wire.is_article(row, self._company))

    def _check_told(self) -> None:
        if not self._company.tells_stock:
            raise Misconfigured(
                "stock_service is none, so LN tells no stock: name its service in the connection file, or take "
                "`warehouses` out of the mapping profile"
            )


def known(client: Client, company: Company, items: Sequence[str]) -> set[str]:
    """READ, 1 call for 20 of them: which items LN has."""
    rows = (row for some in few(items) for row in client.rows(wire.items(some, company)))
    return {wire.code_of(row) for row in rows}
