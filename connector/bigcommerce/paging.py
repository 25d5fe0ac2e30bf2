"""Lists to their proven end: a short page is no proof when a server may have cut it to its own page size."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Protocol, TypeVar

from connector.domain.faults import ContractBroken, Truncated

LIMIT = 250
"""The largest page clients ask for (facts/bigcommerce.md §4.1)."""
SUSPICIOUS_SIZES = frozenset({10, 50, 100, 200, LIMIT, 1000})
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
        if self.total is not None and self.total >= seen:  # fewer than there are rows is no count
            return seen == self.total
        return len(self.rows) not in SUSPICIOUS_SIZES


def every_row(
    fetch: Callable[[int], Page], *, complete: Callable[[list[object]], bool] = lambda _: False
) -> Iterator[object]:
    """Fetch pages from 1 on until the last is proven, by itself or because ``complete`` says so of all rows.

    :raises Truncated: the server gives the same page again and again.
    """
    rows: list[object] = []
    for page in every_page(fetch):
        yield from page
        rows += page
        if complete(rows):
            return


def every_page(fetch: Callable[[int], Page]) -> Iterator[list[object]]:
    """Fetch pages from 1 on until the last is proven; no more than two are kept at a time.

    :raises Truncated: the server gives the same page again and again.
    """
    seen = 0
    before: list[object] | None = None
    for number in itertools.count(1):
        page = fetch(number)
        if page.rows and page.rows == before:
            raise Truncated(f"a list of the store has {seen} rows or more, but its pages cannot be turned")
        yield page.rows
        seen += len(page.rows)
        if page.is_last(seen):
            return
        before = page.rows


def rising(fetch: Callable[[int], Page], identity: Callable[[object], int], after: int = 0) -> Iterator[list[object]]:
    """Fetch pages by rising id, each from behind the last id seen, so that rows that go meanwhile shift no other.

    Only an empty page, or the answer's own count, proves the end.

    :raises ContractBroken: the ids do not rise from behind ``after``.
    """
    while True:
        page = fetch(after)
        ids = [identity(row) for row in page.rows]
        if any(later <= earlier for earlier, later in pairwise([after, *ids])):
            raise ContractBroken(f"a list of the store does not rise by id from behind {after}, as was asked")
        if not ids:
            return
        yield page.rows
        if page.total == len(ids):
            return
        after = ids[-1]


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
