"""Lists to their proven end: a short page is no proof when a server may have cut it to its own page size."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from connector.domain.faults import Truncated

LIMIT = 250
"""The largest page clients ask for (facts/bigcommerce.md §4.1)."""
SUSPICIOUS_SIZES = frozenset({10, 50, 100, 200, LIMIT})
"""Page sizes a server may have used instead of ours."""
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Page:
    """The rows of one answer. ``total`` is what the answer says the whole list has, if it says."""

    rows: list[object]
    total: int | None = None

    def is_last(self, seen: int) -> bool:
        """Tell whether nothing can follow, ``seen`` rows of the list being known, these included."""
        if not self.rows:
            return True
        if self.total is not None:
            return seen >= self.total
        return len(self.rows) not in SUSPICIOUS_SIZES


def every_row(
    fetch: Callable[[int], Page], *, complete: Callable[[list[object]], bool] = lambda _: False
) -> Iterator[object]:
    """Fetch pages from 1 on until the last is proven, by itself or because ``complete`` says so of all rows.

    :raises Truncated: the server gives the same page again and again.
    """
    rows: list[object] = []
    before: list[object] | None = None
    for number in itertools.count(1):
        page = fetch(number)
        if page.rows and page.rows == before:
            raise Truncated(f"a list of the store has {len(rows)} rows or more, but its pages cannot be turned")
        yield from page.rows
        rows += page.rows
        if page.is_last(len(rows)) or complete(rows):
            return
        before = page.rows


class Numbered(Protocol):
    """A row of a list that may shift while it is read."""

    @property
    def id(self) -> int:
        """Its identity."""
        ...


N = TypeVar("N", bound=Numbered)
DatedPage = tuple[Sequence[N], bool]
"""Rows, and whether they are proven to be the last."""


def oldest_first(
    fetch: Callable[[datetime, int], DatedPage[N]], since: datetime, moment: Callable[[N], datetime]
) -> Iterator[N]:
    """Give every row of a list that is sorted by a moment, from ``since`` on, each id once.

    Pages shift while rows change, so the list is asked again from the last moment seen instead of for page 2
    (facts/bigcommerce.md §4.1). ``fetch(since, page)`` may include rows from just before.
    """
    seen: set[int] = set()
    while True:
        rows, last = fetch(since, 1)
        yield from _unseen(rows, seen)
        if last:
            return
        if moment(rows[-1]) > since:
            since = moment(rows[-1])
        else:
            yield from every_id(_second(fetch, since, moment), seen)
            since += _SECOND


def _second(
    fetch: Callable[[datetime, int], DatedPage[N]], second: datetime, moment: Callable[[N], datetime]
) -> Callable[[int, int], DatedPage[N]]:
    """Make the pages of a second that holds more than one a list of its own."""

    def page(number: int, _: int) -> DatedPage[N]:
        rows, last = fetch(second, number)
        return rows, last or moment(rows[-1]) > second

    return page


def every_id(fetch: Callable[[int, int], DatedPage[N]], seen: set[int] | None = None) -> Iterator[N]:
    """Turn the pages of a list until a whole pass finds nothing new, each id once.

    A row that leaves meanwhile lets another slip to a page already read. ``fetch(page, rows before it)``; a list
    of one page needs no second pass.

    :raises Truncated: the server gives the same page again and again.
    """
    seen = set() if seen is None else seen
    while True:
        known, pages = len(seen), 0
        for rows in _pass(fetch):
            yield from _unseen(rows, seen)
            pages += 1
        if pages == 1 or len(seen) == known:
            return


def _pass(fetch: Callable[[int, int], DatedPage[N]]) -> Iterator[Sequence[N]]:
    before: list[int] = []
    count = 0
    for number in itertools.count(1):
        rows, last = fetch(number, count)
        ids = [row.id for row in rows]
        if ids and ids == before:
            raise Truncated(f"a list of the store has more than {len(ids)} rows, but its pages cannot be turned")
        yield rows
        if last:
            return
        before, count = ids, count + len(ids)


def _unseen(rows: Sequence[N], seen: set[int]) -> Iterator[N]:
    for row in rows:
        if row.id not in seen:
            seen.add(row.id)
            yield row
