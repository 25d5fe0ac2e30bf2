"""Rows of postings: planned by key once, moved by compare-and-set only."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Row, exists, func, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upsert

from connector.domain.posting import ON_ITS_WAY, UNSENT, PostingKind, PostingState, check_move
from connector.records.database import Tx
from connector.records.listing import Newest
from connector.records.schema import connections, journal_lines, orders, postings


@dataclass(frozen=True, slots=True)
class PostingRow:
    """One posting; ``content`` is sealed, ``version`` counts its moves.

    A ``forgotten`` one no longer says whose it is.

    ``reverses`` is the key of the one it takes back, ``reversed_by`` the keys of those that take it back.
    """

    id: int
    connection: str
    order_id: int | None
    order_number: int | None
    kind: PostingKind
    source: int
    revision: int
    posting_key: str
    reverses: str | None
    reversed_by: Sequence[str]
    reference: str
    position: int
    state: PostingState
    version: int
    content: bytes | None = field(repr=False)
    amount: Decimal | None
    currency: str | None
    handle: str
    external_id: str
    fault_code: str
    reason: str
    profile_version: int
    occurred_at: datetime
    sending_at: datetime | None
    quiet_until: datetime | None
    not_before: datetime | None
    changed_at: datetime
    forgotten: bool


@dataclass(frozen=True, slots=True)
class NewPosting:
    """What a plan wants written."""

    kind: PostingKind
    source: int
    revision: int
    posting_key: str
    reference: str
    position: int
    state: PostingState
    content: bytes | None = field(repr=False)
    amount: Decimal | None
    currency: str | None
    fault_code: str
    reason: str
    occurred_at: datetime
    reverses: str | None


_other = postings.alias()
_REVERSED_BY = (
    select(func.array_agg(_other.c.posting_key))
    .where(_other.c.reverses == postings.c.posting_key, _other.c.state != PostingState.WITHDRAWN.value)
    .scalar_subquery()
    .label("reversed_by")
)
_QUERY = (
    select(postings, _REVERSED_BY, connections.c.name.label("connection"), orders.c.number.label("order_number"))
    .join(connections, postings.c.connection_id == connections.c.id)
    .outerjoin(orders, postings.c.order_id == orders.c.id)
)

REPLANNED = (PostingState.PLANNED, PostingState.HELD, PostingState.WITHDRAWN)
"""States whose content a new plan may still replace."""
WITH_PEOPLE = (
    postings.c.kind.in_([PostingKind.CUSTOMER.value, PostingKind.SALES_ORDER.value]),
    ~postings.c.forgotten,
)
"""What tells of a document that it still says whose it is."""
_NOT_OUT = [state.value for state in UNSENT]


def plan(
    tx: Tx, connection_id: int, order_id: int | None, new: NewPosting, *, profile_version: int, now: datetime
) -> None:
    """Write a planned or held posting; one that is on its way or booked keeps its content."""
    values = {
        "state": new.state.value,
        "content": new.content,
        "amount": new.amount,
        "currency": new.currency,
        "fault_code": new.fault_code,
        "reason": new.reason,
        "occurred_at": new.occurred_at,
        "reverses": new.reverses,
        "profile_version": profile_version,
        "changed_at": now,
        "forgotten": False,
    }
    written = (
        upsert(postings)
        .values(
            connection_id=connection_id,
            order_id=order_id,
            kind=new.kind.value,
            source=new.source,
            revision=new.revision,
            posting_key=new.posting_key,
            reference=new.reference,
            position=new.position,
            **values,
        )
        .on_conflict_do_update(
            index_elements=["posting_key"],
            set_={**values, "version": postings.c.version + 1},
            where=postings.c.state.in_([state.value for state in REPLANNED]),
        )
    )
    tx.execute(written)
    tx.execute(update(postings).where(postings.c.posting_key == new.posting_key).values(position=new.position))


def withdraw_others(tx: Tx, order_id: int, wanted: Sequence[str], reason: str, *, now: datetime) -> list[str]:
    """Withdraw what is no longer owed and never went out; returns the keys."""
    return _withdraw(tx, reason, postings.c.order_id == order_id, postings.c.posting_key.not_in(wanted), now=now)


def withdraw_buyer(tx: Tx, connection_id: int, buyer: int, key: str, reason: str, *, now: datetime) -> list[str]:
    """Withdraw a customer that never went out, unless a sales order waits for it; returns its key if it did."""
    waiting = (
        select(_other.c.id)
        .join(orders, _other.c.order_id == orders.c.id)
        .where(
            _other.c.connection_id == connection_id,
            _other.c.kind == PostingKind.SALES_ORDER.value,
            _other.c.state.in_(_NOT_OUT),
            orders.c.customer_id == buyer,
        )
    )
    return _withdraw(tx, reason, postings.c.posting_key == key, ~waiting.exists(), now=now)


def _withdraw(tx: Tx, reason: str, *which: ColumnElement[bool], now: datetime) -> list[str]:
    gone = tx.execute(
        update(postings)
        .where(*which, postings.c.state.in_(_NOT_OUT))
        .values(
            state=PostingState.WITHDRAWN.value,
            version=postings.c.version + 1,
            reason=reason,
            fault_code="",
            changed_at=now,
        )
        .returning(postings.c.posting_key)
    )
    return list(gone.scalars())


def move(tx: Tx, row: PostingRow, target: PostingState, *, now: datetime, **values: object) -> bool:
    """Move a posting along an arrow; False if somebody moved it since ``row`` was read.

    :raises IllegalMove: there is no such arrow: a bug.
    """
    check_move(row.state, target)
    moved = tx.execute(
        update(postings)
        .where(postings.c.id == row.id, postings.c.version == row.version)
        .values(state=target.value, version=row.version + 1, changed_at=now, **values)
        .returning(postings.c.id)
    )
    return moved.one_or_none() is not None


def is_unmoved(tx: Tx, row: PostingRow) -> bool:
    """Tell whether a posting still stands as ``row`` says."""
    mine = (postings.c.id == row.id, postings.c.version == row.version)
    return tx.execute(select(postings.c.id).where(*mine)).one_or_none() is not None


def ask_for_a_person(tx: Tx, row: PostingRow, fault_code: str, reason: str, *, now: datetime) -> bool:
    """Say of a posting what a person has to do about it, wherever it stands; False if somebody moved it."""
    told = tx.execute(
        update(postings)
        .where(postings.c.id == row.id, postings.c.version == row.version)
        .values(fault_code=fault_code, reason=reason, version=row.version + 1, changed_at=now)
        .returning(postings.c.id)
    )
    return told.one_or_none() is not None


def with_people(tx: Tx, before: datetime, *, after: PostingRow | None, limit: int) -> list[PostingRow]:
    """List documents behind another that have not moved since before a moment and still say whose they are."""
    order = (postings.c.changed_at, postings.c.id)
    query = _QUERY.where(*WITH_PEOPLE, postings.c.changed_at < before)
    if after is not None:
        query = query.where(tuple_(*order) > tuple_(after.changed_at, after.id))
    return [_row(row) for row in tx.execute(query.order_by(*order).limit(limit))]


def forget(tx: Tx, row: PostingRow, content: bytes | None) -> None:
    """Put what is left of a document in its place, unless somebody planned it anew meanwhile."""
    tx.execute(
        update(postings)
        .where(postings.c.id == row.id, postings.c.version == row.version)
        .values(content=content, forgotten=True)
    )


def put_off(tx: Tx, row: PostingRow, not_before: datetime, *, reason: str = "") -> None:
    """Ask again about this posting no sooner than ``not_before``; a reason takes the place of the one it has."""
    tx.execute(
        update(postings)
        .where(postings.c.id == row.id, postings.c.version == row.version)
        .values(not_before=not_before, reason=reason or row.reason)
    )


def of_order(tx: Tx, order_id: int) -> list[PostingRow]:
    """List an order's postings in sending order."""
    return [
        _row(row) for row in tx.execute(_QUERY.where(postings.c.order_id == order_id).order_by(postings.c.position))
    ]


def by_key(tx: Tx, posting_key: str) -> PostingRow | None:
    """Read one posting by its key."""
    row = tx.execute(_QUERY.where(postings.c.posting_key == posting_key)).one_or_none()
    return _row(row) if row else None


def by_id(tx: Tx, posting_id: int) -> PostingRow | None:
    """Read one posting by its own id."""
    row = tx.execute(_QUERY.where(postings.c.id == posting_id)).one_or_none()
    return _row(row) if row else None


def listed(tx: Tx, connection_id: int, wanted: Newest) -> list[PostingRow]:
    """List a connection's postings, newest first."""
    query = _QUERY.where(postings.c.connection_id == connection_id)
    return [_row(row) for row in tx.execute(wanted.of(query, postings.c.id, postings.c.state))]


def count(tx: Tx, connection_id: int, states: Collection[PostingState]) -> int:
    """Count a connection's postings in some states."""
    mine = (postings.c.connection_id == connection_id, postings.c.state.in_([state.value for state in states]))
    return int(tx.execute(select(func.count()).where(*mine)).scalar_one())


def any_on_its_way(tx: Tx, connection_id: int) -> bool:
    """Tell whether the ERP has anything of a connection, or may have it."""
    begun = postings.c.state.in_([state.value for state in ON_ITS_WAY])
    return bool(tx.execute(select(exists().where(postings.c.connection_id == connection_id, begun))).scalar_one())


def trial_balance(tx: Tx, connection_id: int) -> list[tuple[str, str, Decimal, Decimal]]:
    """Sum what was sent: account, currency, debits, credits; by account."""
    rows = tx.execute(
        select(
            journal_lines.c.account,
            journal_lines.c.currency,
            func.sum(journal_lines.c.debit),
            func.sum(journal_lines.c.credit),
        )
        .join(postings)
        .where(
            postings.c.connection_id == connection_id,
            postings.c.state.in_([PostingState.SENT.value, PostingState.CONFIRMED.value]),
        )
        .group_by(journal_lines.c.account, journal_lines.c.currency)
        .order_by(journal_lines.c.account, journal_lines.c.currency)
    )
    return [(row[0], row[1], row[2], row[3]) for row in rows]


def _row(row: Row[Any]) -> PostingRow:
    return PostingRow(
        id=row.id,
        connection=row.connection,
        order_id=row.order_id,
        order_number=row.order_number,
        kind=PostingKind(row.kind),
        source=row.source,
        revision=row.revision,
        posting_key=row.posting_key,
        reverses=row.reverses,
        reversed_by=tuple(row.reversed_by or ()),
        reference=row.reference,
        position=row.position,
        state=PostingState(row.state),
        version=row.version,
        content=bytes(row.content) if row.content is not None else None,
        amount=row.amount,
        currency=row.currency,
        handle=row.handle,
        external_id=row.external_id,
        fault_code=row.fault_code,
        reason=row.reason,
        profile_version=row.profile_version,
        occurred_at=row.occurred_at,
        sending_at=row.sending_at,
        quiet_until=row.quiet_until,
        not_before=row.not_before,
        changed_at=row.changed_at,
        forgotten=row.forgotten,
    )
