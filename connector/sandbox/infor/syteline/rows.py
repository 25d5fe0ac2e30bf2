"""The rows of all IDOs: each has an identity that changes with it, so that a stale one is known."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime

from connector.sandbox.infor.syteline.idos import IDOS, keys
from connector.sandbox.infor.syteline.refusal import Refusal
from connector.sandbox.infor.syteline.where import Row, value_of


class Rows:
    """One IDO's rows, by key."""

    def __init__(self, ido: str, now: Callable[[], float]) -> None:
        self.ido = ido
        self._now = now
        self._changes = 0
        self._rows: dict[tuple[object, ...], Row] = {}

    def __iter__(self) -> Iterator[Row]:
        return iter(list(self._rows.values()))

    def key(self, row: Mapping[str, str]) -> tuple[object, ...]:
        """A row's key as the database compares it."""
        return tuple(value_of(row.get(name, ""), IDOS[self.ido][name]) for name in keys(self.ido))

    def first(self, *key: str) -> Row | None:
        """Give the row of a key, padded or not."""
        padded = [self._padded(name, value) for name, value in zip(keys(self.ido), key, strict=True)]
        return self._rows.get(self.key(dict(zip(keys(self.ido), padded, strict=True))))

    def of(self, name: str, value: str) -> list[Row]:
        """Give the rows with a value, padded or not."""
        return [row for row in self if row.get(name, "").strip() == value.strip()]

    def add(self, values: Mapping[str, str]) -> Row:
        """Add a row.

        :raises Refusal: there is one of this key.
        """
        row = {name: self._padded(name, value) for name, value in values.items()}
        if self.key(row) in self._rows:
            raise Refusal(f"The {self.ido} record already exists: {self._named(row)}")
        row["RowPointer"] = str(uuid.uuid4())
        self._rows[self.key(row)] = row
        return self.touch(row)

    def change(self, row: Row, values: Mapping[str, str]) -> Row:
        """Change a row."""
        row |= {name: self._padded(name, value) for name, value in values.items()}
        return self.touch(row)

    def touch(self, row: Row) -> Row:
        """Give a row a new time of change; no two changes have the same."""
        self._changes += 1
        moment = datetime.fromtimestamp(self._now(), UTC)
        row["RecordDate"] = f"{moment:%Y%m%d %H:%M:%S}.{moment.microsecond // 1000:03}"
        row["_stamp"] = f"{moment:%Y-%m-%d %H:%M:%S}.{self._changes:06}"
        return row

    def delete(self, row: Row) -> None:
        """Delete a row."""
        del self._rows[self.key(row)]

    def item_id(self, row: Row) -> str:
        """Name a row as it is now."""
        return f"PBT=[{self.ido}] t.DT=[{row['_stamp']}] t.ID=[{row['RowPointer']}]"

    def by_item_id(self, item_id: str) -> Row:
        """Give the row that was named.

        :raises Refusal: it is gone, or was changed since.
        """
        row = next((row for row in self if f"[{row['RowPointer']}]" in item_id), None)
        if row is None:
            raise Refusal(f"The {self.ido} record was deleted by another user")
        if self.item_id(row) != item_id:
            raise Refusal(f"The {self.ido} record was changed by another user: {self._named(row)}")
        return row

    def _padded(self, name: str, value: str) -> str:
        told = IDOS[self.ido].get(name)
        return value.strip().rjust(told.size) if told and told.right and value.strip() else value

    def _named(self, row: Row) -> str:
        return ", ".join(f"{name} {row.get(name, '').strip()}" for name in keys(self.ido))
