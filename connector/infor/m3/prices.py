"""Prices: the items' own, or those of the price list that the shop sells by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import chain, product

from connector.domain.faults import Misconfigured, Truncated
from connector.domain.item import ItemPrice, PriceTerm
from connector.infor.m3 import spans
from connector.infor.m3.client import Client
from connector.infor.m3.company import Company
from connector.infor.m3.wire import export, price_table
from connector.infor.m3.wire import prices as wire

MOST_CHANGED = 10_000
MOST_VERSIONS = 1000
Found = Iterator[tuple[str, PriceTerm | None]]


def own(client: Client, items: Sequence[str]) -> list[ItemPrice]:
    """READ, 1 call for 50 items: their own sales prices, each without beginning and end."""
    outcomes = client.read_all([wire.own(item) for item in items])
    return [wire.own_price(item, outcome) for item, outcome in zip(items, outcomes, strict=True)]


def changed(client: Client, company: Company, since: datetime) -> list[ItemPrice]:
    """READ, 1 call: the terms of the list that changed; 1 more where one has no end of its own: its version's counts.

    :raises Truncated: there may be more.
    """
    rows = wire.general(client.read(wire.changed_since(since), limit=MOST_CHANGED).rows, company.price_list)
    known = versions(client, company.price_list) if any(map(wire.endless, rows)) else []
    return wire.changed(rows, known)


def whole(client: Client, company: Company, items: Sequence[str], current: Sequence[wire.Version]) -> list[ItemPrice]:
    """READ: 1 call for 50 items and ``current`` versions, or from the table 1 unless it cuts."""
    usable = company.from_tables and export.safe(company.price_list)
    in_table = [item for item in items if usable and export.safe(item)]
    asked = [item for item in items if item not in set(in_table)]
    terms: dict[str, list[PriceTerm]] = {item: [] for item in items}
    for item, term in chain(_of_table(client, company, current, in_table), _asked(client, current, asked)):
        if term is not None and item in terms:
            terms[item].append(term)
    return [ItemPrice(item, tuple(found)).joined(None) for item, found in terms.items()]


def versions(client: Client, price_list: str) -> list[wire.Version]:
    """READ, 1 call: the list's versions. M3 lists those of later lists behind them.

    :raises Misconfigured: there is no such list.
    """
    outcome = client.read(wire.versions(price_list), limit=MOST_VERSIONS).answered()
    if outcome.cut and all(wire.list_of(row) == price_list for row in outcome.records):
        raise Truncated(f"{outcome.transaction} gave {len(outcome.records)} versions of {price_list}, and maybe more")
    found = wire.versions_of(outcome.records, price_list)
    if not found:
        raise Misconfigured(f"price_list: M3 has no price list {price_list} for all customers (OIS017)")
    return found


def current(client: Client, company: Company, today: date) -> list[wire.Version]:
    """READ, 2 calls: the list's versions that apply today or later, with what their prices say of tax.

    :raises Misconfigured: there is no such list.
    """
    found = [
        version for version in versions(client, company.price_list) if version.until is None or version.until >= today
    ]
    first = client.read_all([wire.first_price(version) for version in found], limit=1)
    return [
        replace(version, with_tax=wire.holds_tax(version, outcome))
        for version, outcome in zip(found, first, strict=True)
    ]


def _asked(client: Client, current: Sequence[wire.Version], items: Sequence[str]) -> Found:
    pairs = list(product(items, current))
    outcomes = client.read_all([wire.base(version, item) for item, version in pairs])
    for (item, version), outcome in zip(pairs, outcomes, strict=True):
        yield item, wire.base_term(version, outcome)


def _of_table(client: Client, company: Company, current: Sequence[wire.Version], items: Sequence[str]) -> Found:
    table = spans.Table(
        lambda portion: price_table.query(portion.items, company), price_table.COLUMNS, price_table.ITEM_COLUMN
    )
    portions = [spans.Portion(sorted(items))] if items and current else []
    prices = map(price_table.price, spans.read(client, table, portions))
    return ((row[wire.ITEM], wire.term_of(version, row)) for row in prices for version in current if version.of(row))
