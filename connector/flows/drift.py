"""Compares the store with the ERP, SKU by SKU: what differs, why, since when, and how much money is at risk.

The store is read now; what the ERP says is what its last polls read. Nothing is written, unless it shall be healed:
then the differing facts go to the store again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from connector.domain.faults import MappingGap
from connector.domain.item import Aspect, Item, ItemPrice, ItemState
from connector.domain.money import Money
from connector.domain.product import Article, Tracking
from connector.flows import looking, stocking
from connector.flows.house import House, at_work
from connector.flows.turn import Turn, glance
from connector.records import items, trail
from connector.records.items import ItemRow

VISIBLE = "visible"


@dataclass(frozen=True, slots=True)
class Drift:
    """One field of one SKU that the store has otherwise.

    ``risk``: what could be lost by it. ``heals``: sending the item's facts again puts it right, if the store takes
    them; else it is for a person.
    """

    sku: str
    item: str
    field: str
    theirs: str
    ours: str
    cause: str
    since: datetime | None
    risk: Money
    heals: bool


def found(house: House, name: str) -> Iterator[Drift]:
    """READ: compare every article of the store, a page at a time."""
    at = glance(house, name)
    for page in at.catalog.every():
        yield from _compare(at, page)


@dataclass(frozen=True, slots=True)
class _Beside:
    """What the store has beside a product: the pieces of an article by location, prices on the list."""

    levels: Mapping[int, int | None]
    listed: looking.Listed

    @property
    def pieces(self) -> int:
        """All pieces there are."""
        return sum(level or 0 for level in self.levels.values())


def _compare(at: Turn, page: Sequence[Article]) -> Iterator[Drift]:
    numbers = {one.sku: at.shelf.item(one.sku) for one in page}
    with at.house.database.begin() as tx:
        rows = items.of_items(tx, at.id, {item for item in numbers.values() if item is not None})
    counted = [one.variant for one in page if one.tracking is not Tracking.NONE]
    levels = {location: at.catalog.levels(location, counted) for location in at.shelf.all_locations}
    listed = looking.listed(at, page)
    of_item: dict[str, list[ItemRow]] = {}
    for row in rows:
        of_item.setdefault(row.number, []).append(row)
    for article in page:
        item = numbers[article.sku]
        mine = of_item.get(item, []) if item is not None else []
        held = {place: at_place.get(article.variant) for place, at_place in levels.items()}
        yield from _of_article(at, article, mine, _Beside(held, listed))


def _of_article(at: Turn, article: Article, rows: Sequence[ItemRow], beside: _Beside) -> Iterator[Drift]:
    details = next((row for row in rows if row.aspect is Aspect.DETAILS), None)
    if details is None:
        nothing = Money.zero(at.mode.currency)
        yield Drift(article.sku, "", "item", article.sku, "", "Infor has no such item", None, nothing, heals=False)
        return
    price = _price(at, rows)
    yield from _of_fields(at, article, rows, beside)
    if article.visible and isinstance(details.fact, Item) and not details.fact.sold:
        risk = Money((price or article.price or Decimal(0)) * beside.pieces, at.mode.currency).rounded()
        cause, since = "Infor does not sell it any more", details.changed_at
        ours = at.shelf.masters_visibility and article.base  # the store hides a product with all its variants
        yield Drift(article.sku, details.number, VISIBLE, "True", "False", cause, since, risk, heals=ours)
    yield from _of_stock(at, article, [row for row in rows if row.aspect is Aspect.STOCK], beside.levels, price)


def _of_fields(at: Turn, article: Article, rows: Sequence[ItemRow], beside: _Beside) -> Iterator[Drift]:
    for row in rows:
        if row.aspect is Aspect.STOCK:
            continue
        for one in looking.differences(at, article, row, beside.listed):
            if one.field == VISIBLE:
                continue
            lost = Decimal(0)
            if one.field in ("price", looking.on_list(at, at.mode.currency)) and one.theirs:
                lost = max(Decimal(0), Decimal(one.ours) - Decimal(one.theirs)) * beside.pieces
            yield _drift(at, article, row, (one.field, one.theirs, one.ours), lost)


def _of_stock(
    at: Turn, article: Article, rows: Sequence[ItemRow], levels: Mapping[int, int | None], price: Decimal | None
) -> Iterator[Drift]:
    wanted = at.shelf.pieces(stocking.with_demand(at, rows).get(rows[0].number, ())) if rows else {}
    for location, ours in wanted.items():
        theirs = levels.get(location)
        if theirs is not None and theirs != ours:
            oversold = max(0, theirs - ours) * (price or article.price or Decimal(0))
            named = (f"stock at location {location}", str(theirs), str(ours))
            yield _drift(at, article, rows[0], named, oversold)


def _price(at: Turn, rows: Sequence[ItemRow]) -> Decimal | None:
    fact = next((row.fact for row in rows if isinstance(row.fact, ItemPrice)), None)
    try:
        price = at.shelf.price(fact) if fact is not None else None
    except MappingGap:
        return None
    return price.amount if price is not None else None


def _drift(at: Turn, article: Article, row: ItemRow, field: tuple[str, str, str], lost: Decimal) -> Drift:
    risk = Money(lost, at.mode.currency).rounded()
    published = row.state is ItemState.PUBLISHED
    since = row.published_at if published else row.changed_at
    return Drift(article.sku, row.number, *field, _CAUSES[row.state].format(row.reason), since, risk, heals=True)


_CAUSES = {
    ItemState.DUE: "not published yet",
    ItemState.PUBLISHED: "changed in the store since it was published",
    ItemState.WAITING: "{}",
    ItemState.LEFT_OUT: "left out: {}",
    ItemState.REFUSED: "refused: {}",
}


def heal(house: House, name: str, drifts: Sequence[Drift], *, by: str) -> int:
    """Let what differs go to the store again with the next turn; returns how many facts are due by it.

    :raises Misconfigured: the connection is paused.
    """
    at_work(house, name)
    at = glance(house, name)
    numbers = {one.item for one in drifts if one.heals}
    with house.database.begin() as tx:
        healed = items.make_due(tx, at.id, numbers) if numbers else 0
        detail = {"items": len(numbers), "facts": healed}
        trail.note(tx, name, at=house.now(), actor=by, action="drift_healed", subject="catalog", detail=detail)
    return healed
