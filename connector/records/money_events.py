"""Rows of transactions and refunds: each id ends in a posting, or left out with its reason."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Row, ScalarSelect, Select, func, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upsert

from connector.domain.posting import UNPOSTS, PostingKind, PostingState
from connector.records.database import Tx
from connector.records.listing import Newest
from connector.records.postings import PostingRow
from connector.records.schema import connections, orders, postings, refunds, transactions

KINDS = {"transaction": transactions, "refund": refunds}
_BOOKED_BY = {PostingKind.PAYMENT: transactions, PostingKind.REFUND: refunds}
_MADE = {"transaction": PostingKind.PAYMENT, "refund": PostingKind.REFUND}
_OVER = (PostingState.CONFIRMED, PostingState.LEFT_OUT, PostingState.WITHDRAWN)
"""States of a mirror that is booked, by us or by a person, or not wanted any more."""

_MANY = {PostingState.CONFIRMED.value, PostingState.LEFT_OUT.value}
"""Where most events end: the newest of them are soon found among all."""


@dataclass(frozen=True, slots=True)
class MoneyEventRow:
    """One payment event or refund.

    ``state`` is its posting's; of what leaves the books its mirror's until that is booked; else ``left_out``.
    """

    id: int
    kind: str
    connection: str
    order_number: int
    number: int
    what: str
    amount: Decimal
    currency: str
    posting_key: str | None
    left_out: str | None
    state: str
    happened_at: datetime


@dataclass(frozen=True, slots=True)
class NewMoneyEvent:
    """What a plan says of one id: the posting that books it, or why it is left out."""

    kind: str
    number: int
    what: str
    amount: Decimal
    currency: str
    happened_at: datetime
    posting_key: str | None = None
    left_out: str | None = None


def save(tx: Tx, connection_id: int, order_id: int, event: NewMoneyEvent) -> None:
    """Write what became of an id, as the newest plan sees it."""
    values = asdict(event)
    table = KINDS[values.pop("kind")]
    tx.execute(
        upsert(table)
        .values(connection_id=connection_id, order_id=order_id, **values)
        .on_conflict_do_update(index_elements=["connection_id", "order_id", "number"], set_=values)
    )


def end(tx: Tx, posting: PostingRow, left_out: str | None) -> None:
    """Write of the id that a posting books, if it books one, that it is left out; None: the posting is its end."""
    table = _BOOKED_BY.get(posting.kind)
    if table is not None:
        key = posting.posting_key if left_out is None else None
        mine = (table.c.order_id == posting.order_id, table.c.number == posting.source)
        tx.execute(update(table).where(*mine).values(posting_key=key, left_out=left_out))


def known_refunds(tx: Tx, connection_id: int, numbers: list[int]) -> set[int]:
    """Tell which refund ids the trail has."""
    rows = tx.execute(
        select(refunds.c.number).where(refunds.c.connection_id == connection_id, refunds.c.number.in_(numbers))
    )
    return set(rows.scalars())


def mirror_of(kind: str) -> ScalarSelect[str]:
    """The state of the mirror that an event that left the books still waits for, if there is one."""
    table, mirror = KINDS[kind], postings.alias("mirror")
    return (
        select(mirror.c.state)
        .where(
            mirror.c.order_id == table.c.order_id,
            mirror.c.kind == UNPOSTS[_MADE[kind]].value,
            mirror.c.source == table.c.number,
            mirror.c.state.not_in([state.value for state in _OVER]),
        )
        .limit(1)
        .scalar_subquery()
    )


def _state(kind: str) -> ColumnElement[str]:
    return func.coalesce(postings.c.state, mirror_of(kind), PostingState.LEFT_OUT.value)


def _query(kind: str) -> Select[Any]:
    table = KINDS[kind]
    return (
        select(
            table,
            connections.c.name.label("connection"),
            orders.c.number.label("order_number"),
            _state(kind).label("state"),
        )
        .join(connections, table.c.connection_id == connections.c.id)
        .join(orders, table.c.order_id == orders.c.id)
        .outerjoin(postings, postings.c.posting_key == table.c.posting_key)
    )


def by_id(tx: Tx, kind: str, event_id: int) -> MoneyEventRow | None:
    """Read one transaction or refund."""
    row = tx.execute(_query(kind).where(KINDS[kind].c.id == event_id)).one_or_none()
    return _row(kind, row) if row else None


def listed(tx: Tx, kind: str, connection_id: int, wanted: Newest) -> list[MoneyEventRow]:
    """List a connection's transactions or refunds, newest first."""
    table = KINDS[kind]
    query = _query(kind).where(table.c.connection_id == connection_id)
    if wanted.state and wanted.state not in _MANY:
        kinds = (_MADE[kind].value, UNPOSTS[_MADE[kind]].value)
        some = postings.alias("some")
        mine = (some.c.connection_id == connection_id, some.c.state == wanted.state, some.c.kind.in_(kinds))
        of_state = select(some.c.order_id, some.c.source).where(*mine)
        query = query.where(tuple_(table.c.order_id, table.c.number).in_(of_state))
    return [_row(kind, row) for row in tx.execute(wanted.of(query, table.c.id, _state(kind)))]


def of_order(tx: Tx, kind: str, order_id: int) -> list[MoneyEventRow]:
    """List an order's transactions or refunds, oldest first."""
    table = KINDS[kind]
    rows = tx.execute(_query(kind).where(table.c.order_id == order_id).order_by(table.c.number))
    return [_row(kind, row) for row in rows]


def _row(kind: str, row: Row[Any]) -> MoneyEventRow:
    return MoneyEventRow(
        id=row.id,
        kind=kind,
        connection=row.connection,
        order_number=row.order_number,
        number=row.number,
        what=row.what,
        amount=row.amount,
        currency=row.currency,
        posting_key=row.posting_key,
        left_out=row.left_out,
        state=row.state,
        happened_at=row.happened_at,
    )
