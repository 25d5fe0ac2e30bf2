"""Rows for a certificate, in pieces: where every order, transaction and refund of a period stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from connector.domain.certificate import LEFT_OUT, WAITING
from connector.domain.payment import PaymentEvent
from connector.records.database import Tx
from connector.records.money_events import KINDS, mirror_of
from connector.records.schema import orders, postings

AT_ONCE = 2000
"""Rows of one piece: a transaction stays short, and memory flat."""


@dataclass(frozen=True, slots=True)
class OrderEnd:
    """One order; ``idle`` says that nobody is at work on it and nothing new is asked for."""

    number: int
    state: str
    reason: str
    total: Decimal | None
    currency: str | None
    placed_at: datetime | None
    head_fingerprint: str
    external_id: str
    idle: bool


@dataclass(frozen=True, slots=True)
class MoneyEnd:
    """One transaction or refund: its posting's state, or why it has none, and the state of its order.

    ``stands``: it was taken out of the books, and its mirror is not booked yet.
    """

    id: int
    number: int
    order: int
    order_state: str
    amount: Decimal
    currency: str
    posting_key: str | None
    posting_state: str | None
    external_id: str | None
    reason: str
    stands: bool


_IDLE = and_(orders.c.run.is_(None), orders.c.not_before.is_(None), orders.c.wanted == orders.c.covered)
_ORDER = select(
    orders.c.number,
    orders.c.state,
    orders.c.reason,
    orders.c.total,
    orders.c.currency,
    orders.c.placed_at,
    orders.c.head_fingerprint,
    orders.c.external_id,
    _IDLE.label("idle"),
)


def orders_placed(tx: Tx, connection_id: int, since: datetime, until: datetime, *, after: int) -> list[OrderEnd]:
    """List orders placed in a period behind order ``after``, by number; an empty list is the end."""
    in_period = _in_period(orders.c.placed_at, since, until)
    mine = (orders.c.connection_id == connection_id, in_period, orders.c.number > after)
    return _orders(tx, _ORDER.where(*mine).order_by(orders.c.number).limit(AT_ONCE))


def orders_numbered(tx: Tx, connection_id: int, numbers: Sequence[int]) -> list[OrderEnd]:
    """List the orders of these numbers that the trail has."""
    return _orders(tx, _ORDER.where(orders.c.connection_id == connection_id, orders.c.number.in_(numbers)))


def events_happened(
    tx: Tx, kind: str, connection_id: int, since: datetime, until: datetime, *, after: int
) -> list[MoneyEnd]:
    """List transactions or refunds of a period behind row ``after``; an empty list is the end."""
    table = KINDS[kind]
    query = (
        select(
            table.c.id,
            table.c.number,
            table.c.amount,
            table.c.currency,
            table.c.posting_key,
            table.c.left_out,
            orders.c.number.label("order_number"),
            orders.c.state.label("order_state"),
            postings.c.state.label("posting_state"),
            postings.c.external_id,
            postings.c.reason.label("posting_reason"),
            mirror_of(kind).is_not(None).label("stands"),
        )
        .join(orders, table.c.order_id == orders.c.id)
        .outerjoin(postings, postings.c.posting_key == table.c.posting_key)
        .where(table.c.connection_id == connection_id, _in_period(table.c.happened_at, since, until))
        .where(table.c.id > after)
        .order_by(table.c.id)
        .limit(AT_ONCE)
    )
    return [_event(row) for row in tx.execute(query)]


def transactions_of(tx: Tx, connection_id: int, numbers: Sequence[int]) -> dict[int, set[int]]:
    """Give the transaction ids of each of these orders, as the trail has them."""
    table = KINDS["transaction"]
    found: dict[int, set[int]] = {number: set() for number in numbers}
    rows = tx.execute(
        select(orders.c.number, table.c.number)
        .join(orders, table.c.order_id == orders.c.id)
        .where(orders.c.connection_id == connection_id, orders.c.number.in_(numbers))
    )
    for order, transaction in rows:
        found[order].add(transaction)
    return found


def unsettled(tx: Tx, connection_id: int, before: datetime) -> set[int]:
    """Number the orders placed before a moment whose money is not at rest, as the trail has it.

    They wait, are booked and not paid in full, or were authorised without a capture or void.
    """
    table = KINDS["transaction"]
    booked, what = table.c.posting_key.is_not(None), table.c.what
    query = (
        select(orders.c.number)
        .outerjoin(table, table.c.order_id == orders.c.id)
        .where(orders.c.connection_id == connection_id, orders.c.placed_at < before)
        .group_by(orders.c.id)
        .having(
            or_(
                orders.c.state == WAITING,
                and_(
                    orders.c.state != LEFT_OUT,
                    orders.c.total > func.coalesce(func.sum(table.c.amount).filter(booked), 0),
                ),
                and_(
                    func.bool_or(what.like(f"{PaymentEvent.AUTHORIZATION.value} %")),
                    ~func.bool_or(or_(booked, what.like(f"{PaymentEvent.VOID.value} %"))),
                ),
            )
        )
    )
    return set(tx.execute(query).scalars())


def _in_period(column: ColumnElement[Any], since: datetime, until: datetime) -> ColumnElement[bool]:
    return and_(column >= since, column < until)


def _orders(tx: Tx, query: Select[Any]) -> list[OrderEnd]:
    return [OrderEnd(*row) for row in tx.execute(query)]


def _event(row: Any) -> MoneyEnd:
    return MoneyEnd(
        id=row.id,
        number=row.number,
        order=row.order_number,
        order_state=row.order_state,
        amount=row.amount,
        currency=row.currency,
        posting_key=row.posting_key,
        posting_state=row.posting_state,
        external_id=row.external_id,
        reason=row.left_out or row.posting_reason or "",
        stands=row.stands,
    )
