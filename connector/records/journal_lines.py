"""Rows of journal lines: what each posting debits and credits, laid open for sums, reports and selections."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal

from sqlalchemy import delete, func, insert, select, update

from connector.domain.journal import JournalEntry, Side
from connector.domain.posting import PostingState
from connector.records.database import Tx
from connector.records.postings import REPLANNED
from connector.records.schema import journal_lines, postings


@dataclass(frozen=True, slots=True)
class LineRow:
    """One line of a journal, with the rule of the mapping profile's version that chose its account."""

    posting_id: int
    account: str
    debit: Decimal
    credit: Decimal
    currency: str
    role: str
    rule: str
    profile_version: int
    booked_on: date
    moved_from: date | None


def write(tx: Tx, posting_key: str, entry: JournalEntry | None) -> None:
    """Lay a journal's lines open for sums and reports; they follow the posting's content, and go with it."""
    row = tx.execute(select(postings.c.id, postings.c.state).where(postings.c.posting_key == posting_key)).one()
    if PostingState(row.state) in REPLANNED:
        replace(tx, row.id, entry)


def replace(tx: Tx, posting_id: int, entry: JournalEntry | None) -> None:
    """Lay a journal's lines open in the place of those it has; one that is held without an entry has none."""
    tx.execute(delete(journal_lines).where(journal_lines.c.posting_id == posting_id))
    if entry:
        lines = [_line(posting_id, number, entry) for number in range(1, len(entry.lines) + 1)]
        tx.execute(insert(journal_lines), lines)


def move(tx: Tx, posting_id: int, day: date) -> None:
    """Put a journal on the day on which a person booked it; its own day is kept beside it."""
    happened = func.coalesce(journal_lines.c.moved_from, journal_lines.c.booked_on)
    days = {"booked_on": day, "moved_from": func.nullif(happened, day)}
    tx.execute(update(journal_lines).where(journal_lines.c.posting_id == posting_id).values(days))


def _line(posting_id: int, number: int, entry: JournalEntry) -> dict[str, object]:
    line = entry.lines[number - 1]
    return {
        "posting_id": posting_id,
        "number": number,
        "account": line.account,
        "debit": line.amount.amount if line.side is Side.DEBIT else Decimal(0),
        "credit": line.amount.amount if line.side is Side.CREDIT else Decimal(0),
        "currency": entry.currency,
        "role": line.role,
        "rule": line.rule,
        "profile_version": line.version,
        "booked_on": entry.date,
        "moved_from": entry.moved_from,
        "dimensions": dict(line.dimensions),
        "text": line.text,
    }


def of(tx: Tx, posting_ids: Sequence[int]) -> list[LineRow]:
    """List the lines of journals, each journal's in its own order."""
    columns = [journal_lines.c[one.name] for one in fields(LineRow)]
    mine = journal_lines.c.posting_id.in_(posting_ids)
    rows = tx.execute(select(*columns).where(mine).order_by(journal_lines.c.posting_id, journal_lines.c.number))
    return [LineRow(*row) for row in rows]
