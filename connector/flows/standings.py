"""What the trail holds of a period: where each of its orders, transactions and refunds stands."""

from __future__ import annotations

import hashlib
import json
from itertools import islice

from connector.domain.certificate import ENDS, FOR_A_PERSON, LEFT_OUT, OPEN, POSTED, End, Ends, Period
from connector.domain.posting import PostingState
from connector.flows.house import House
from connector.records import ends
from connector.records.connections import SavedConnection
from connector.records.ends import MoneyEnd, OrderEnd

_KINDS = {"transactions": "transaction", "refunds": "refund"}


class Books:
    """Every row of the trail that a certificate rests on, and a digest of them all."""

    def __init__(self) -> None:
        self.ends = Ends()
        self.orders: set[int] = set()
        self.refunds: set[int] = set()
        self._digest = hashlib.sha256()

    @property
    def digest(self) -> str:
        """The digest of the rows taken in so far."""
        return f"sha256:{self._digest.hexdigest()}"

    def add(self, end: End, external_id: str) -> None:
        """Take one row in."""
        self.ends.add(end)
        told = [end.about, end.number, end.order, end.state, end.reason, str(end.amount), end.currency, external_id]
        self._digest.update(json.dumps(told).encode() + b"\n")


def read(house: House, owner: SavedConnection, period: Period) -> Books:
    """Read where everything of a period stands, in pieces."""
    books = Books()
    _orders(house, owner, period, books)
    for about in _KINDS:
        _money(house, owner, period, about, books)
    return books


def read_orders(house: House, owner: SavedConnection, numbers: set[int], books: Books) -> set[int]:
    """Take in orders that were never read, by their number; returns those that the trail does not know at all."""
    left, unknown = iter(sorted(numbers)), set(numbers)
    while batch := list(islice(left, ends.AT_ONCE)):
        with house.database.begin() as tx:
            rows = ends.orders_numbered(tx, owner.id, batch)
        for row in rows:
            unknown.discard(row.number)
            books.add(_order_end(row), row.external_id)
    return unknown


def _orders(house: House, owner: SavedConnection, period: Period, books: Books) -> None:
    last = 0
    while True:
        with house.database.begin() as tx:
            rows = ends.orders_placed(tx, owner.id, period.since, period.until, after=last)
        if not rows:
            return
        for row in rows:
            books.orders.add(row.number)
            books.add(_order_end(row), row.external_id)
        last = rows[-1].number


def _order_end(row: OrderEnd) -> End:
    ended = row.idle and row.state in ENDS | FOR_A_PERSON
    state, reason = (row.state, row.reason) if ended else (OPEN, row.reason or row.state)
    return End("orders", row.number, row.number, state, reason, row.total, row.currency)


def _money(house: House, owner: SavedConnection, period: Period, about: str, books: Books) -> None:
    last = 0
    while True:
        with house.database.begin() as tx:
            rows = ends.events_happened(tx, _KINDS[about], owner.id, period.since, period.until, after=last)
        if not rows:
            return
        for row in rows:
            if about == "refunds":
                books.refunds.add(row.number)
            state, reason = _money_end(row)
            end = End(about, row.number, row.order, state, reason, row.amount, row.currency)
            books.add(end, row.external_id or "")
        last = rows[-1].id


def _money_end(row: MoneyEnd) -> tuple[str, str]:
    """Say where a payment or refund stands; behind a posting that waits for a person, it waits too."""
    if row.posting_key is None and row.stands:
        standing = row.order_state if row.order_state in FOR_A_PERSON else OPEN
        return standing, f"{row.reason}; it stands in Infor until its mirror is booked"
    if row.posting_key is None:
        return (LEFT_OUT if row.reason else OPEN), row.reason or "neither booked nor left out"
    if row.posting_state == PostingState.CONFIRMED.value:
        return POSTED, ""
    if row.posting_state == PostingState.WITHDRAWN.value:
        return LEFT_OUT, row.reason
    if row.order_state in FOR_A_PERSON:
        return row.order_state, row.reason or f"its order is {row.order_state}"
    standing = str(row.posting_state)
    return (standing if standing in FOR_A_PERSON else OPEN), row.reason or standing
