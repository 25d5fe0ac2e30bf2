"""Lists of a connection's orders, a page at a time, for the console and for the CLI."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation

from connector.domain.connection import Connection
from connector.domain.days import sensible
from connector.domain.faults import Misconfigured
from connector.domain.progress import OrderState
from connector.flows.house import House, saved
from connector.records import listing
from connector.records.listing import SORTS, ListedOrder, Wanted

PAGE = 50

__all__ = ["PAGE", "SORTS", "OrderPage", "Question", "orders_of"]


@dataclass(frozen=True, slots=True)
class Question:
    """Which orders somebody asks for, as they stand in an address: all of it text, empty where nothing is asked."""

    state: str = ""
    first: str = ""  # first and last day they were placed on, where the books are kept
    last: str = ""
    sort: str = "number"
    way: str = "down"
    after: str = ""  # where the page before ended

    @property
    def plain(self) -> dict[str, str]:
        """Give what was asked for, without what was not."""
        told = {name: getattr(self, name) for name in ("state", "first", "last", "sort", "way")}
        return {name: value for name, value in told.items() if value and value not in ("number", "down")}


@dataclass(frozen=True, slots=True)
class OrderPage:
    """One page of orders; ``after`` is where the next begins, empty at the end."""

    connection: Connection
    rows: Sequence[ListedOrder]
    after: str


def orders_of(house: House, name: str, question: Question, *, limit: int = PAGE) -> OrderPage:
    """Read one page of a connection's orders.

    :raises Misconfigured: the question asks for something that there is not.
    """
    with house.database.begin() as tx:
        owner = saved(tx, name)
        rows = listing.orders_of(tx, owner.id, _wanted(question, owner.connection), limit + 1)
    more, rows = len(rows) > limit, rows[:limit]
    return OrderPage(owner.connection, rows, _place(rows[-1], question.sort) if more else "")


def _wanted(question: Question, connection: Connection) -> Wanted:
    if question.sort not in SORTS:
        raise Misconfigured(f"orders are not sorted by {question.sort}: {', '.join(SORTS)}")
    wanted = Wanted(sort=question.sort, rising=question.way == "up")
    if question.state:
        try:
            wanted = replace(wanted, state=OrderState(question.state))
        except ValueError:
            known = ", ".join(sorted(state.value for state in OrderState))
            raise Misconfigured(f"no order is ever {question.state}; there are {known}") from None
    first, last = day_of(question.first), day_of(question.last)
    return replace(
        wanted,
        since=_midnight(first, connection) if first else None,
        until=_midnight(last + timedelta(days=1), connection) if last else None,
        behind=_behind(question) if question.after else None,
    )


def day_of(text: str) -> date | None:
    """Read a day as an address has it; None for none.

    :raises Misconfigured: it is no day.
    """
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError:
        day = date.min
    if day is not None and not sensible(day):
        raise Misconfigured(f"{text[:80]} is no day: write it as 2026-01-31")
    return day


def _midnight(day: date, connection: Connection) -> datetime:
    return datetime.combine(day, time(), connection.zone)


def _place(row: ListedOrder, sort: str) -> str:
    value = row.value(sort)
    return f"{value.isoformat() if isinstance(value, datetime) else value}_{row.id}"


def _behind(question: Question) -> tuple[int | datetime | Decimal, int]:
    value, _, row = question.after.rpartition("_")
    try:
        match question.sort:
            case "number":
                return int(value), int(row)
            case "placed":
                return datetime.fromisoformat(value), int(row)
        return Decimal(value), int(row)
    except (ValueError, InvalidOperation):
        raise Misconfigured(f"{question.after} is no place in this list: begin at its first page") from None
