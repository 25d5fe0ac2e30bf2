"""An order edited after its sale was booked: the smallest entry that makes the books say what the order says now.

What grew or shrank is booked on the account on which it stands; only what is new asks the profile. With the sale
go the booked refunds, where the edit changes how much of them takes something back of it (``surplus``).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from itertools import chain

from connector.domain.journal import JournalEntry, JournalLine
from connector.domain.money import Money
from connector.domain.posting import PostingKind
from connector.mapping import ledger, sales, sold, surplus
from connector.mapping.case import Case, Held
from connector.mapping.ledger import Part


def is_due(case: Case) -> bool:
    """Whether the books are no longer what the order is; only what adds up is booked."""
    return is_due_of_the_sale(case) or any(surplus.moves(case))


def is_due_of_the_sale(case: Case) -> bool:
    """Whether the booked sale is no longer what the order is."""
    if case.standing_sale() is None:
        return False
    try:
        before, now = sold.sums_booked(case), sold.sums_now(case)
    except Held:
        return False
    return before != now or any(line.amount.currency != case.order.currency for line in sold.lines_booked(case))


def correction(case: Case, *, revision: int, at: datetime) -> JournalEntry:
    """Book the difference.

    :raises Held: accounts are missing, or the order is booked in another currency.
    """
    ledger.in_its_currency(case)
    changes = [*(_of_the_sale(case) if is_due_of_the_sale(case) else ()), *surplus.moves(case)]
    known = _standing(case)
    lines = [ledger.moved(known[part.role, part.text], part) for part in changes if (part.role, part.text) in known]
    lines += ledger.lines([part for part in changes if (part.role, part.text) not in known], case)
    return ledger.entry(lines, case, PostingKind.CORRECTION, case.order.id, revision=revision, at=at)


def _standing(case: Case) -> dict[tuple[str, str], JournalLine]:
    """The booked line of each thing that stands; the newest version's, where it stands on several accounts."""
    lines = sold.standing(chain(sold.lines_booked(case), surplus.lines_booked(case)))
    return {(line.role, line.text): line for line in sorted(lines, key=lambda line: line.version)}


def _of_the_sale(case: Case) -> Iterator[Part]:
    parts = {(part.role, part.text): part for part in sales.sale_parts(case)}
    before, now = sold.sums_booked(case), sold.sums_now(case)
    for role, text in dict.fromkeys([*before, *now]):
        changed = now.get((role, text), Decimal(0)) - before.get((role, text), Decimal(0))
        if changed:
            names = parts[role, text].names if (role, text) in parts else ()
            yield Part(role, Money(changed, case.order.currency), text, names)
