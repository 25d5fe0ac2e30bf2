"""Which orders a period touches, and what the connector keeps of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, Table, exists, or_, select, union
from sqlalchemy.dialects.postgresql import distinct_on

from connector.domain.order import ENDED
from connector.domain.posting import JOURNAL_KINDS, PostingState
from connector.records.database import Tx
from connector.records.schema import journal_lines, orders, postings, refunds, snapshots, transactions

_MAY_LACK_LINES = sorted(
    state.value for state in PostingState if state not in {PostingState.CONFIRMED, PostingState.WITHDRAWN}
)


@dataclass(frozen=True, slots=True)
class KeptOrder:
    """An order with its newest reading, sealed; ``read`` without a reading means that it was forgotten.

    ``ended``: it is cancelled or declined.
    """

    id: int
    number: int
    state: str
    reason: str
    currency: str
    total: Decimal
    placed_at: datetime
    read: bool
    ended: bool
    sealed: bytes | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class EventLeftOut:
    """A transaction or refund that books nothing, and why."""

    order_id: int
    kind: str
    number: int
    what: str
    amount: Decimal
    currency: str
    reason: str
    happened_at: datetime


def touched(tx: Tx, connection_id: int, first: date, last: date, *, begin: datetime, end: datetime) -> set[int]:
    """List the orders placed, paid, refunded, booked or to be booked on some days, ``begin`` to ``end``."""
    of_day = (
        select(postings.c.order_id)
        .join(journal_lines)
        .where(
            postings.c.connection_id == connection_id,
            journal_lines.c.number == 1,
            or_(journal_lines.c.booked_on.between(first, last), journal_lines.c.moved_from.between(first, last)),
        )
    )
    without_lines = select(postings.c.order_id).where(
        postings.c.connection_id == connection_id,
        postings.c.kind.in_(sorted(kind.value for kind in JOURNAL_KINDS)),
        postings.c.state.in_(_MAY_LACK_LINES),
        postings.c.occurred_at >= begin,
        postings.c.occurred_at < end,
        ~exists().where(journal_lines.c.posting_id == postings.c.id, journal_lines.c.number == 1),
    )
    placed = select(orders.c.id).where(
        orders.c.connection_id == connection_id, orders.c.placed_at >= begin, orders.c.placed_at < end
    )
    unread = select(orders.c.id).where(
        orders.c.connection_id == connection_id,
        orders.c.state == "new",
        orders.c.first_seen_at >= begin,
        orders.c.first_seen_at < end,
    )
    moved = [
        select(table.c.order_id).where(
            table.c.connection_id == connection_id, table.c.happened_at >= begin, table.c.happened_at < end
        )
        for table in (transactions, refunds)
    ]
    return set(tx.execute(union(placed, unread, of_day, without_lines, *moved)).scalars())


def numbered(tx: Tx, connection_id: int, numbers: Sequence[int]) -> set[int]:
    """List the orders of some numbers."""
    query = select(orders.c.id).where(orders.c.connection_id == connection_id, orders.c.number.in_(numbers))
    return set(tx.execute(query).scalars())


def booked_by_hand(tx: Tx, connection_id: int, vouchers: Sequence[str]) -> set[int]:
    """List the orders of which a person booked something under these vouchers."""
    query = select(postings.c.order_id).where(
        postings.c.connection_id == connection_id,
        postings.c.state == PostingState.LEFT_OUT.value,
        postings.c.external_id.in_(vouchers),
    )
    return set(tx.execute(query).scalars())


def kept(tx: Tx, order_ids: Sequence[int]) -> list[KeptOrder]:
    """Read what is kept of some orders."""
    newest = (
        select(snapshots.c.order_id, snapshots.c.sealed)
        .where(snapshots.c.order_id.in_(order_ids))
        .ext(distinct_on(snapshots.c.order_id))
        .order_by(snapshots.c.order_id, snapshots.c.id.desc())
        .subquery()
    )
    rows = tx.execute(
        select(orders, newest.c.sealed)
        .outerjoin(newest, newest.c.order_id == orders.c.id)
        .where(orders.c.id.in_(order_ids))
        .order_by(orders.c.number)
    )
    return [_kept(row) for row in rows]


def _kept(row: Row[Any]) -> KeptOrder:
    return KeptOrder(
        id=row.id,
        number=row.number,
        state=row.state,
        reason=row.reason,
        currency=row.currency or "",
        total=row.total or Decimal(0),
        placed_at=row.placed_at or row.first_seen_at,
        read=row.pulled_at is not None,
        ended=row.status_id in ENDED,
        sealed=bytes(row.sealed) if row.sealed is not None else None,
    )


def left_out(tx: Tx, order_ids: Sequence[int]) -> list[EventLeftOut]:
    """List the transactions and refunds of some orders that book nothing."""
    kinds = (("transaction", transactions), ("refund", refunds))
    return [event for kind, table in kinds for event in _left_out(tx, kind, table, order_ids)]


def _left_out(tx: Tx, kind: str, table: Table, order_ids: Sequence[int]) -> list[EventLeftOut]:
    query = select(table).where(table.c.order_id.in_(order_ids), table.c.left_out.is_not(None))
    return [
        EventLeftOut(
            row.order_id, kind, row.number, row.what, row.amount, row.currency, row.left_out, row.happened_at
        )
        for row in tx.execute(query.order_by(table.c.number))
    ]
