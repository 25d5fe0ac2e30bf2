"""What is booked of an order's sale, with all that corrected it or took it back, and what it would be booked as now.

Sums are compared by what they are for, not by account: a mended profile is no edit of the order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal

from connector.domain.journal import JournalLine
from connector.domain.posting import PostingKind
from connector.mapping import ledger, sales
from connector.mapping.case import Case, Held, entry_of

Sums = dict[tuple[str, str], Decimal]
"""By role and text, debit positive; what is nothing is left out."""

OF_THE_SALE = (PostingKind.SALE, PostingKind.REVERSAL, PostingKind.CORRECTION)


def sums_booked(case: Case) -> Sums:
    """What is booked of the sale, with all that corrected it or took it back.

    :raises Held: the booked lines were not kept.
    """
    return sums_of(lines_booked(case))


def sums_of(lines: Iterable[JournalLine]) -> Sums:
    """Add lines up."""
    return net(((line.role, line.text), line.signed) for line in lines)


def sums_now(case: Case) -> Sums:
    """What the sale would be booked as now.

    :raises Held: the order's own figures do not add up.
    """
    return net(((part.role, part.text), part.amount.amount) for part in sales.sale_parts(case))


def claimed(case: Case) -> Decimal:
    """What the order claims of its buyer, once what is due of its sale is booked."""
    readings: tuple[Callable[[Case], Sums], ...] = ()
    if case.standing_sale() is not None:
        readings = (sums_booked,) if case.called_off else (sums_now, sums_booked)
    for read in readings:
        with suppress(Held):
            return read(case).get((ledger.RECEIVABLE, sales.TEXT), Decimal(0))
    return case.order.totals.total.inc_tax.rounded().amount


def lines_booked(case: Case) -> Iterator[JournalLine]:
    """Every booked line of the sale.

    :raises Held: they were not kept.
    """
    for kind in OF_THE_SALE:
        for done in case.standing(kind):
            yield from (line for line in entry_of(done).lines if line.text.split(" ")[0] == sales.TEXT)


def standing(lines: Iterable[JournalLine]) -> list[JournalLine]:
    """What stands of booked lines: account by account one line, as the newest version that added to it chose it."""
    groups: dict[tuple[object, ...], list[JournalLine]] = {}
    for line in lines:
        key = (line.account, line.role, line.rule, line.text, *sorted(line.dimensions.items()))
        groups.setdefault(key, []).append(line)
    return [line for group in groups.values() for line in _left_of(group)]


def _left_of(group: Sequence[JournalLine]) -> Iterator[JournalLine]:
    balance = sum((line.signed for line in group), Decimal(0))
    if balance:
        newest = max((line for line in group if line.signed * balance > 0), key=lambda line: line.version)
        yield replace(newest, amount=replace(newest.amount, amount=abs(balance)))


def net(amounts: Iterator[tuple[tuple[str, str], Decimal]]) -> Sums:
    """Add amounts up."""
    sums: Sums = {}
    for key, amount in amounts:
        sums[key] = sums.get(key, Decimal(0)) + amount
    return {key: amount for key, amount in sums.items() if amount}
