"""Rows of the tenant's tables, found by their leading key without reading the whole table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

Record = dict[str, str]
"""A row, an input or an output: four-letter field names, text values."""


class Rows:
    """One table: rows in the order they were written, indexed by ``key``."""

    def __init__(self, key: str) -> None:
        self._key = key
        self._groups: dict[str, dict[int, Record]] = defaultdict(dict)
        self._written: dict[int, Record] = {}
        self._next = 0

    def __iter__(self) -> Iterator[Record]:
        return iter(list(self._written.values()))

    def __len__(self) -> int:
        return len(self._written)

    def add(self, row: Record) -> Record:
        """Write one row; its key never changes afterwards."""
        self._written[self._next] = row
        self._groups[row[self._key]][self._next] = row
        self._next += 1
        return row

    def of(self, key: str) -> list[Record]:
        """Give the rows under one key."""
        return list(self._groups.get(key, {}).values())

    def first(self, key: str) -> Record | None:
        """Give the first row under one key, or None."""
        return next(iter(self._groups.get(key, {}).values()), None)

    def remove(self, key: str) -> None:
        """Delete all rows under one key."""
        for number in self._groups.pop(key, {}):
            del self._written[number]
