"""What shoppers were charged and given back, as the store tells it, fact by fact; and what a journal counts for.

The amounts are the store's own: order total, tax rows, transactions, refund payments. Of our journals only their days
and their order are used, to know when a fact was taken back or booked anew; and of a correction its amounts, because
the store tells what an order is, not what it was: sale and corrections together are the store's. What was moved out
of a closed period counts on the day on which it is booked, and is told of apart. No account of the profile plays a
part.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from itertools import takewhile

from connector.domain.books import BookedJournal
from connector.domain.connection import Booking
from connector.domain.money import Money, total
from connector.domain.order import Snapshot
from connector.domain.posting import ON_ITS_WAY, TAKEN_BACK, PostingKind, PostingState
from connector.domain.reconciliation import Counted, Fact, Figure
from connector.domain.refund import Refund
from connector.mapping import ledger, taxes
from connector.mapping.case import shipped
from connector.mapping.credits import moved, why_not_refunded
from connector.mapping.settlements import why_not_posted

SALES, TAX = "sales", "tax"
_OF_THE_SALE = frozenset({PostingKind.SALE, PostingKind.REVERSAL, PostingKind.CORRECTION})
_MONEY = (ledger.CLEARING, ledger.GIFT_CERTIFICATES, ledger.STORE_CREDIT)


@dataclass(frozen=True)
class Charged:
    """One order as the store has it. ``left_out`` are transactions and refunds not booked on purpose.

    ``journals`` are all of the order's that are or may be booked, in the order in which they were planned.
    """

    snapshot: Snapshot
    journals: Sequence[BookedJournal]
    booking: Booking
    day: Callable[[datetime], date]
    left_out: Collection[tuple[str, int]] = ()

    def figures(self) -> Iterator[Figure]:
        """Every figure of the order; what is zero is left out."""
        every = (*self._sales(), *self._payments(), *self._refunds())
        return (figure for figure in (*every, *self._mirrors(every)) if figure.amount)

    def _mirrors(self, figures: Sequence[Figure]) -> Iterator[Figure]:
        """What was unposted, on the day of that journal."""
        for journal in self.journals:
            if journal.kind in TAKEN_BACK:
                taken = Fact(journal.order, TAKEN_BACK[journal.kind], journal.source, journal.revision)
                fact = replace(taken, kind=journal.kind)
                for figure in figures:
                    if figure.fact == taken:
                        yield replace(figure, fact=fact, day=journal.day, amount=-figure.amount)

    def _figure(self, fact: Fact, what: str, day: date, amount: Money) -> Figure:
        return Figure(fact, what, day, self.snapshot.order.currency, amount.rounded().amount)

    def _sales(self) -> Iterator[Figure]:
        """The sale on the day of the order; what was taken back or booked anew, on the day of that journal."""
        order = self.snapshot.order
        refunds = {refund.id: refund for refund in self.snapshot.refunds}
        standing: set[int] = set()
        known: set[int] = set()
        sold = False
        for journal in self.journals:
            if journal.kind is PostingKind.REFUND and journal.state in ON_ITS_WAY:
                known.add(journal.source)
                standing |= set() if _called_off(journal) else {journal.source}
            elif journal.kind is PostingKind.UNPOST_REFUND:
                known.discard(journal.source)
                standing.discard(journal.source)
            elif journal.kind is PostingKind.CORRECTION:
                yield from self._correction(journal)
            elif journal.kind in (PostingKind.SALE, PostingKind.REVERSAL):
                again = journal.kind is PostingKind.SALE
                standing = set(known) if again else standing
                yield from self._sale(journal, [refunds[one] for one in sorted(standing & refunds.keys())])
                standing = standing if again else set()
                sold = True
        if not sold and (self.booking is not Booking.OPERATIONAL or not shipped(order)):
            yield from self._sale(None, ())

    def _sale(self, journal: BookedJournal | None, returned: Iterable[Refund]) -> Iterator[Figure]:
        """A sale, or the same taken back, less the refunds that go with it."""
        order = self.snapshot.order
        whole, tax = order.totals.total.inc_tax.rounded(), self._tax()
        for correction in self._corrections(journal):
            whole, tax = whole - _owed_by(correction), tax - _taxed_by(correction)
        for refund in returned:
            whole, tax = whole - moved(refund).rounded(), tax - tax_of(refund).rounded()
        fact = Fact(order.id, PostingKind.SALE, order.id)
        day = self.day(order.created_at)
        if journal is not None and (journal.kind, journal.revision) != (PostingKind.SALE, 1):
            fact, day = Fact(order.id, journal.kind, order.id, journal.revision), journal.day
        elif journal is not None:
            day = _booked_for(journal, day)
        sign = -1 if fact.kind is PostingKind.REVERSAL else 1
        yield self._figure(fact, SALES, day, whole * sign)
        yield self._figure(fact, TAX, day, tax * sign)

    def _corrections(self, sale: BookedJournal | None) -> list[BookedJournal]:
        """The corrections of a sale: those that follow it, up to the next one."""
        if sale is None or sale.kind is not PostingKind.SALE:
            return []
        behind = self.journals[self.journals.index(sale) + 1 :]
        until_next = takewhile(lambda one: one.kind is not PostingKind.SALE, behind)
        return [one for one in until_next if one.kind is PostingKind.CORRECTION]

    def _correction(self, journal: BookedJournal) -> Iterator[Figure]:
        fact = Fact(journal.order, journal.kind, journal.source, journal.revision)
        yield self._figure(fact, SALES, journal.day, _owed_by(journal))
        yield self._figure(fact, TAX, journal.day, _taxed_by(journal))

    def _tax(self) -> Money:
        order = self.snapshot.order
        named = taxes.by_name(taxes.rows(order)).values()
        return total((amount.rounded() for amount in named), order.currency)

    def _payments(self) -> Iterator[Figure]:
        for paid in self.snapshot.transactions:
            left_out = bool(why_not_posted(paid)) or ("transaction", paid.id) in self.left_out
            for fact, day in self._booked(PostingKind.PAYMENT, paid.id, paid.created_at, left_out=left_out):
                yield self._figure(fact, f"payments {paid.gateway or paid.method}", day, paid.amount)

    def _refunds(self) -> Iterator[Figure]:
        called_off = {(journal.source, journal.revision) for journal in self.journals if _called_off(journal)}
        for refund in self.snapshot.refunds:
            left_out = bool(why_not_refunded(refund)) or ("refund", refund.id) in self.left_out
            for fact, day in self._booked(PostingKind.REFUND, refund.id, refund.created_at, left_out=left_out):
                yield self._figure(fact, f"refunds {_ways(refund)}", day, moved(refund))
                if (refund.id, fact.revision) not in called_off:
                    yield self._figure(fact, TAX, day, -tax_of(refund))

    def _booked(
        self, kind: PostingKind, source: int, happened: datetime, *, left_out: bool
    ) -> Iterator[tuple[Fact, date]]:
        """Each time that a fact was booked, with its day: its own at first, later that of the journal."""
        first = Fact(self.snapshot.order.id, kind, source)
        anew = [one for one in self.journals if (one.kind, one.source) == (kind, source)]
        if not left_out or anew:
            day = self.day(happened)
            yield first, next((_booked_for(one, day) for one in anew if one.revision == 1), day)
        yield from ((replace(first, revision=one.revision), one.day) for one in anew if one.revision > 1)


def _booked_for(journal: BookedJournal, day: date) -> date:
    """The day on which a fact of a day counts: that of its journal, where it was moved out of a closed period."""
    return journal.day if journal.moved_from == day else day


def moved_money(snapshot: Snapshot) -> set[tuple[str, int]]:
    """The transactions and refunds by which money came in or went out."""
    return {("transaction", paid.id) for paid in snapshot.transactions if not why_not_posted(paid)} | {
        ("refund", refund.id) for refund in snapshot.refunds if not why_not_refunded(refund)
    }


def _called_off(journal: BookedJournal) -> bool:
    """Whether a refund pays off what a cancelled order's buyer is owed: there is no sale left that it gives back."""
    return journal.kind is PostingKind.REFUND and any(line.role == ledger.RECEIVABLE for line in journal.lines)


def tax_of(refund: Refund) -> Money:
    """The tax in the money that went back; a refund of nothing but tax names no items."""
    told = refund.tax if refund.items or refund.merchant_override else refund.total
    sent = moved(refund)
    return told if sent == refund.total else Money(told.amount * sent.amount / refund.total.amount, told.currency)


def _owed_by(journal: BookedJournal) -> Money:
    return _summed(journal, ledger.RECEIVABLE)


def _taxed_by(journal: BookedJournal) -> Money:
    return -_summed(journal, ledger.TAX)


def _summed(journal: BookedJournal, role: str) -> Money:
    amounts = (line.amount for line in journal.lines if line.role == role)
    return Money(sum(amounts, Decimal(0)), journal.currency)


def _ways(refund: Refund) -> str:
    return " and ".join(sorted({paid.provider for paid in refund.payments if not paid.declined}))


def counted(journal: BookedJournal, label: str) -> tuple[Counted, ...]:
    """Say what a journal counts for; ``label`` is what its payment or refund is called among the figures."""
    sums: dict[tuple[str, str, int], Decimal] = {}
    for line in journal.lines:
        what, sign = _counts(journal.kind, line.role, line.amount, label)
        if what:
            key = (line.account, what, sign)
            sums[key] = sums.get(key, Decimal(0)) + sign * line.amount
    return tuple(Counted(account, what, sign, amount) for (account, what, sign), amount in sums.items() if amount)


def _counts(kind: PostingKind, role: str, amount: Decimal, label: str) -> tuple[str, int]:
    went_out = amount > 0 if kind in TAKEN_BACK else amount < 0
    if role == ledger.TAX:
        return TAX, -1
    kind = TAKEN_BACK.get(kind, kind)
    if role == ledger.RECEIVABLE and kind in _OF_THE_SALE:
        return SALES, 1
    if role == ledger.RECEIVABLE and kind is PostingKind.PAYMENT:
        return label, -1
    if role in _MONEY and kind is PostingKind.REFUND and went_out:
        return label, -1
    return "", 0


def owed(journals: Iterable[BookedJournal], until: date) -> Decimal:
    """What an order's booked journals leave on the receivable, until a day; nothing where its sale is not ours."""
    booked = [one for one in journals if one.state is PostingState.CONFIRMED and one.day <= until]
    if not any(one.kind is PostingKind.SALE for one in booked):
        return Decimal(0)
    return sum((line.amount for one in booked for line in one.lines if line.role == ledger.RECEIVABLE), Decimal(0))
