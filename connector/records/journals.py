"""Journals with their lines: what our own books say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, and_, select, tuple_

from connector.domain.books import BookedJournal, BookedLine
from connector.domain.posting import JOURNAL_KINDS, PostingKind, PostingState
from connector.records.database import Tx
from connector.records.schema import journal_lines, orders, postings

_KINDS = sorted(kind.value for kind in JOURNAL_KINDS)
_FIRST_LINE = and_(journal_lines.c.posting_id == postings.c.id, journal_lines.c.number == 1)


def _query() -> Select[Any]:
    return (
        select(
            postings,
            journal_lines.c.booked_on,
            journal_lines.c.moved_from,
            orders.c.number.label("order_number"),
            orders.c.currency.label("order_currency"),
        )
        .join(orders, postings.c.order_id == orders.c.id)
        .outerjoin(journal_lines, _FIRST_LINE)
        .where(postings.c.kind.in_(_KINDS))
    )


def confirmed(
    tx: Tx,
    connection_id: int,
    first: date | None,
    last: date | None,
    *,
    after: tuple[date, int] | None,
    limit: int,
) -> list[BookedJournal]:
    """Read the next confirmed journals of some days, by day and posting."""
    query = _query().where(
        postings.c.connection_id == connection_id,
        postings.c.state == PostingState.CONFIRMED.value,
        journal_lines.c.number == 1,
        *([journal_lines.c.booked_on >= first] if first else []),
        *([journal_lines.c.booked_on <= last] if last else []),
        *([tuple_(journal_lines.c.booked_on, postings.c.id) > after] if after else []),
    )
    rows = tx.execute(query.order_by(journal_lines.c.booked_on, postings.c.id).limit(limit)).all()
    return _with_lines(tx, rows, datetime.date)  # each has lines, and so a day


def of_orders(tx: Tx, order_ids: Sequence[int], day: Callable[[datetime], date]) -> list[BookedJournal]:
    """Read every journal of some orders that is or may still be booked, in the order in which they were planned.

    What has no lines counts on the day on which it happened; ``day`` tells it of a moment.
    """
    query = _query().where(postings.c.order_id.in_(order_ids), postings.c.state != PostingState.WITHDRAWN.value)
    return _with_lines(tx, tx.execute(query.order_by(postings.c.id)).all(), day)


def states(tx: Tx, order_ids: Sequence[int]) -> list[tuple[int, PostingState, int]]:
    """Tell where the journals of some orders stand now: posting, state, order number."""
    query = (
        select(postings.c.id, postings.c.state, orders.c.number)
        .join(orders, postings.c.order_id == orders.c.id)
        .where(postings.c.order_id.in_(order_ids), postings.c.kind.in_(_KINDS))
    )
    return [(row.id, PostingState(row.state), row.number) for row in tx.execute(query)]


def _with_lines(tx: Tx, rows: Iterable[Row[Any]], day: Callable[[datetime], date]) -> list[BookedJournal]:
    found = list(rows)
    lines: dict[int, list[BookedLine]] = defaultdict(list)
    query = select(journal_lines).where(journal_lines.c.posting_id.in_([row.id for row in found]))
    for line in tx.execute(query.order_by(journal_lines.c.posting_id, journal_lines.c.number)):
        amount = line.debit - line.credit
        lines[line.posting_id].append(BookedLine(line.account, line.role, line.rule, amount, line.text))
    return [_journal(row, lines[row.id], day) for row in found]


def _journal(row: Row[Any], lines: Iterable[BookedLine], day: Callable[[datetime], date]) -> BookedJournal:
    return BookedJournal(
        id=row.id,
        key=row.posting_key,
        kind=PostingKind(row.kind),
        source=row.source,
        revision=row.revision,
        order=row.order_number,
        reference=row.reference,
        state=PostingState(row.state),
        voucher=row.external_id,
        reason=row.reason,
        day=row.booked_on or day(row.occurred_at),
        currency=row.currency or row.order_currency or "",
        lines=tuple(lines),
        moved_from=row.moved_from,
    )
