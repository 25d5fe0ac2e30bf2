"""Brings to the store what is due: fields and prices in batches of products, variants or list prices.

A fact is settled as soon as every entry that carries it was taken or refused, so that a kill repeats one batch at
most. One entry that the store refuses keeps no other one out. What the store took last is not sent again.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any

from connector.domain.faults import Fault, MappingGap, Unpriced
from connector.domain.item import Aspect, Item, ItemPrice, ItemState
from connector.domain.money import Money
from connector.domain.product import Binding, ListPrice, ProductChange, VariantChange, sku_key
from connector.flows.creating import Lacking, create
from connector.flows.turn import Planned, Turn
from connector.mapping.shelf import Shelf
from connector.records import articles, echoes, items
from connector.records.items import FactEnd, ItemRow

ASPECTS = (Aspect.DETAILS, Aspect.PRICE)
PRODUCTS = "products"
SLICE = 200
"""Items that are planned at once."""

Change = ProductChange | VariantChange | ListPrice


@dataclass(frozen=True, slots=True)
class BatchEntry:
    """One entry of a batch, and the facts that it carries."""

    change: Change
    product: int
    rows: tuple[ItemRow, ...]


@dataclass(slots=True)
class Slice:
    """What some items need in the store: entries to send, facts that end without, items that the store lacks."""

    entries: list[BatchEntry] = field(default_factory=list)
    ends: list[FactEnd] = field(default_factory=list)
    lacking: list[Lacking] = field(default_factory=list)


def plan(shelf: Shelf, rows: Sequence[ItemRow], known: Mapping[str, Binding]) -> Slice:
    """Say what items need in the store; pure. ``rows`` are all their details and prices, by item."""
    planned = Slice()
    for number, of_item in groupby(rows, key=lambda row: row.number):
        _plan_item(planned, shelf, shelf.skus(number), {row.aspect: row for row in of_item}, known)
    return planned


def _plan_item(
    planned: Slice, shelf: Shelf, skus: Sequence[str], rows: Mapping[Aspect, ItemRow], known: Mapping[str, Binding]
) -> None:
    due = tuple(row for row in rows.values() if row.state is ItemState.DUE)
    bound = [known[sku_key(sku)] for sku in skus if sku_key(sku) in known]
    if not bound and skus:
        planned.lacking.append(Lacking(skus[0], rows, due))
        return
    for row in due:
        try:
            entries = list(entries_of(shelf, row, bound))
        except MappingGap as gap:
            planned.ends.append(FactEnd(row, ItemState.REFUSED, gap.what, gap.code))
            continue
        if not entries:
            planned.ends.append(_unasked(shelf, row, rows.get(Aspect.DETAILS)))
        elif row.taken == digest(shelf, entries):
            planned.ends.append(FactEnd(row, ItemState.PUBLISHED))
        else:
            planned.entries += entries


def _unasked(shelf: Shelf, row: ItemRow, details: ItemRow | None) -> FactEnd:
    """End a fact that asks nothing of the store, which may have anything by the time it asks again.

    What is sold goes on being sold for the last price where there is none any more: somebody is to know.
    """
    sold = details is not None and isinstance(details.fact, Item) and details.fact.sold
    if not (sold and shelf.masters_price and isinstance(row.fact, ItemPrice)):
        return FactEnd(row, ItemState.PUBLISHED, "no field of it is ours", sent="")
    begins = row.fact.turns(shelf.day)
    later = f", the next one is from {begins} on" if begins else ""
    gap = Unpriced(f"item {row.number} has no price in Infor today{later}: the store keeps the one that it has")
    return FactEnd(row, ItemState.REFUSED, gap.what, gap.code, sent="")


def entries_of(shelf: Shelf, row: ItemRow, bound: Sequence[Binding]) -> Iterator[BatchEntry]:
    """Give what a fact asks of each of its articles.

    :raises MappingGap: the profile does not say what.
    """
    for binding in bound:
        change: Change | None
        if isinstance(row.fact, Item):
            change = shelf.details(row.fact, binding)
        else:
            assert isinstance(row.fact, ItemPrice)  # noqa: S101  only details and prices are planned here
            change = _priced(shelf, binding, shelf.price(row.fact))
        if change is not None:
            yield BatchEntry(change, binding.product, (row,))


def _priced(shelf: Shelf, binding: Binding, price: Money | None) -> Change | None:
    if price is None:
        return None
    if shelf.price_list is not None:
        return ListPrice(binding.variant, price)
    if binding.base:
        return ProductChange(binding.product, price=price.amount)
    return VariantChange(binding.variant, price=price.amount)


def digest(shelf: Shelf, entries: Sequence[BatchEntry]) -> str:
    """Digest what a fact asks of the store; another price list has not taken what this one has."""
    told = [(entry.change, shelf.price_list if isinstance(entry.change, ListPrice) else None) for entry in entries]
    return hashlib.sha256("\n".join(map(repr, told)).encode()).hexdigest()


def publish(at: Turn) -> bool:
    """Send the fields and prices of some items; tells whether there may be more."""
    rows = _due(at, at.after.get(PRODUCTS, ""))
    if not rows:
        return False
    found = plan(at.shelf, rows, _known(at, rows))
    at.settle(found.ends)
    create(at, found.lacking)
    send(at, found.entries)
    at.after[PRODUCTS] = rows[-1].number
    return True


def _due(at: Turn, after: str) -> list[ItemRow]:
    with at.house.database.begin() as tx:
        return items.of_items(tx, at.id, items.due(tx, at.id, *ASPECTS, after=after, limit=SLICE), *ASPECTS)


def _known(at: Turn, rows: Sequence[ItemRow]) -> dict[str, Binding]:
    numbers = {row.number for row in rows}
    with at.house.database.begin() as tx:
        return articles.find(tx, at.id, [sku for number in numbers for sku in at.shelf.skus(number)])


def planned(at: Turn) -> Iterator[Planned]:
    """Say what would be written of what is due."""
    after = ""
    while rows := _due(at, after):
        known = _known(at, rows)
        found = plan(at.shelf, rows, known)
        names = {binding.product: binding.sku for binding in known.values()}
        yield from (Planned(names[entry.product], _told(entry.change)) for entry in found.entries)
        yield from (Planned(one.sku, "a new product, if it has a price") for one in found.lacking)
        after = rows[-1].number


def _told(change: Change) -> str:
    fields = {name: getattr(change, name, None) for name in _FIELDS}
    return ", ".join(f"{name} {value}" for name, value in fields.items() if value is not None)


def send(at: Turn, entries: Sequence[BatchEntry]) -> None:
    """Send entries in the store's batches; each fact ends with the last entry that carries it."""
    digests = {number: digest(at.shelf, of_row) for number, of_row in _by_row(entries).items()}
    merged = _merged(entries)
    left = Counter(row.id for entry in merged for row in entry.rows)
    refused: dict[int, Fault] = {}
    for batch in _batches(at, merged):
        refusals = _send(at, batch)
        if refusals is None:
            continue
        refused |= {row.id: fault for entry in batch if (fault := refusals.get(entry.change)) for row in entry.rows}
        carried = {row.id: row for entry in batch for row in entry.rows}
        left.subtract(row.id for entry in batch for row in entry.rows)
        at.settle([_end(row, digests[row.id], refused.get(row.id)) for row in carried.values() if not left[row.id]])


def _by_row(entries: Sequence[BatchEntry]) -> dict[int, list[BatchEntry]]:
    grouped: dict[int, list[BatchEntry]] = defaultdict(list)
    for entry in entries:
        for row in entry.rows:
            grouped[row.id].append(entry)
    return grouped


def _end(row: ItemRow, sent: str, fault: Fault | None) -> FactEnd:
    if fault is None:
        return FactEnd(row, ItemState.PUBLISHED, sent=sent)
    return FactEnd(row, ItemState.REFUSED, fault.what, fault.code, sent="")


def _merged(entries: Sequence[BatchEntry]) -> list[BatchEntry]:
    """Let one product or variant stand once in a batch: its fields and its price together."""
    merged: dict[object, BatchEntry] = {}
    for entry in entries:
        key = (type(entry.change), _target(entry.change))
        merged[key] = _joined(merged[key], entry) if key in merged else entry
    return list(merged.values())


def _target(change: Change) -> object:
    if isinstance(change, ProductChange):
        return change.product
    return change.variant if isinstance(change, VariantChange) else (change.variant, change.price.currency)


def _joined(first: BatchEntry, second: BatchEntry) -> BatchEntry:
    news = {name: value for name in _FIELDS if (value := getattr(second.change, name, None)) is not None}
    return BatchEntry(replace(first.change, **news), first.product, (*first.rows, *second.rows))


_FIELDS = ("name", "description", "price", "weight", "visible")


def _batches(at: Turn, entries: Sequence[BatchEntry]) -> Iterator[list[BatchEntry]]:
    sizes = at.catalog.sizes
    most = {ProductChange: sizes.products, VariantChange: sizes.variants, ListPrice: sizes.list_prices}
    for kind, size in most.items():
        of_kind = [entry for entry in entries if isinstance(entry.change, kind)]
        for start in range(0, len(of_kind), size):
            yield of_kind[start : start + size]


def _send(at: Turn, batch: Sequence[BatchEntry]) -> Mapping[Any, Fault] | None:
    """Send one batch; gives what the store refused of it, or None when the answer is lost."""
    rows = {row.id: row for entry in batch for row in entry.rows}
    listed = isinstance(batch[0].change, ListPrice)  # a price list changes without a word about the product
    products = () if listed else {entry.product for entry in batch}
    with at.writing(rows.values(), echoes.PRODUCT, products):
        return _call(at, [entry.change for entry in batch])
    return None


def _call(at: Turn, changes: Sequence[Any]) -> Mapping[Any, Fault]:
    if isinstance(changes[0], ProductChange):
        return at.catalog.change_products(changes, guard=at.guard)
    if isinstance(changes[0], VariantChange):
        return at.catalog.change_variants(changes, guard=at.guard)
    assert at.shelf.price_list is not None  # noqa: S101  else nothing goes to a list
    return at.catalog.set_list_prices(at.shelf.price_list, changes, guard=at.guard)
