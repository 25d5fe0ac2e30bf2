"""Creates products for items that the store lacks: asked for by SKU first, for a lost answer may have made one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from connector.domain.faults import MappingGap, OutcomeUnknown, Rejected, Unavailable
from connector.domain.item import Aspect, Item, ItemPrice, ItemState
from connector.domain.product import NewProduct, sku_key
from connector.flows.turn import ECHO, Turn
from connector.records import articles, echoes, items
from connector.records.items import FactEnd, ItemRow

GONE = "its product was deleted in the store: create it there, or replay this record"
NO_PRICE = "it has no price yet: the product is created when it has one"


@dataclass(frozen=True, slots=True)
class Lacking:
    """An item that the store has by none of its SKUs, and its facts: all, and those that are due."""

    sku: str
    rows: Mapping[Aspect, ItemRow]
    due: tuple[ItemRow, ...]


def create(at: Turn, lacking: Sequence[Lacking]) -> None:
    """Create what may be created; the rest is left out with its reason. What was made is published as it is found."""
    wanted = [(one, new) for one in _not_deleted(at, lacking) if (new := _new(at, one)) is not None]
    size = at.catalog.sizes.skus
    for start in range(0, len(wanted), size):
        found = _found(at, [new.sku for _, new in wanted[start : start + size]])
        for one, new in wanted[start : start + size]:
            if sku_key(new.sku) not in found:
                _create(at, one, new)


def _not_deleted(at: Turn, lacking: Sequence[Lacking]) -> list[Lacking]:
    """Leave those out whose product the merchant has deleted."""
    with at.house.database.begin() as tx:
        gone = articles.gone(tx, at.id, [one.sku for one in lacking])
    due = [row for one in lacking if sku_key(one.sku) in gone for row in one.due]
    at.settle([FactEnd(row, ItemState.LEFT_OUT, GONE, sent="") for row in due])
    return [one for one in lacking if sku_key(one.sku) not in gone]


def _new(at: Turn, one: Lacking) -> NewProduct | None:
    item, price = (one.rows[aspect].fact if aspect in one.rows else None for aspect in (Aspect.DETAILS, Aspect.PRICE))
    try:
        new = at.shelf.missing(
            one.sku, item if isinstance(item, Item) else None, price if isinstance(price, ItemPrice) else None
        )
    except MappingGap as gap:
        at.settle([FactEnd(row, ItemState.REFUSED, gap.what, gap.code) for row in one.due])
        return None
    if isinstance(new, NewProduct):
        return new
    state, reason = (ItemState.LEFT_OUT, new) if new is not None else (ItemState.WAITING, NO_PRICE)
    at.settle([FactEnd(row, state, reason, sent="") for row in one.due])
    return None


def _found(at: Turn, skus: Sequence[str], *, variants: bool = False) -> set[str]:
    """Look for articles that came to be meanwhile, by somebody else or by us; their items are due as a whole."""
    found = at.catalog.find(skus, variants=variants)
    with at.house.database.begin() as tx:
        news = articles.save(tx, at.id, found, now=at.house.now())
        items.make_due(tx, at.id, {item for sku in news if (item := at.shelf.item(sku)) is not None})
    return {sku_key(article.sku) for article in found}


def _create(at: Turn, one: Lacking, new: NewProduct) -> None:
    try:
        made = at.catalog.create(new, guard=at.guard)
    except Rejected as refused:
        if _found(at, [new.sku], variants=True):
            return  # it is there, as a variant: the next turn publishes to it
        at.settle([FactEnd(row, ItemState.REFUSED, refused.what, refused.code) for row in one.due])
        return
    except OutcomeUnknown as lost:
        at.bear(Unavailable(lost.what, retry_after=lost.retry_after))  # it is looked for before the next try
        return
    at.done["created"] += 1
    with at.house.database.begin() as tx:
        echoes.expect(tx, at.id, echoes.PRODUCT, [made.product], until=at.house.now() + ECHO)
        articles.save(tx, at.id, [made], now=at.house.now())
        items.make_due(tx, at.id, [next(iter(one.rows.values())).number], Aspect.DETAILS, Aspect.PRICE, Aspect.STOCK)
