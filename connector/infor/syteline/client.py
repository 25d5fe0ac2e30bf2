"""Calls IDOs: lists in pages until the last, changes one a request unless the connection says otherwise, methods."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from connector.domain.faults import ContractBroken, Effect, Misconfigured, Rejected, Truncated
from connector.infor.ion.gateway import Call, Gateway, no_guard
from connector.infor.syteline import answers
from connector.infor.syteline.answers import Page, Property, Record
from connector.ports import Guard

PAGE = 1000
"""Rows asked for at once: without a number a list ends at 200 (facts/infor.md §3)."""
TOGETHER = 40
"""Values in one condition: a filter is part of the address, which may not grow without end."""
INSERT, UPDATE, DELETE = 1, 2, 4
WHOLE_ROW = 0
CONFIG = "X-Infor-MongooseConfig"

T = TypeVar("T")


def chunks(work: Sequence[T], size: int = TOGETHER) -> Iterator[Sequence[T]]:
    """Cut work into portions."""
    for start in range(0, len(work), size):
        yield work[start : start + size]


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked of an IDO."""

    ido: str
    properties: tuple[str, ...]
    where: str
    order_by: str = ""
    most: int = PAGE


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of changes: the rows as they are now, or SyteLine's no."""

    rows: tuple[Record, ...] = ()
    refusal: str = ""

    @property
    def row(self) -> Record:
        """The one row; empty where none was told."""
        return next(iter(self.rows), {})


class Client:
    """The IDOs of one configuration."""

    def __init__(self, gateway: Gateway, *, config: str, at_once: int = 1) -> None:
        self._gateway = gateway
        self._headers = {CONFIG: config}
        self._known: dict[str, dict[str, Property]] = {}
        self.at_once = at_once

    def info(self, ido: str) -> Mapping[str, Property]:
        """READ, 1 call, once: what an IDO says of its properties."""
        if ido not in self._known:
            call = Call(Effect.READ, "GET", f"info/{ido}", f"info/{ido}", headers=self._headers)
            self._known[ido] = answers.properties(self._gateway.send(call))
        return self._known[ido]

    def property(self, ido: str, name: str) -> Property:
        """READ, 1 call, once.

        :raises Misconfigured: the IDO has no such property.
        """
        known = self.info(ido)
        if name not in known:
            raise Misconfigured(f"{ido} has no property {name}: `ml-connector connection ping` shows what it lacks")
        return known[name]

    def key(self, ido: str, name: str, value: str) -> str:
        """Write a key as SyteLine keeps it: some stand at the right end of their length."""
        told = self.property(ido, name)
        return value.rjust(told.length) if told.padded else value

    def rows(self, query: Query) -> list[Record]:
        """READ: every row, by as many pages as there are.

        :raises Truncated: there are more that cannot be reached.
        """
        return [row for page in self.pages(query) for row in page]

    def pages(self, query: Query) -> Iterator[tuple[Record, ...]]:
        """READ, 1 call a page."""
        bookmark, seen = "", {""}
        while True:
            found = self._page(query, bookmark)
            yield found.rows
            if not found.more:
                return
            if not found.rows or found.bookmark in seen:
                raise Truncated(f"load/{query.ido} says that there are more rows and does not show the way to them")
            bookmark = found.bookmark
            seen.add(bookmark)

    def first(self, query: Query) -> tuple[Record, ...]:
        """READ, 1 call: at most the first ``most`` rows.

        :raises Truncated: there are some, and none is shown.
        """
        found = self._page(query, "")
        if found.more and not found.rows:
            raise Truncated(f"load/{query.ido} says that there are rows and shows none")
        return found.rows

    def _page(self, query: Query, bookmark: str) -> Page:
        name = f"load/{query.ido}"
        params = {"properties": ",".join(query.properties), "filter": query.where, "recordCap": str(query.most)}
        params |= {"orderBy": query.order_by} if query.order_by else {}
        params |= {"loadType": "NEXT", "bookmark": bookmark} if bookmark else {"loadType": "FIRST"}
        call = Call(Effect.READ, "GET", name, name, params=params, headers=self._headers)
        try:
            return answers.page(self._gateway.send(call))
        except ContractBroken as broken:
            if not bookmark:
                raise
            raise Truncated(f"{name} broke off behind its first page: {broken}") from broken

    def insert(self, ido: str, rows: Iterable[Record], guard: Guard) -> Outcome:
        """WRITE, 1 call: all rows of one request; give no more than ``at_once``."""
        return self._change(ido, [_change(INSERT, "", row) for row in rows], guard)

    def update(self, ido: str, row: Record, values: Record, guard: Guard) -> Outcome:
        """WRITE, 1 call: change a row as it was loaded; refused where others changed it since."""
        return self._change(ido, [_change(UPDATE, _identity(ido, row), values)], guard)

    def delete(self, ido: str, row: Record, guard: Guard) -> Outcome:
        """WRITE, 1 call: delete a row as it was loaded."""
        return self._change(ido, [_change(DELETE, _identity(ido, row), {})], guard)

    def _change(self, ido: str, changes: list[dict[str, object]], guard: Guard) -> Outcome:
        body = {"IDOName": ido, "RefreshAfterSave": True, "Changes": changes}
        call = Call(
            Effect.WRITE,
            "POST",
            f"update/{ido}",
            f"update/{ido}",
            params={"refresh": "true"},
            headers=self._headers,
            json=body,
        )
        told = answers.changed(self._gateway.send(call, guard=guard))
        return Outcome(refusal=told) if isinstance(told, str) else Outcome(told)

    def ask(self, ido: str, method: str, given: Sequence[str | None]) -> Sequence[str]:
        """READ, 1 call: a method that only tells, with every one of its parameters.

        :raises Rejected: it said no.
        """
        call = Call(
            Effect.READ,
            "POST",
            f"invoke/{ido}",
            f"invoke/{ido}/{method}",
            params={"method": method},
            headers=self._headers,
            json=list(given),
        )
        return answers.parameters(self._gateway.send(call, guard=no_guard))


def _identity(ido: str, row: Record) -> str:
    if not row.get("_ItemId"):
        raise Rejected(f"{ido} gave a row without its _ItemId: it cannot be changed safely")
    return row["_ItemId"]


def _change(action: int, item_id: str, values: Record) -> dict[str, object]:
    return {
        "Action": action,
        "ItemId": item_id,
        "ItemNo": 0,
        "UpdateLocking": WHOLE_ROW,
        "Properties": [
            {
                "Name": name,
                "Value": value,
                "OriginalValue": None,
                "Modified": True,
                "IsNull": False,
                "IsNestedCollection": False,
            }
            for name, value in values.items()
        ],
    }
