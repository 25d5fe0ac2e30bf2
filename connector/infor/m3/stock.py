"""Balances: those that changed, and whole, item by item or from the table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import product

from connector.domain.item import ItemStock
from connector.infor.m3 import spans
from connector.infor.m3.client import Client
from connector.infor.m3.company import Company
from connector.infor.m3.wire import export
from connector.infor.m3.wire import stock as wire

MOST_CHANGED = 10_000
Place = tuple[str, str]
"""An item and a warehouse."""


def changed(client: Client, since: datetime) -> list[ItemStock]:
    """READ, 1 call.

    :raises Truncated: there may be more.
    """
    found = map(wire.changed, client.read(wire.changed_since(since), limit=MOST_CHANGED).rows)
    return list({(each.item, each.warehouse): each for each in found}.values())


def whole(client: Client, company: Company, items: Sequence[str], warehouses: Sequence[str]) -> list[ItemStock]:
    """READ: 1 call for 50 of them, or from the table 1 unless it cuts.

    What may not enter a query, and what the table does not show, is asked for: none is never taken for granted.
    """
    places = list(product(items, warehouses))
    in_table = [place for place in places if company.from_tables and all(map(export.safe, place))]
    known = {(each.item, each.warehouse): each for each in _of_table(client, company, in_table)}
    missing = [place for place in places if place not in known]
    known |= {(each.item, each.warehouse): each for each in _asked(client, missing)}
    return [known[place] for place in places]


def _asked(client: Client, places: Sequence[Place]) -> Iterator[ItemStock]:
    outcomes = client.read_all([wire.balance(*place) for place in places])
    return (wire.available(*place, outcome) for place, outcome in zip(places, outcomes, strict=True))


def _of_table(client: Client, company: Company, places: Sequence[Place]) -> Iterator[ItemStock]:
    items = sorted({item for item, _ in places})
    portions = [spans.Portion(items, warehouse) for warehouse in dict.fromkeys(warehouse for _, warehouse in places)]
    table = spans.Table(
        lambda portion: wire.query(portion.items, portion.warehouse, company), wire.COLUMNS, wire.ITEM_COLUMN
    )
    return map(wire.kept, spans.read(client, table, portions))
