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
        if page.total is not None and len(ids) >= page.total:
            return
        after = ids[-1]


class Dated(Protocol):
    """A row of a list sorted by when it last changed."""

    @property
    def id(self) -> int:
        """Its identity."""
        ...

    @property
    def modified_at(self) -> datetime:
        """When it last changed, to the second."""
        ...


D = TypeVar("D", bound=Dated)
DatedPage = tuple[Sequence[D], bool]
"""Rows, oldest change first, and whether they are proven to be the last."""


def oldest_change_first(fetch: Callable[[datetime, int], DatedPage[D]], since: datetime) -> Iterator[D]:
    """Give every row that changed since, each id once.

    Pages shift while rows change, so the list is asked again from the last moment seen instead of for page 2
    (facts/bigcommerce.md §4.1). ``fetch(since, page)`` may include rows from just before.
    """
    seen: set[int] = set()
    while True:
        rows, last = fetch(since, 1)
        yield from _unseen(rows, seen)
        if last:
            return
        if rows[-1].modified_at > since:
            since = rows[-1].modified_at
        else:
            yield from _crowded_second(fetch, since, seen)
            since += _SECOND


def _crowded_second(fetch: Callable[[datetime, int], DatedPage[D]], second: datetime, seen: set[int]) -> Iterator[D]:
    """Turn the pages of a second that holds more than one, until a whole pass finds nothing new.

    A row that changes meanwhile leaves the second and lets another slip to a page already read.
    """
    known = -1
    while known < len(seen):
        known = len(seen)
        before: list[int] = []
        for number in itertools.count(1):
            rows, last = fetch(second, number)
            ids = [row.id for row in rows]
            if ids and ids == before:
                raise Truncated("the store's order list has more than a page in one second, but cannot be turned")
            yield from _unseen(rows, seen)
            if last or rows[-1].modified_at > second:
                break
            before = ids


def _unseen(rows: Sequence[D], seen: set[int]) -> Iterator[D]:
    for row in rows:
        if row.id not in seen:
            seen.add(row.id)
            yield row
