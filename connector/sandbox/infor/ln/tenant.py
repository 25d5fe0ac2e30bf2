"""The LN company's state: its tables, its number series and its clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from connector.sandbox.infor.ln.options import Options

Row = dict[str, Any]
ETAG = "@odata.etag"


class Tenant:
    """One company. Not thread-safe: the gateway lets one request in at a time.

    ``rows`` has a list per ``service/EntitySet``. ``cut_short`` names lists that lose their second half;
    ``discounts`` is what LN gives off an item by itself, in percent; with ``stuck`` ones no order is approved.
    """

    def __init__(self, options: Options, now: Callable[[], float]) -> None:
        self.options = options
        self.rows: dict[str, list[Row]] = {}
        self.cut_short: set[str] = set()
        self.ceiling: int | None = None
        self.discounts: dict[str, str] = {}
        self.stuck: set[str] = set()
        self._now = now
        self._version = 0
        self._order = 100

    @property
    def moment(self) -> str:
        """The present moment as LN writes it."""
        return datetime.fromtimestamp(self._now(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def next_order(self) -> str:
        """Take the next number of the order series."""
        self._order += 1
        return f"WEB{self._order:06}"

    def add(self, entities: str, row: Row) -> Row:
        """Add an entity."""
        self.rows.setdefault(entities, []).append(self.touch(row))
        return row

    def touch(self, row: Row) -> Row:
        """Give an entity a new etag: it was changed."""
        self._version += 1
        row[ETAG] = f'W/"{self._version}"'
        return row

    def of(self, entities: str, **values: Any) -> list[Row]:
        """Give the entities with these values."""
        found = self.rows.get(entities, [])
        return [row for row in found if all(row.get(name) == value for name, value in values.items())]

    def first(self, entities: str, **values: Any) -> Row | None:
        """Give the first of them."""
        return next(iter(self.of(entities, **values)), None)
