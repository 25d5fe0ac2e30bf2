"""What refunds give back of money that the order does not claim, before they take anything back from the sale.

The store lowers an order's total by an edit, never by a refund. A merchant who takes a thing off an order and gives
its money back has taken it off the sale already: what payments exceed the total by is owed to the buyer, and refunds
pay that off first. Only the rest is returns. How much that is follows from total, payments and refunds as they are
now, whichever came first; what was booked otherwise before is corrected.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from decimal import Decimal

from connector.domain.journal import JournalEntry, JournalLine
from connector.domain.money import Money
from connector.domain.posting import PostingKind
from connector.domain.refund import Refund
from connector.mapping import ledger, settlements, sold
from connector.mapping.case import Case, Held
from connector.mapping.credits import again, moved, why_not_refunded
from connector.mapping.ledger import Part, in_cents, is_money_out
from connector.mapping.refunded import of_lost_lines, so_much_of
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
    """What payments exceed the claim by; no bound where Infor was to make the sale and the order was called off."""
    if case.called_off and not case.journals_sales:
        return Decimal("Infinity")
    paid = (one.amount.rounded().amount for one in case.snapshot.transactions if not settlements.why_not_posted(one))
    return sum(paid, Decimal(0)) - sold.claimed(case)


def _turns(case: Case) -> Iterator[_Turn]:
    """What cannot be explained otherwise comes first, then what is booked so, what is new, what is booked as returns.

    What a refund is for lines that the order has lost can be nothing else: it never becomes returns again.
    """
    known = _booked(case)
    gone = {refund.id: of_lost_lines(case.order, refund).amount for refund in case.snapshot.refunds}
    for number, sums in known.items():
        off, back = _off(sums), taken_back(sums)
        lost = min(off, gone.get(number, Decimal(0)))
        lost_too = min(back, gone.get(number, Decimal(0)) - lost)
        yield _Turn(0, number, lost, lost)
        yield _Turn(0, number, lost_too)
        yield _Turn(1, number, off - lost)
        yield _Turn(3, number, back - lost_too)
    for refund in case.snapshot.refunds:
        if refund.id not in known and not why_not_refunded(refund):
            whole = moved(refund).rounded().amount
            lost = min(whole, gone[refund.id])
            yield _Turn(0, refund.id, lost)
            yield _Turn(2, refund.id, whole - lost)


def moves(case: Case) -> Iterator[Part]:
    """What of the booked refunds is to be booked otherwise: the difference, debit positive.

    Of a sale that was taken back nothing; the one that is booked anew brings them with it.
    """
    if case.standing_sale() is None and case.standing(PostingKind.REVERSAL):
        return
    wanted, refunds = shares(case), {refund.id: refund for refund in case.snapshot.refunds}
    for number, sums in _booked(case).items():
        more = wanted[number] - _off(sums)
        left = _left(case, refunds.get(number), sums, more) if more else None
        if left is not None:
            yield from _changes(case, sums, left)
            yield Part(ledger.RECEIVABLE, Money(more, case.order.currency), f"refund {number}")


def _left(case: Case, refund: Refund | None, sums: Sums, more: Decimal) -> list[Part] | None:
    """What a booked refund takes back of the sale, once ``more`` of it pays off what is owed.

    Where the order as it is now does not tell, it is of each line its share, and what is less stays as it is booked.
    """
    lines, whole = _for_the_sale(sums), taken_back(sums)
    back = Money(whole - more, case.order.currency)
    if refund and (more < 0 or so_much_of(case, refund, back) is not refund):
        with suppress(Held):
            return [part for part in again(case, refund, back) if part.role != ledger.RECEIVABLE]
    if more < 0:
        return None
    parts = in_cents([Money(amount * back.amount / whole, back.currency) for amount in lines.values()])
    return [Part(role, part, text) for (role, text), part in zip(lines, parts, strict=True)]


def _changes(case: Case, sums: Sums, left: list[Part]) -> Iterator[Part]:
    """What is to be booked so that ``left`` is left of these lines."""
    lines, nothing = _for_the_sale(sums), Money.zero(case.order.currency)
    stays = {(part.role, part.text): part for part in left}
    for role, text in dict.fromkeys([*lines, *stays]):
        part = stays.get((role, text), Part(role, nothing, text))
        changed = part.amount - Money(lines.get((role, text), Decimal(0)), nothing.currency)
        if changed:
            yield replace(part, amount=changed)


def _for_the_sale(sums: Sums) -> Sums:
    return {key: amount for key, amount in sums.items() if key[0] != ledger.RECEIVABLE}


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
    return sum(_for_the_sale(sums).values(), Decimal(0))


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
