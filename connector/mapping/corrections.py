"""An order edited after its sale was booked: the smallest entry that makes the books say what the order says now.

Sums are compared by what they are for, not by account: a mended profile is no edit of the order. What grew or
shrank is booked on the account that has it already; only what is new asks the profile.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from connector.domain.journal import JournalEntry, JournalLine, Side
from connector.domain.money import Money
from connector.domain.posting import PostingKind
from connector.mapping import ledger, sales
from connector.mapping.case import Case, Held, entry_of
from connector.mapping.ledger import Part

Sums = dict[tuple[str, str], Decimal]
"""By role and text, debit positive; what is nothing is left out."""

_OF_THE_SALE = (PostingKind.SALE, PostingKind.REVERSAL, PostingKind.CORRECTION)


def is_due(case: Case) -> bool:
    """Whether the booked sale, a journal of ours, is no longer what the order is; only what adds up is booked."""
    if case.standing_sale() is None or not case.journals_sales:
        return False
    try:
        return sums_booked(case) != sums_now(case)
    except Held:
        return False


def correction(case: Case, *, revision: int, at: datetime) -> JournalEntry:
    """Book the difference.

    :raises Held: accounts are missing.
    """
    before, now = sums_booked(case), {(part.role, part.text): part for part in sales.sale_parts(case)}
    known = {(line.role, line.text): line for line in _lines_booked(case)}
    sums = sums_now(case)
    lines: list[JournalLine] = []
    new: list[Part] = []
    for key in dict.fromkeys([*before, *sums]):
        changed = Money(sums.get(key, Decimal(0)) - before.get(key, Decimal(0)), case.order.currency)
        if changed and key in known:
            lines.append(_moved(known[key], changed))
        elif changed:
            new.append(replace(now[key], amount=changed))
    lines += ledger.lines(new, case)
    return ledger.entry(lines, case, PostingKind.CORRECTION, case.order.id, revision=revision, at=at)


def sums_booked(case: Case) -> Sums:
    """What is booked of the sale, with all that corrected it or took it back.

    :raises Held: the booked lines were not kept.
    """
    return _net(((line.role, line.text), line.signed) for line in _lines_booked(case))


def sums_now(case: Case) -> Sums:
    """What the sale would be booked as now.

    :raises Held: the order's own figures do not add up.
    """
    return _net(((part.role, part.text), part.amount.amount) for part in sales.sale_parts(case))


def _lines_booked(case: Case) -> Iterator[JournalLine]:
    for kind in _OF_THE_SALE:
        for done in case.standing(kind):
            yield from (line for line in entry_of(done).lines if line.text.split(" ")[0] == sales.TEXT)


def _net(amounts: Iterator[tuple[tuple[str, str], Decimal]]) -> Sums:
    sums: Sums = {}
    for key, amount in amounts:
        sums[key] = sums.get(key, Decimal(0)) + amount
    return {key: amount for key, amount in sums.items() if amount}


def _moved(line: JournalLine, changed: Money) -> JournalLine:
    return replace(line, side=Side.DEBIT if changed.amount > 0 else Side.CREDIT, amount=abs(changed))
