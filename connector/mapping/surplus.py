"""What refunds give back of money that the order does not claim, before they take anything back from the sale.

The store lowers an order's total by an edit, never by a refund. A merchant who takes a thing off an order and gives
its money back has taken it off the sale already: what payments exceed the total by is owed to the buyer, and refunds
pay that off first. Only the rest is returns. How much that is follows from total, payments and refunds as they are
now, whichever came first; what was booked otherwise before is corrected.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from connector.domain.journal import JournalEntry, JournalLine
from connector.domain.money import Money
from connector.domain.posting import PostingKind
from connector.domain.refund import Refund
from connector.mapping import ledger, settlements, sold
from connector.mapping.case import Case, Held
from connector.mapping.credits import again, moved, why_not_refunded
from connector.mapping.ledger import Part, in_cents, is_money_out
from connector.mapping.shares import lost
from connector.mapping.sold import Sums


@dataclass(frozen=True, slots=True)
class _Turn:
    """A refund's turn at the surplus: it takes ``most`` of it, and keeps ``least`` whatever is left."""

    turn: int
    refund: int
    most: Decimal
    least: Decimal = Decimal(0)


def shares(case: Case) -> dict[int, Decimal]:
    """How much of each refund pays off what the buyer is owed, by refund id."""
    free, found = _surplus(case), dict[int, Decimal]()
    for turn in sorted(_turns(case), key=lambda turn: (turn.turn, turn.refund)):
        taken = max(turn.least, min(turn.most, free))
        found[turn.refund] = found.get(turn.refund, Decimal(0)) + taken
        free -= taken
    return found


def _surplus(case: Case) -> Decimal:
    paid = (one.amount.rounded().amount for one in case.snapshot.transactions if not settlements.why_not_posted(one))
    return sum(paid, Decimal(0)) - sold.claimed(case)


def _turns(case: Case) -> Iterator[_Turn]:
    """What cannot be explained otherwise comes first, then what is booked so, what is new, what is booked as returns.

    A refund for a line that the order has lost can be nothing else: it never becomes returns again.
    """
    known = _booked(case)
    gone = {refund.id for refund in case.snapshot.refunds if lost(case.order, refund)}
    for number, sums in known.items():
        off, back = _off(sums), taken_back(sums)
        yield _Turn(0, number, off, off) if number in gone else _Turn(1, number, off)
        yield _Turn(0 if number in gone else 3, number, back)
    for refund in case.snapshot.refunds:
        if refund.id not in known and not why_not_refunded(refund):
            yield _Turn(0 if refund.id in gone else 2, refund.id, moved(refund).rounded().amount)


def moves(case: Case) -> Iterator[Part]:
    """What of the booked refunds is to be booked otherwise: the difference, debit positive.

    Of a sale that was taken back nothing; the one that is booked anew brings them with it.
    """
    if case.standing_sale() is None and case.standing(PostingKind.REVERSAL):
        return
    wanted, refunds = shares(case), {refund.id: refund for refund in case.snapshot.refunds}
    for number, sums in _booked(case).items():
        more = wanted[number] - _off(sums)
        if more > 0:
            yield from _paid_off(case, number, sums, more)
        elif more < 0 and number in refunds:
            yield from _taken_back_again(case, refunds[number], -more)


def _paid_off(case: Case, number: int, sums: Sums, more: Decimal) -> Iterator[Part]:
    """So much of what a refund took back of the sale was none of it any more."""
    lines = {key: amount for key, amount in sums.items() if key[0] != ledger.RECEIVABLE}
    whole, currency = taken_back(sums), case.order.currency
    parts = in_cents([Money(amount * more / whole, currency) for amount in lines.values()])
    yield from (Part(role, -part, text) for (role, text), part in zip(lines, parts, strict=True) if part)
    yield Part(ledger.RECEIVABLE, Money(more, currency), f"refund {number}")


def _taken_back_again(case: Case, refund: Refund, amount: Decimal) -> list[Part]:
    try:
        return again(case, refund, Money(amount, case.order.currency))
    except Held:
        return []  # the order as it is now does not tell what for: it stays what it is booked as


def returns_again(case: Case) -> list[Part]:
    """The refunds that are booked already, for a sale that is booked anew after its reversal.

    :raises Held: one of them is unexplained.
    """
    wanted, known = shares(case), _booked(case)
    return [
        part
        for refund in case.snapshot.refunds
        if refund.id in known and (back := _off(known[refund.id]) - wanted[refund.id])
        for part in again(case, refund, Money(back, case.order.currency))
    ]


def given_back(case: Case) -> Decimal:
    """What the booked refunds took back of the sale."""
    return sum((taken_back(sums) for sums in _booked(case).values()), Decimal(0))


def taken_back(sums: Sums) -> Decimal:
    """What a refund took back of the sale: all but what paid off the receivable."""
    return sum((amount for (role, _), amount in sums.items() if role != ledger.RECEIVABLE), Decimal(0))


def _off(sums: Sums) -> Decimal:
    return sum((amount for (role, _), amount in sums.items() if role == ledger.RECEIVABLE), Decimal(0))


def _booked(case: Case) -> dict[int, Sums]:
    """What each booked refund was for, with all that took it back or booked it otherwise."""
    lines = list(lines_booked(case))
    return {
        done.source: sold.sums_of(line for line in lines if line.text.split(" ")[1] == str(done.source))
        for done in case.standing(PostingKind.REFUND)
    }


def lines_booked(case: Case) -> Iterator[JournalLine]:
    """Every booked line that says what a refund was for; those of its money are none."""
    for kind in (PostingKind.REFUND, *sold.OF_THE_SALE):
        for done in case.standing(kind):
            if isinstance(done.content, JournalEntry):
                for line in done.content.lines:
                    if line.text.startswith("refund ") and not (kind is PostingKind.REFUND and is_money_out(line)):
                        yield line
