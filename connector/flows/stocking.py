"""Brings the pieces to the store's locations: absolute levels, the warehouses of a location together."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from connector.domain.faults import Fault, MappingGap
from connector.domain.item import Aspect, ItemState, ItemStock
from connector.domain.product import Binding, StockLevel, Tracking, sku_key
from connector.flows.turn import Planned, Turn
from connector.mapping.shelf import Shelf
from connector.records import articles, demands, echoes, items
from connector.records.items import FactEnd, ItemRow

STOCK = "stock"
TOGETHER = "the store counts its product's variants together, and they are several items: track inventory by variant"


@dataclass(frozen=True, slots=True)
class Stocked:
    """The levels that an item's due balances ask for; none, with the reason why: nothing to do, or ``refused``.

    ``taken``: what the store took last, by each of its balances. A balance that was not due then still tells an older
    level: only all of them together tell the last one.
    """

    item: str
    rows: tuple[ItemRow, ...]
    levels: tuple[StockLevel, ...]
    taken: frozenset[str]
    reason: str = ""
    refused: bool = False

    @property
    def moves(self) -> bool:
        """Whether the store has to be told, for it took something else last."""
        return bool(self.levels and self.rows) and self.taken != {self.sent}

    @property
    def sent(self) -> str:
        """A digest of what is asked of the store."""
        return hashlib.sha256(repr(self.levels).encode()).hexdigest()


def stock(at: Turn) -> bool:
    """Send the levels of some items; tells whether there may be more."""
    found = _due(at, at.after.get(STOCK, ""))
    if not found:
        return False
    at.settle([_idle(row, one) for one in found if not one.moves for row in one.rows])
    _send_all(at, [one for one in found if one.moves])
    at.after[STOCK] = found[-1].item
    return True


def _due(at: Turn, after: str) -> list[Stocked]:
    with at.house.database.begin() as tx:
        numbers = items.due(tx, at.id, Aspect.STOCK, after=after, limit=at.catalog.sizes.stock)
        rows = items.of_items(tx, at.id, numbers, Aspect.STOCK)
        known = articles.find(tx, at.id, [sku for number in numbers for sku in at.shelf.skus(number)])
        together = {one.product for one in known.values() if one.tracking is Tracking.PRODUCT and not one.base}
        beside = articles.of_products(tx, at.id, together)
    return list(plan(at.shelf, with_demand(at, rows), rows, known, mixed(at.shelf, beside)))


def mixed(shelf: Shelf, articles_: Sequence[Binding]) -> set[int]:
    """Name the products of which the store counts all variants together, though they are several items."""
    of_product: dict[int, set[str | None]] = defaultdict(set)
    for one in articles_:
        of_product[one.product].add(shelf.item(one.sku))
    return {product for product, found in of_product.items() if len(found) > 1}


def planned(at: Turn) -> Iterator[Planned]:
    """Say what would be written of what is due."""
    after = ""
    while found := _due(at, after):
        levels = (level for one in found if one.moves for level in one.levels)
        yield from (
            Planned(level.article.sku, f"{level.quantity} pieces at location {level.location}") for level in levels
        )
        after = found[-1].item


def with_demand(at: Turn, rows: Sequence[ItemRow]) -> dict[str, list[ItemStock]]:
    """Give the balances of items, less what orders take in the store that the ERP has not allocated yet."""
    balances: dict[str, list[ItemStock]] = defaultdict(list)
    for row in rows:
        if isinstance(row.fact, ItemStock):
            balances[row.number].append(row.fact)
    with at.house.database.begin() as tx:
        taken = demands.of_items(tx, at.id, balances)
    warehouse = at.saved.connection.company.get("warehouse", "")
    for number, quantity in taken.items():
        balances[number].append(ItemStock(number, warehouse, Decimal(-quantity)))
    return balances


def plan(
    shelf: Shelf,
    balances: Mapping[str, Sequence[ItemStock]],
    rows: Sequence[ItemRow],
    known: Mapping[str, Binding],
    together: Collection[int] = (),
) -> Iterator[Stocked]:
    """Say which levels items need in the store; pure. ``rows`` are all their facts, by item.

    ``together``: products of which one level would stand for several items.
    """
    for number, group in groupby(rows, key=lambda row: row.number):
        of_item = list(group)
        due = tuple(row for row in of_item if row.state is ItemState.DUE)
        bound = [known[sku_key(sku)] for sku in shelf.skus(number) if sku_key(sku) in known]
        counted = [binding for binding in bound if binding.tracking is not Tracking.NONE]
        taken = frozenset(row.taken for row in of_item)
        if any(binding.product in together for binding in counted):
            yield Stocked(number, due, (), taken, TOGETHER, refused=True)
            continue
        pieces = shelf.pieces(balances[number])
        levels = tuple(
            StockLevel(binding, location, quantity)
            for binding in counted
            for location, quantity in sorted(pieces.items())
        )
        yield Stocked(number, due, levels, taken, "" if levels else _why_none(bound, counted))


def _why_none(bound: Sequence[Binding], counted: Sequence[Binding]) -> str:
    if not bound:
        return "the store has no product for it"
    return "no location is filled by this warehouse" if counted else "the store does not count this product's pieces"


def _idle(row: ItemRow, one: Stocked) -> FactEnd:
    if one.refused:
        return FactEnd(row, ItemState.REFUSED, one.reason, MappingGap.code, sent="")
    return FactEnd(row, ItemState.PUBLISHED) if one.levels else FactEnd(row, ItemState.LEFT_OUT, one.reason, sent="")


def _send_all(at: Turn, wanted: Sequence[Stocked]) -> None:
    """Send location by location, each in the store's batches: never two at once (facts/bigcommerce.md §7)."""
    refused: dict[StockLevel, Fault] = {}
    lost: set[StockLevel] = set()
    by_location: dict[int, list[StockLevel]] = defaultdict(list)
    for one in wanted:
        for level in one.levels:
            by_location[level.location].append(level)
    for _, levels in sorted(by_location.items()):
        size = at.catalog.sizes.stock
        for start in range(0, len(levels), size):
            batch = levels[start : start + size]
            refusals = _send(at, wanted, batch)
            refused |= refusals or {}
            lost.update(batch if refusals is None else ())
    at.settle([_end(row, one, refused) for one in wanted if lost.isdisjoint(one.levels) for row in one.rows])


def _send(at: Turn, wanted: Sequence[Stocked], levels: Sequence[StockLevel]) -> Mapping[StockLevel, Fault] | None:
    """Send one batch; gives what the store refused of it, or None when the answer is lost."""
    sent = set(levels)
    rows = [row for one in wanted if sent.intersection(one.levels) for row in one.rows]
    with at.writing(rows, echoes.STOCK, {level.article.product for level in levels}):
        return at.catalog.set_stock(levels, guard=at.guard)
    return None


def _end(row: ItemRow, one: Stocked, refused: Mapping[StockLevel, Fault]) -> FactEnd:
    fault = next((refused[level] for level in one.levels if level in refused), None)
    if fault is None:
        return FactEnd(row, ItemState.PUBLISHED, sent=one.sent)
    return FactEnd(row, ItemState.REFUSED, fault.what, fault.code, sent="")
