"""Reads the ERP's items, prices and stock: what changed, or all of it in pages.

Each reading is saved in the transaction that moves its watermark, so that a kill loses nothing and repeats little.
A list that may have been cut moves nothing: everything is read instead, in pages that are turned by item.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from functools import partial

from connector.domain.faults import Truncated
from connector.domain.item import Aspect, Fact, Item, ItemPrice, ItemState, ItemStock
from connector.domain.product import sku_key
from connector.flows.turn import Turn
from connector.records import articles, demands, items, trail, watermarks
from connector.records.database import Tx
from connector.records.items import FactEnd, ItemRow

ITEMS, PRICES, INVENTORY, FILL = "items", "prices", "inventory", "fill"
OVERLAP = timedelta(minutes=10)
"""How far before its watermark a poll of changes starts: clocks differ, and changes are committed late."""
ANCHOR = timedelta(hours=24)
"""How often everything is read, whatever the changes said."""
PAGE = 500
_CADENCE = {ITEMS: timedelta(minutes=15), PRICES: timedelta(minutes=15), INVENTORY: timedelta(minutes=5)}

_Page = tuple[Sequence[Fact], str | None]
"""Facts, and behind which item to go on; None at the end."""


def read_items(at: Turn) -> bool:
    """Read what items are."""
    return _read(at, ITEMS, at.erp.changed_items, lambda after: _all_items(at, after), _sort_out)


def read_prices(at: Turn) -> bool:
    """Read what items cost, once it is known which ones there are; let prices turn whose day has come."""
    if standing(at, ITEMS).anchored_at is None:
        return False
    _turn_prices(at)
    return _read(at, PRICES, at.erp.changed_prices, lambda after: _of_wanted(at, after, at.erp.prices), _join)


def read_stock(at: Turn) -> bool:
    """Read how much there is in the warehouses that fill a location; the ERP is not asked where none does."""
    if standing(at, ITEMS).anchored_at is None:
        return False
    changed, whole = partial(_changed_stock, at), partial(_stock, at)
    if not _read(at, INVENTORY, changed, lambda after: _of_wanted(at, after, whole), _save):
        return False
    read_to = standing(at, INVENTORY).read_to
    if read_to is not None:
        with at.house.database.begin() as tx:
            items.review(tx, at.id, demands.heard(tx, at.id, before=read_to), Aspect.STOCK)
    return True


def _read(
    at: Turn,
    poll: str,
    changed: Callable[[datetime], Sequence[Fact]],
    page: Callable[[str], _Page],
    save: Callable[[Tx, Turn, Sequence[Fact]], int],
) -> bool:
    reading, now = standing(at, poll), at.house.now()
    if reading.began_at is None:
        if not reading.is_due(now):
            return False
        fresh = reading.anchored_at is not None and now - reading.anchored_at < ANCHOR
        if fresh and _read_changes(at, poll, changed, reading, save):
            return True
    began = reading.began_at or now
    facts, cursor = page(reading.cursor)
    with at.begin() as tx:
        at.done[f"{poll} changed"] += save(tx, at, facts)
        at.done[f"{poll} read"] += len(facts)
        if cursor is None:
            finish(tx, at, poll, reading, began=began, every=at.every(poll, _CADENCE[poll]))
        else:
            watermarks.advance(tx, at.id, poll, since=reading, began_at=began, cursor=cursor)
    return True


def _read_changes(
    at: Turn,
    poll: str,
    changed: Callable[[datetime], Sequence[Fact]],
    reading: watermarks.Watermark,
    save: Callable[[Tx, Turn, Sequence[Fact]], int],
) -> bool:
    """Read what changed since the watermark; False when there is none, or that list cannot be trusted to be whole."""
    now = at.house.now()
    if reading.read_to is None:
        return False
    try:
        facts = changed(reading.read_to - OVERLAP)
    except Truncated as cut:
        name = at.saved.connection.name
        with at.house.database.begin() as tx:
            trail.note(
                tx, name, at=now, actor="worker", action="read_whole", subject=poll, detail={"because": cut.what}
            )
        return False
    with at.begin() as tx:
        at.done[f"{poll} changed"] += save(tx, at, facts)
        at.done[f"{poll} read"] += len(facts)
        due_at = now + at.every(poll, _CADENCE[poll])
        watermarks.advance(tx, at.id, poll, since=reading, read_to=now, due_at=due_at)
    return True


def finish(tx: Tx, at: Turn, poll: str, since: watermarks.Watermark, *, began: datetime, every: timedelta) -> None:
    """End a reading of everything that began then; due again after ``every``, or as somebody asked meanwhile."""
    asked = since.due_at is not None and since.due_at > began
    values = {
        "began_at": None,
        "cursor": "",
        "anchored_at": began,
        "read_to": began,
        "due_at": since.due_at if asked else at.house.now() + every,
    }
    watermarks.advance(tx, at.id, poll, since=since, **values)


def _all_items(at: Turn, after: str) -> _Page:
    page = at.erp.all_items(after)
    return page, page[-1].number if page else None


def _of_wanted(at: Turn, after: str, read: Callable[[Sequence[str]], Sequence[Fact]]) -> _Page:
    with at.house.database.begin() as tx:
        numbers = items.wanted_after(tx, at.id, after, PAGE)
    return (read(numbers) if numbers else ()), numbers[-1] if len(numbers) == PAGE else None


def _changed_stock(at: Turn, since: datetime) -> Sequence[Fact]:
    return at.erp.changed_stock(since) if at.shelf.warehouses else ()


def _stock(at: Turn, numbers: Sequence[str]) -> Sequence[Fact]:
    return at.erp.stock(numbers, at.shelf.warehouses) if at.shelf.warehouses else ()


def _sort_out(tx: Tx, at: Turn, facts: Sequence[Fact]) -> int:
    """Keep what items are; those that the store neither has nor shall have are left out at once.

    The first time, price and stock of all are read after this; later, only of those that came to be wanted.
    """
    found = [fact for fact in facts if isinstance(fact, Item)]
    changed = items.save(tx, at.id, found, day=at.today, now=at.house.now())
    items.review(tx, at.id, changed, Aspect.PRICE)  # one that is sold needs one
    rows = items.of_items(tx, at.id, [item.number for item in found], Aspect.DETAILS)
    known = articles.find(tx, at.id, [sku for row in rows for sku in at.shelf.skus(row.number)])
    items.settle(tx, [end for row in rows if (end := _left_out(at, row, known.keys()))], now=at.house.now())
    first = watermarks.standing(tx, at.id, ITEMS).anchored_at is None
    if changed and not first and any(_lacking(tx, at, items.wanted(tx, at.id, [item.number for item in found]))):
        ask_to_fill(tx, at)
    return len(changed)


def _lacking(tx: Tx, at: Turn, numbers: Collection[str]) -> tuple[list[str], list[str]]:
    """Tell which of some items' price, and which ones' stock, was never read."""
    prices = items.lacking(tx, at.id, numbers, Aspect.PRICE, [""])
    return prices, items.lacking(tx, at.id, numbers, Aspect.STOCK, at.shelf.warehouses)


def _left_out(at: Turn, row: ItemRow, known: object) -> FactEnd | None:
    skus = at.shelf.skus(row.number)
    if any(sku_key(sku) in known for sku in skus):  # type: ignore[operator]
        return None
    assert isinstance(row.fact, Item)  # noqa: S101  the details of an item
    reason = at.shelf.unwanted(row.fact, skus)
    return FactEnd(row, ItemState.LEFT_OUT, reason) if reason else None


def _join(tx: Tx, at: Turn, facts: Sequence[Fact]) -> int:
    """Keep prices: terms that changed join those that are known."""
    found = {fact.item: fact for fact in facts if isinstance(fact, ItemPrice)}
    wanted = items.wanted(tx, at.id, found)
    known = {
        row.number: row.fact
        for row in items.of_items(tx, at.id, wanted, Aspect.PRICE)
        if isinstance(row.fact, ItemPrice)
    }
    joined = [found[number].joined(known.get(number)) for number in sorted(wanted)]
    return len(items.save(tx, at.id, joined, day=at.today, now=at.house.now()))


def _save(tx: Tx, at: Turn, facts: Sequence[Fact]) -> int:
    """Keep the balances that matter: of wanted items, in warehouses that fill a location."""
    found = [fact for fact in facts if isinstance(fact, ItemStock) and fact.warehouse in at.shelf.warehouses]
    wanted = items.wanted(tx, at.id, {fact.item for fact in found})
    kept = [fact for fact in found if fact.item in wanted]
    return len(items.save(tx, at.id, kept, day=at.today, now=at.house.now()))


def _turn_prices(at: Turn) -> None:
    with at.house.database.begin() as tx:
        for row in items.turning(tx, at.id, at.today, PAGE):
            assert isinstance(row.fact, ItemPrice)  # noqa: S101  the price of an item
            items.turn(tx, row, turns_on=row.fact.turns(at.today), now=at.house.now())


def ask_to_fill(tx: Tx, at: Turn) -> None:
    """Let price and stock be read of items of which they were not."""
    watermarks.write(tx, at.id, FILL, began_at=at.house.now(), cursor="")


def fill(at: Turn) -> bool:
    """Read price and stock of items that came to be wanted since those were last read whole."""
    reading = standing(at, FILL)
    if reading.began_at is None or any(standing(at, poll).anchored_at is None for poll in (ITEMS, PRICES, INVENTORY)):
        return False
    with at.house.database.begin() as tx:
        numbers = items.wanted_after(tx, at.id, reading.cursor, PAGE)
        prices, stock = _lacking(tx, at, numbers)
    found: list[Fact] = [*at.erp.prices(prices)] if prices else []
    found += at.erp.stock(stock, at.shelf.warehouses) if stock else []
    with at.begin() as tx:
        items.save(tx, at.id, found, day=at.today, now=at.house.now())
        over = len(numbers) < PAGE
        values = {"began_at": None, "cursor": ""} if over else {"cursor": numbers[-1]}
        watermarks.advance(tx, at.id, FILL, since=reading, **values)
    return True


def standing(at: Turn, poll: str) -> watermarks.Watermark:
    """Tell how a poll stands."""
    with at.house.database.begin() as tx:
        return watermarks.standing(tx, at.id, poll)
