"""Three counts of a period's orders that do not depend on each other, and the refunds of the same days.

A long walk spends the store's whole window more than once: it waits as long as it is told to, and goes on where
it was. Only numbers are kept of what is met.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from itertools import chain, islice
from itertools import count as consecutive
from typing import TypeVar

from connector.domain.certificate import Period
from connector.domain.faults import Throttled
from connector.flows.house import House
from connector.ports import OrderMark, Walks
from connector.records import ends
from connector.records.connections import SavedConnection

MARGIN = 250
"""Ids that are walked beyond both ends of a period: ids and dates do not rise quite together."""

GAPS = 500
"""Ids missing among those of a period that are asked for one by one, unless told to ask for all."""

_BATCH = 250
_PAUSE = timedelta(seconds=5)

Wait = Callable[[timedelta], None]
T = TypeVar("T")
P = TypeVar("P")


@dataclass(slots=True)
class StoreCount:
    """What the store told of a period, as ids."""

    period: Period
    by_id: set[int] = field(default_factory=set)
    by_date: set[int] = field(default_factory=set)
    told: int = 0
    changed: set[int] = field(default_factory=set)  # do not look any more as they were read here
    hidden: set[int] = field(default_factory=set)  # archived, and therefore missing in a list
    unlisted: set[int] = field(default_factory=set)  # missing in a list though nothing hides them
    gone: set[int] = field(default_factory=set)  # the store has them no more, or at another date
    gaps: list[range] = field(default_factory=list)  # ids that the walk by id lacks, in and beside the period
    newest: int | None = None  # the last id of the walk, if the store showed nothing younger than the period
    asked: set[int] = field(default_factory=set)  # one by one
    unasked: set[int] = field(default_factory=set)  # missing ids, too many to ask for
    refunds: dict[int, int] = field(default_factory=dict)  # refund → order

    @property
    def seen(self) -> set[int]:
        """Every order that the store has in the period."""
        return (self.by_id | self.by_date | self.hidden | self.unlisted) - self.gone

    @property
    def miscounted(self) -> int:
        """By how many the store's own count is off; hidden orders may or may not be in it."""
        most = len(self.seen)
        least = most - len(self.hidden)
        return self.told - most if self.told > most else min(0, self.told - least)


def count(house: House, owner: SavedConnection, period: Period, wait: Wait) -> StoreCount:
    """Count a period's orders by date, by id and by the store's own count, and list its refunds.

    :raises Fault: the store could not be read to the end; nothing is certified.
    """
    walks, counted = house.store(owner).walks, StoreCount(period)
    for mark in _by_date(walks, period, wait):
        counted.by_date.add(mark.id)
    marks = _by_id(walks, counted, wait)
    while batch := list(islice(marks, _BATCH)):
        counted.by_id.update(mark.id for mark in batch)
        counted.changed |= _changed(house, owner, batch)
    counted.told = _patiently(partial(walks.count, period.since, period.until), wait)
    counted.refunds = _patiently(partial(_refunds, walks, period), wait)
    return counted


def look_up(
    house: House, owner: SavedConnection, counted: StoreCount, known: Iterable[int], wait: Wait, *, deep: bool
) -> None:
    """Ask singly for every order that a walk lacks, that only the trail has, or whose id is in no list.

    Ids are given out one by one: a missing one may be an order that was archived before anybody told of it.
    """
    walks = house.store(owner).walks
    doubtful = (counted.by_id ^ counted.by_date) | (set(known) - counted.by_id - counted.by_date)
    missing = _unread(house, owner, chain.from_iterable(counted.gaps))
    for number in sorted(doubtful.union(islice(missing, None if deep else GAPS))):
        _judge(walks, counted, number, wait)
    counted.unasked = set(missing) - counted.asked
    if counted.newest is not None:
        behind = _unread(house, owner, consecutive(counted.newest + 1))
        while _judge(walks, counted, next(behind), wait):
            pass


def _judge(walks: Walks, counted: StoreCount, number: int, wait: Wait) -> bool:
    """Ask for one order and count it; tell whether the store has it."""
    mark = _patiently(partial(walks.look_up, number), wait)
    counted.asked.add(number)
    if mark is None or not counted.period.holds(mark.created_at):
        counted.gone.add(number)
    else:
        (counted.hidden if mark.archived else counted.unlisted).add(number)
    return mark is not None


def _unread(house: House, owner: SavedConnection, numbers: Iterable[int]) -> Iterator[int]:
    """Leave out those whose orders were read here."""
    left = iter(numbers)
    while batch := list(islice(left, _BATCH)):
        with house.database.begin() as tx:
            read = {row.number for row in ends.orders_numbered(tx, owner.id, batch) if row.placed_at}
        yield from (number for number in batch if number not in read)


def to_ask_for_transactions(house: House, owner: SavedConnection, counted: StoreCount, unknown: set[int]) -> set[int]:
    """Number the orders known here that may have a transaction of the period: its own, and older ones not settled."""
    with house.database.begin() as tx:
        return (counted.seen - unknown) | ends.unsettled(tx, owner.id, counted.period.since)


def transactions(
    house: House, owner: SavedConnection, numbers: Iterable[int], wait: Wait
) -> Iterator[tuple[int, set[int], set[int]]]:
    """Ask for each order's transactions; give those orders whose ids differ, with the store's and the trail's."""
    walks, left = house.store(owner).walks, iter(sorted(numbers))
    while batch := list(islice(left, _BATCH)):
        with house.database.begin() as tx:
            kept = ends.transactions_of(tx, owner.id, batch)
        for number in batch:
            told = set(_patiently(partial(walks.transactions, number), wait))
            if told != kept[number]:
                yield number, told, kept[number]


def _by_date(walks: Walks, period: Period, wait: Wait) -> Iterator[OrderMark]:
    return _resumed(
        lambda since: walks.created(since, period.until), period.since, lambda mark: mark.created_at, wait
    )


def _by_id(walks: Walks, counted: StoreCount, wait: Wait) -> Iterator[OrderMark]:
    """Walk ids from where the period begins, a margin before, until a margin of younger orders follows."""
    period = counted.period
    begin = _patiently(partial(walks.first_since, period.since), wait)
    lowest, highest = min(counted.by_date | {begin}), max(counted.by_date, default=begin)
    beyond, last = 0, None
    for mark in _resumed(walks.ids, max(0, lowest - MARGIN), lambda mark: mark.id, wait):
        if last and last + 1 < mark.id and mark.id >= lowest and not beyond:
            counted.gaps.append(range(last + 1, mark.id))
        last = mark.id
        if period.holds(mark.created_at):
            yield mark
        beyond = beyond + 1 if mark.id > highest and mark.created_at >= period.until else 0
        if beyond >= MARGIN:
            return
    counted.newest = None if beyond else last


def _refunds(walks: Walks, period: Period) -> dict[int, int]:
    heads = walks.refunds(period.since, period.until)
    return {head.id: head.order for head in heads if period.holds(head.created_at)}


def _changed(house: House, owner: SavedConnection, marks: list[OrderMark]) -> set[int]:
    """Tell which orders look different in the store's list from how they were read, though nothing is asked for."""
    shown = {mark.id: mark.head_fingerprint for mark in marks}
    with house.database.begin() as tx:
        rows = ends.orders_numbered(tx, owner.id, list(shown))
    return {
        row.number for row in rows if row.idle and row.head_fingerprint and row.head_fingerprint != shown[row.number]
    }


def _resumed(read: Callable[[P], Iterator[T]], place: P, behind: Callable[[T], P], wait: Wait) -> Iterator[T]:
    """Read a list that the store's window cuts off, and go on behind the last row as often as it takes."""
    while True:
        try:
            for row in read(place):
                yield row
                place = behind(row)
        except Throttled as asked:
            wait(asked.retry_after or _PAUSE)
        else:
            return


def _patiently(call: Callable[[], T], wait: Wait) -> T:
    while True:
        try:
            return call()
        except Throttled as asked:
            wait(asked.retry_after or _PAUSE)
