"""What stands in the books and may be unposted, and the asking itself; by order, because an order goes as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    FromClause,
    Table,
    and_,
    any_,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    update,
)

from connector.domain.posting import ON_ITS_WAY, STANDS, UNPOSTS
from connector.domain.progress import OrderState
from connector.records.database import Tx
from connector.records.schema import journal_lines, orders, postings


@dataclass(frozen=True, slots=True)
class StandingJournal:
    """One booked journal of an order that nothing has mirrored."""

    order: int
    posting_id: int
    kind: str
    source: int
    state: str
    external_id: str
    amount: Decimal
    currency: str


_BOOKED = [state.value for state in ON_ITS_WAY]


def _stands(journal: Table | FromClause) -> ColumnElement[bool]:
    """Whether a posting is a booked journal that nothing has mirrored."""
    mirror = postings.alias()
    mirrored = exists().where(
        mirror.c.reverses == journal.c.posting_key,
        mirror.c.kind.in_([kind.value for kind in UNPOSTS.values()]),
        mirror.c.state.in_([state.value for state in STANDS]),
    )
    return and_(journal.c.kind.in_([kind.value for kind in UNPOSTS]), journal.c.state.in_(_BOOKED), ~mirrored)


_IN_THE_BOOKS = or_(orders.c.unposted_at.is_(None), orders.c.posted_again_at.is_not(None))
"""Nobody asked for the order to leave the books, or it was let back since."""


def _chosen(order: int | None, day: date | None, version: int | None) -> list[ColumnElement[bool]]:
    by_order = [] if order is None else [orders.c.number == order]
    of_day = and_(journal_lines.c.booked_on == day, journal_lines.c.number == 1)
    by_day = [] if day is None else [_of_which(of_day)]
    by_version = [] if version is None else [_of_which(journal_lines.c.profile_version == version)]
    return [*by_order, *by_day, *by_version]


def _of_which(line: ColumnElement[bool]) -> ColumnElement[bool]:
    journal = postings.alias()
    of_it = (journal.c.order_id == orders.c.id, journal_lines.c.posting_id == journal.c.id)
    return exists().where(*of_it, _stands(journal), line)


def standing(
    tx: Tx, connection_id: int, *, order: int | None = None, day: date | None = None, version: int | None = None
) -> list[StandingJournal]:
    """List what is booked of orders, the newest first.

    Of one order; or of those of which something stands in the books of a day, or was posted under a version of the
    mapping profile.
    """
    mine = (orders.c.connection_id == connection_id, *_chosen(order, day, version))
    rows = tx.execute(
        select(
            orders.c.number,
            postings.c.id,
            postings.c.kind,
            postings.c.source,
            postings.c.state,
            postings.c.external_id,
            postings.c.amount,
            postings.c.currency,
        )
        .join(orders, postings.c.order_id == orders.c.id)
        .where(*mine, _IN_THE_BOOKS, _stands(postings))
        .order_by(orders.c.number.desc(), postings.c.id.desc())
    )
    return [StandingJournal(*row) for row in rows]


def totals(tx: Tx, posting_ids: Sequence[int]) -> list[tuple[str, str, Decimal, Decimal]]:
    """Sum journals: account, currency, debits, credits; by account."""
    account, currency = journal_lines.c.account, journal_lines.c.currency
    asked = any_(literal(list(posting_ids), ARRAY(BigInteger)))
    rows = tx.execute(
        select(account, currency, func.sum(journal_lines.c.debit), func.sum(journal_lines.c.credit))
        .where(journal_lines.c.posting_id == asked)
        .group_by(account, currency)
        .order_by(account, currency)
    )
    return [(row[0], row[1], row[2], row[3]) for row in rows]


def unpost(tx: Tx, order_id: int, *, by: str, now: datetime) -> bool:
    """Ask for an order to leave the books; False when somebody asked already.

    One at work this moment repeats itself; an idle one is due now, on the last reading of the store.
    """
    idle = orders.c.run.is_(None)
    asked = tx.execute(
        update(orders)
        .where(orders.c.id == order_id, _IN_THE_BOOKS)
        .values(
            unposted_by=by,
            unposted_at=now,
            posted_again_at=None,
            state=OrderState.OPEN.value,
            failures=0,
            not_before=case((idle, now), else_=orders.c.not_before),
            wanted=case((idle, orders.c.wanted), else_=orders.c.wanted + 1),
        )
    )
    return asked.rowcount == 1


def post_again(tx: Tx, order_id: int, *, now: datetime) -> bool:
    """Let an order be booked again whose unposting is done; False where there is none."""
    out = (orders.c.unposted_at.is_not(None), orders.c.posted_again_at.is_(None))
    done = orders.c.state == OrderState.LEFT_OUT.value
    let = tx.execute(update(orders).where(orders.c.id == order_id, *out, done).values(posted_again_at=now))
    return let.rowcount == 1
