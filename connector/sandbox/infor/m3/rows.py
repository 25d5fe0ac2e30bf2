"""Rows of the tenant's tables, found by their leading key or by when they changed without reading the whole table."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from itertools import takewhile

Record = dict[str, str]
"""A row, an input or an output: four-letter field names, text values."""
LAST = "\U0010ffff"
"""A key behind every other."""


class Rows:
    """One table: rows in the order they were last written, indexed by ``key``."""

    def __init__(self, key: str) -> None:
        self.key = key
        self._groups: dict[str, list[Record]] = {}
        self._written: dict[int, Record] = {}
        self._sorted: list[str] = []

    def __iter__(self) -> Iterator[Record]:
        return iter(list(self._written.values()))

    def __len__(self) -> int:
        return len(self._written)

    def add(self, row: Record) -> Record:
        """Write one row; its key never changes afterwards."""
        self._written[id(row)] = row
        self._groups.setdefault(row[self.key], []).append(row)
        return row

    def change(self, row: Record, fields: Record) -> None:
        """Write fields of a row of this table anew; it is now the last written."""
        row.update(fields)
        self._written[id(row)] = self._written.pop(id(row))

    def of(self, key: str) -> list[Record]:
        """Give the rows under one key."""
        return list(self._groups.get(key, ()))

    def first(self, key: str) -> Record | None:
        """Give the first row under one key, or None."""
        return next(iter(self._groups.get(key, ())), None)

    def between(self, low: str, high: str = LAST) -> Iterator[Record]:
        """Give the rows from one key to another, both included, by rising key."""
        if low == high:
            return iter(self.of(low))
        keys = self._keys()
        places = range(bisect_left(keys, low), bisect_right(keys, high))
        return (row for place in places for row in self._groups[keys[place]])

    def latest(self) -> Iterator[Record]:
        """Give all rows, the last written first."""
        return reversed(self._written.values())

    def since(self, stamp: int) -> list[Record]:
        """Give the rows written at or after a time in milliseconds (``LMTS``), in that order."""
        return list(takewhile(lambda row: int(row["LMTS"]) >= stamp, self.latest()))[::-1]

    def remove(self, key: str) -> None:
        """Delete all rows under one key."""
        for row in self._groups.pop(key, ()):
            del self._written[id(row)]
        self._sorted = []

    def _keys(self) -> list[str]:
        """Sort the keys, again only when there are others than before."""
        if len(self._sorted) != len(self._groups):
            self._sorted = sorted(self._groups)
        return self._sorted
