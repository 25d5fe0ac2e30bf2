"""Rows of transactions and refunds: each id ends in a posting, or left out with its reason."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, Select, Table, func, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from connector.domain.posting import PostingKind
from connector.records.database import Tx
from connector.records.listing import Newest
from connector.records.postings import PostingRow
from connector.records.schema import connections, orders, postings, refunds, transactions

KINDS = {"transaction": transactions, "refund": refunds}
_BOOKED_BY = {PostingKind.PAYMENT: transactions, PostingKind.REFUND: refunds}


@dataclass(frozen=True, slots=True)
class MoneyEventRow:
    """One payment event or refund; ``state`` is its posting's, or ``left_out``."""

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


def _query(table: Table) -> Select[Any]:
    state = func.coalesce(postings.c.state, "left_out").label("state")
    return (
        select(table, connections.c.name.label("connection"), orders.c.number.label("order_number"), state)
        .join(connections, table.c.connection_id == connections.c.id)
        .join(orders, table.c.order_id == orders.c.id)
        .outerjoin(postings, postings.c.posting_key == table.c.posting_key)
    )


def by_id(tx: Tx, kind: str, event_id: int) -> MoneyEventRow | None:
    """Read one transaction or refund."""
    table = KINDS[kind]
    row = tx.execute(_query(table).where(table.c.id == event_id)).one_or_none()
    return _row(kind, row) if row else None


def listed(tx: Tx, kind: str, connection_id: int, wanted: Newest) -> list[MoneyEventRow]:
    """List a connection's transactions or refunds, newest first."""
    table = KINDS[kind]
    query = _query(table).where(table.c.connection_id == connection_id)
    return [
        _row(kind, row)
        for row in tx.execute(wanted.of(query, table.c.id, func.coalesce(postings.c.state, "left_out")))
    ]


def of_order(tx: Tx, kind: str, order_id: int) -> list[MoneyEventRow]:
    """List an order's transactions or refunds, oldest first."""
    table = KINDS[kind]
    rows = tx.execute(_query(table).where(table.c.order_id == order_id).order_by(table.c.number))
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
