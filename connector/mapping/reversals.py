"""An order cancelled after its sale was booked: the sale and its returns are taken back, the money stays.

A reversal mirrors the booked sale line by line. Of each refund that was booked it mirrors what the refund was
for, against what is owed: the money that left by the gateway's clearing account has really left. Every line
keeps the text of the fact it takes back, so that the same fact taken back and booked anew nets to nothing,
however often an order is cancelled and reopened.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from connector.domain.journal import JournalEntry, JournalLine
from connector.domain.posting import PostingKind
from connector.mapping import ledger, sales, sold, surplus
from connector.mapping.case import Case, entry_of
from connector.mapping.ledger import Part, entry, is_money_out


def reversal(case: Case, *, revision: int, at: datetime) -> JournalEntry:
    """Take back everything that is booked of the order but its payments and the money refunded.

    :raises Held: the booked lines were not kept.
    """
    return entry(_mirror(case), case, PostingKind.REVERSAL, case.order.id, revision=revision, at=at)


def leaves_nothing(case: Case) -> bool:
    """Whether corrections took everything back already: the order was edited to nothing.

    :raises Held: the booked lines were not kept.
    """
    return not _mirror(case)


def _mirror(case: Case) -> list[JournalLine]:
    lines = sold.standing(_booked_lines(case))
    return [replace(line, side=line.side.other) for line in lines]


def _booked_lines(case: Case) -> Iterator[JournalLine]:
    for kind in (PostingKind.SALE, PostingKind.CORRECTION, PostingKind.REVERSAL):
        for done in case.standing(kind):
            yield from entry_of(done).lines
    for done in case.standing(PostingKind.REFUND):
        for line in entry_of(done).lines:
            yield _against(case, line) if is_money_out(line) else line


def _against(case: Case, line: JournalLine) -> JournalLine:
    """Money that left, on the account of what the buyer owes."""
    (owed,) = ledger.lines([Part(ledger.RECEIVABLE, -line.amount, line.text)], case)
    return owed


def all_given_back(case: Case) -> bool:
    """Whether the booked refunds took back just the whole sale: then the returns say it already.

    :raises Held: the booked lines were not kept.
    """
    owed = sold.sums_booked(case).get((ledger.RECEIVABLE, sales.TEXT), Decimal(0))
    return 0 < owed == surplus.given_back(case)
