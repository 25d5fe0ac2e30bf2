"""A certificate of a period: which ids there are, what became of each, and whether it all agrees.

Ids are kept as numbers and written as spans (``1001-1120,1125``), so that a period of a hundred thousand orders
costs no more than their numbers.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Any

POSTED, LEFT_OUT, WAITING = "posted", "left_out", "waiting"
ENDS = frozenset({POSTED, LEFT_OUT, WAITING})
"""Where an id may rest: booked, or not booked and the reason is the store's. Held and rejected ask for a person."""

FOR_A_PERSON = frozenset({"held", "rejected"})
"""Explained, but not ended: asking the store again changes nothing."""

OPEN = "open"
"""Still on its way, or without a reason."""


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days in one time zone, or as much of the last one as is over: ``since`` up to before ``until``."""

    first: date
    last: date
    zone: str
    since: datetime
    until: datetime

    def holds(self, moment: datetime) -> bool:
        """Tell whether a moment lies in it."""
        return self.since <= moment < self.until


def period(first: date, last: date, zone: tzinfo, *, now: datetime) -> Period:
    """Make a period of days; a day that is not over is taken up to the last full second.

    :raises ValueError: nothing of it has been yet, or it ends before it begins.
    """
    since = datetime.combine(first, time(), zone)
    over = datetime.combine(last + timedelta(days=1), time(), zone)
    until = min(over, now.replace(microsecond=0))
    if last < first or until <= since:
        raise ValueError(f"from {first} to {last} is no period that has been")
    return Period(first, last, str(zone), since.astimezone(now.tzinfo), until.astimezone(now.tzinfo))


def spans(numbers: Iterable[int]) -> str:
    """Write numbers as spans, ascending."""
    parts: list[str] = []
    first = last = None
    for number in sorted(set(numbers)):
        if last is not None and number == last + 1:
            last = number
            continue
        if first is not None:
            parts.append(_span(first, last))
        first = last = number
    return ",".join(parts if first is None else [*parts, _span(first, last)])


def _span(first: int, last: int | None) -> str:
    return f"{first}" if first == last else f"{first}-{last}"


@dataclass(frozen=True, slots=True)
class End:
    """Where one id stands. ``about`` is ``orders``, ``transactions`` or ``refunds``."""

    about: str
    number: int
    order: int
    state: str
    reason: str
    amount: Decimal | None
    currency: str | None

    @property
    def ended(self) -> bool:
        """Whether nothing more is to come of it, with a reason."""
        return self.state == POSTED or (self.state in ENDS and bool(self.reason))


@dataclass(slots=True)
class Group:
    """Ids that stand alike, and what they are worth by currency."""

    ids: array[int] = field(default_factory=lambda: array("q"))
    money: dict[str, Decimal] = field(default_factory=dict)

    def add(self, end: End) -> None:
        """Take one id in."""
        self.ids.append(end.number)
        if end.amount is not None and end.currency:
            self.money[end.currency] = self.money.get(end.currency, Decimal(0)) + end.amount


class Ends:
    """Every id of a period under its one state and reason."""

    def __init__(self) -> None:
        self._groups: dict[tuple[str, str, str], Group] = {}
        self.unfinished: dict[tuple[str, str], set[int]] = {}
        self.to_ask: set[int] = set()

    def add(self, end: End) -> None:
        """Take one id in; what has not ended is remembered by its order, unless it waits for a person."""
        self._groups.setdefault((end.about, end.state, end.reason), Group()).add(end)
        if end.ended:
            return
        self.unfinished.setdefault((end.about, end.state), set()).add(end.number)
        if end.state not in FOR_A_PERSON:
            self.to_ask.add(end.order)

    def count(self, about: str) -> int:
        """Count the ids of a kind."""
        return sum(len(group.ids) for (kind, _, _), group in self._groups.items() if kind == about)

    def written(self) -> list[dict[str, Any]]:
        """Write the groups, sorted, with ids as spans and amounts as text."""
        return [
            {
                "about": about,
                "state": state,
                "reason": reason,
                "count": len(group.ids),
                "ids": spans(group.ids),
                "money": {currency: f"{amount:f}" for currency, amount in sorted(group.money.items())},
            }
            for (about, state, reason), group in sorted(self._groups.items())
        ]


class Differences:
    """Names what does not agree, and remembers which orders have to be read again to mend it."""

    def __init__(self) -> None:
        self.written: list[dict[str, Any]] = []
        self.to_ask: set[int] = set()

    def add(self, about: str, what: str, ids: Collection[int], *, ask: Iterable[int] = ()) -> None:
        """Name one difference, if there are any such ids."""
        if ids:
            orders = set(ask)
            self.to_ask |= orders
            self._write(about, what, ids, asked=bool(orders))

    def miscounted(self, by: int) -> None:
        """Name a count that is off without saying by which orders."""
        if by:
            self._write("orders", f"the store's own count is off by {by:+d}", (), asked=False)

    def unfinished(self, ends: Ends) -> None:
        """Name what has not ended."""
        for (about, state), numbers in sorted(ends.unfinished.items()):
            if state in FOR_A_PERSON:
                self.add(about, f"{state}: a person decides", numbers)
            else:
                self.add(about, "no end yet", numbers, ask=ends.to_ask)

    def _write(self, about: str, what: str, ids: Collection[int], *, asked: bool) -> None:
        told = {"about": about, "what": what, "count": len(ids), "ids": spans(ids), "mended by reading": asked}
        self.written.append(told)


def canonical(document: Mapping[str, Any]) -> bytes:
    """Write a document the one way that is signed."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()
