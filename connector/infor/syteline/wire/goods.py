"""What items are, cost, and how many there are: SLItems, SLItemprices and the balances of warehouses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from connector.domain.item import Item, ItemPrice, ItemStock, PriceTerm
from connector.domain.money import Money
from connector.infor.syteline import filters
from connector.infor.syteline.answers import Record
from connector.infor.syteline.client import PAGE, Client, Query
from connector.infor.syteline.company import Company
from connector.infor.syteline.wire.masters import ITEMS
from connector.infor.syteline.wire.values import day_of, identity, number_of

PRICES = "SLItemprices"
NUMBER, WAREHOUSE, CURRENCY, EFFECTIVE = "Item", "Whse", "CurrCode", "EffectDate"
ALWAYS = date(1900, 1, 1)


def items(where: str, company: Company, most: int = PAGE) -> Query:
    """Ask for items by rising number."""
    names = company.names
    return Query(ITEMS, (NUMBER, "Description", names.weight, *company.sold), where, NUMBER, most)


def item_of(row: Record, company: Company) -> Item:
    """Read an item; SyteLine keeps one text of it."""
    names = company.names
    return Item(
        number=identity(row, NUMBER),
        name=row.get("Description", ""),
        description=row.get("Description", ""),
        weight=number_of(row, names.weight) or None,
        sold=all(row.get(name, "") == value for name, value in company.sold.items()),
    )


def prices(client: Client, wanted: Sequence[str], company: Company) -> Query:
    """Ask for the prices of some items in the company's currency."""
    keys = [client.key(PRICES, NUMBER, item) for item in wanted]
    ours = filters.equals(CURRENCY, company.currency)
    read = (NUMBER, EFFECTIVE, company.names.price)
    return Query(PRICES, read, filters.both(filters.among(NUMBER, keys), ours))


def price_of(item: str, rows: Iterable[Record], company: Company, today: date) -> ItemPrice:
    """Read an item's prices: the one that applies today, and those that come."""
    terms = sorted((_term(row, company) for row in rows), key=lambda term: term.since)
    current = [term for term in terms if term.since <= today][-1:]
    return ItemPrice(item, (*current, *(term for term in terms if term.since > today)))


def _term(row: Record, company: Company) -> PriceTerm:
    amount = Money(number_of(row, company.names.price), company.currency)
    return PriceTerm(amount, with_tax=False, since=day_of(row, EFFECTIVE) or ALWAYS)


def balances(client: Client, wanted: Sequence[str], company: Company) -> Query:
    """Ask for the balances of some items."""
    names = company.names
    keys = [client.key(names.stock, NUMBER, item) for item in wanted]
    return Query(names.stock, (NUMBER, WAREHOUSE, names.on_hand, names.taken), filters.among(NUMBER, keys))


def stock_of(rows: Iterable[Record], company: Company) -> list[ItemStock]:
    """Read balances: what is on hand less what is taken, of all places of a warehouse together."""
    sums: dict[tuple[str, str], Decimal] = {}
    for row in rows:
        place = identity(row, NUMBER), identity(row, WAREHOUSE)
        free = number_of(row, company.names.on_hand) - number_of(row, company.names.taken)
        sums[place] = sums.get(place, Decimal(0)) + free
    return [ItemStock(item, warehouse, free) for (item, warehouse), free in sums.items()]


def none_of(item: str, warehouse: str) -> ItemStock:
    """Say that a warehouse does not keep an item."""
    return ItemStock(item, warehouse, Decimal(0))
