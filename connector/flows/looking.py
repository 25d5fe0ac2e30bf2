"""Looks at the store: at all of its articles once a day, and soon at products that somebody changed.

What the ERP masters is put right, each foreign value once and four of them at most until the ERP has another value:
who sets it back again is not fought but reported. So a loop is impossible, whatever webhooks come of our own writes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import groupby

from connector.domain.faults import EditedInStore, MappingGap
from connector.domain.item import Aspect, ItemState
from connector.domain.product import Article, Binding, ListPrice, Tracking, sku_key
from connector.flows import publishing, reading, stocking
from connector.flows.turn import Turn
from connector.mapping import drift
from connector.mapping.drift import ForeignValue
from connector.records import articles, items, trail, watermarks
from connector.records.database import Tx
from connector.records.items import ItemRow

ARTICLES = "articles"
MOST = 100
"""Products that are looked at in one call."""

MARK, MARKS = 16, 64
"""Characters that tell one foreign value from another, and that a fact has for those that were put right."""

Listed = Mapping[int, Mapping[str, Decimal]]
"""What variants cost on the price list that prices go to, by currency."""

Found = tuple[ItemRow, list[ForeignValue]]
"""A fact and what the store has otherwise; nothing any more, when that was reported before."""


def read_articles(at: Turn) -> bool:
    """Look at all articles, a page at a time; tells whether there may be more."""
    standing = reading.standing(at, ARTICLES)
    if standing.began_at is None and not standing.is_due(at.house.now()):
        return False
    began = standing.began_at or at.house.now()
    page = next(at.catalog.every(int(standing.cursor or 0)), [])
    if page:
        _see(at, page)
        _see_stock(at, {article.product for article in page})
        with at.begin() as tx:
            cursor = str(max(article.product for article in page))
            watermarks.advance(tx, at.id, ARTICLES, since=standing, began_at=began, cursor=cursor)
        return True
    with at.begin() as tx:
        _review(tx, at, articles.miss(tx, at.id, before=began))
        reading.finish(tx, at, ARTICLES, standing, began=began, every=reading.ANCHOR)
    return False


def _see(at: Turn, seen: Sequence[Article]) -> None:
    """Keep articles as they are now, and put right what is not as the ERP says."""
    at.done["articles read"] += len(seen)
    prices = listed(at, seen)
    with at.begin() as tx:
        _review(tx, at, articles.save(tx, at.id, seen, now=at.house.now()))
        rows = items.of_items(tx, at.id, _items(at, seen), *publishing.ASPECTS)
        for row, wrong in differing(at, {sku_key(one.sku): one for one in seen}, rows, prices):
            put_right(tx, at, row, wrong)
        _look_later(tx, at, seen, rows, stock=False)


def _look_later(tx: Tx, at: Turn, seen: Sequence[Article | Binding], rows: Sequence[ItemRow], *, stock: bool) -> None:
    """Look again at products of which something is due that may prove to be sent already: it is not judged yet."""
    due = {row.number for row in rows if row.state is ItemState.DUE and row.taken}
    products = [one.product for one in seen if at.shelf.item(one.sku) in due]
    articles.touch(tx, at.id, products, now=at.house.now(), stock=stock)


def _review(tx: Tx, at: Turn, skus: Sequence[str]) -> None:
    """Let the items behind SKUs be judged anew: the store has another article for them, or none any more.

    So are the pieces of what shares a product with them: it may be counted together, or no longer.
    """
    numbers = _numbers(at, skus)
    if numbers and items.make_due(tx, at.id, numbers):
        reading.ask_to_fill(tx, at)
    beside = _numbers(at, articles.beside(tx, at.id, skus)) - numbers
    if beside:
        items.review(tx, at.id, beside, Aspect.STOCK)


def _numbers(at: Turn, skus: Iterable[str]) -> set[str]:
    return {item for sku in skus if (item := at.shelf.item(sku)) is not None}


def look(at: Turn) -> bool:
    """Look at some touched products; tells whether there may be more."""
    return _look(at, stock=False, see=_see_products) | _look(at, stock=True, see=_see_stock)


def _look(at: Turn, *, stock: bool, see: Callable[[Turn, Sequence[int]], None]) -> bool:
    with at.house.database.begin() as tx:
        touched = articles.touched(tx, at.id, stock=stock, limit=MOST)
    if not touched:
        return False
    see(at, list(touched))
    with at.house.database.begin() as tx:
        return articles.looked_at(tx, at.id, touched, stock=stock) == MOST


def _see_products(at: Turn, products: Sequence[int]) -> None:
    began = at.house.now()
    _see(at, at.catalog.products(products))
    with at.begin() as tx:
        _review(tx, at, articles.miss(tx, at.id, before=began, products=products))


def _items(at: Turn, seen: Sequence[Article | Binding]) -> set[str]:
    return _numbers(at, (one.sku for one in seen))


def listed(at: Turn, seen: Sequence[Article]) -> Listed:
    """READ, 1 call for 250 articles where prices go to a list: what they cost there."""
    found: dict[int, dict[str, Decimal]] = {one.variant: {} for one in seen}
    if at.shelf.price_list is not None:
        for one in at.catalog.list_prices(at.shelf.price_list, list(found)):
            found.setdefault(one.variant, {})[one.price.currency] = one.price.amount
    return found


def differing(at: Turn, seen: dict[str, Article], rows: Sequence[ItemRow], prices: Listed) -> Iterator[Found]:
    """Give each published fact whose fields the store keeps otherwise."""
    for row in rows:
        skus = at.shelf.skus(row.number)
        bound = [seen[sku_key(sku)] for sku in skus if sku_key(sku) in seen]
        wrong = [one for article in bound for one in differences(at, article, row, prices)]
        if _is_news(row, wrong, whole=len(bound) == len(skus)):
            yield row, wrong


def _is_news(row: ItemRow, wrong: Sequence[ForeignValue], *, whole: bool) -> bool:
    """Tell whether somebody edited what we published, or took an edit back that was reported."""
    if wrong:
        return row.state is ItemState.PUBLISHED
    return whole and row.fault_code == EditedInStore.code


def differences(at: Turn, article: Article, row: ItemRow, prices: Listed) -> list[ForeignValue]:
    """List what an article has otherwise of fields or price; nothing of what the profile does not cover."""
    try:
        changes = [entry.change for entry in publishing.entries_of(at.shelf, row, [article.binding])]
    except MappingGap:
        return []
    return [one for change in changes for one in _of_change(at, article, change, prices)]


def _of_change(at: Turn, article: Article, change: publishing.Change, prices: Listed) -> list[ForeignValue]:
    if not isinstance(change, ListPrice):
        return drift.differences(article, change)
    ours, theirs = change.price, prices[article.variant].get(change.price.currency)
    told = "" if theirs is None else str(theirs)
    return [] if ours.amount == theirs else [ForeignValue(on_list(at, ours.currency), told, str(ours.amount))]


def on_list(at: Turn, currency: str) -> str:
    """Name the price of an article on the price list."""
    return f"price on list {at.shelf.price_list} in {currency}"


def _see_stock(at: Turn, products: Collection[int]) -> None:
    with at.house.database.begin() as tx:
        bound = [one for one in articles.of_products(tx, at.id, products) if one.tracking is not Tracking.NONE]
        rows = items.of_items(tx, at.id, _items(at, bound), Aspect.STOCK)
    if not rows:
        return
    variants = [one.variant for one in bound]
    levels = {location: at.catalog.levels(location, variants) for location in at.shelf.all_locations}
    found = list(miscounted(at, bound, rows, levels))
    with at.begin() as tx:
        for row, wrong in found:
            put_right(tx, at, row, wrong)
        _look_later(tx, at, bound, rows, stock=True)


def miscounted(
    at: Turn, bound: Sequence[Binding], rows: Sequence[ItemRow], levels: Mapping[int, Mapping[int, int]]
) -> Iterator[Found]:
    """Give each published balance whose pieces the store has otherwise; ``levels``: location → variant → pieces."""
    by_sku = {sku_key(one.sku): one for one in bound}
    balances = stocking.with_demand(at, rows)
    for number, group in groupby(rows, key=lambda row: row.number):
        of_item = list(group)
        wanted = at.shelf.pieces(balances[number])
        mine = [by_sku[sku_key(sku)] for sku in at.shelf.skus(number) if sku_key(sku) in by_sku]
        wrong = [
            ForeignValue(f"stock at location {location}", str(levels[location][one.variant]), str(pieces))
            for location, pieces in wanted.items()
            for one in mine
            if levels[location].get(one.variant, pieces) != pieces
        ]
        whole = len(mine) == len(at.shelf.skus(number))
        yield from ((row, wrong) for row in of_item if _is_news(row, wrong, whole=whole))


def put_right(tx: Tx, at: Turn, row: ItemRow, wrong: Sequence[ForeignValue]) -> None:
    """Let the ERP's value go to the store again, once for each foreign value; else say that it is left alone."""
    if not wrong:
        items.agree(tx, row)
        return
    theirs = drift.digest(wrong)[:MARK]
    told = f"{row.aspect.value} of item {row.number}: {'; '.join(map(str, wrong))}"
    restored = at.shelf.restores and theirs not in row.restored and len(row.restored) < MARKS
    if restored:
        items.restore(tx, row, theirs)
    else:
        items.report(tx, row, EditedInStore.code, told)
    at.done["edits restored" if restored else "edits reported"] += 1
    trail.note(
        tx,
        at.saved.connection.name,
        at=at.house.now(),
        actor="worker",
        action="edit_restored" if restored else "edit_reported",
        subject=f"item {row.number}",
        detail={"differences": list(map(str, wrong))},
    )
