"""What shoppers were charged and given back, as the store tells it, fact by fact; and what a journal counts for.

The amounts are the store's own: order total, tax rows, transactions, refund payments. Of our journals only their days
and their order are used, to know when a fact was taken back or booked anew. The store tells what an order is, not
what it was: corrections, and what was taken back since, count as they were booked, and the sale that stands is the
store's less its corrections. What was moved out of a closed period counts on the day on which it is booked, and is
told of apart. No account of the profile plays a part.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property

from connector.domain.books import BookedJournal
from connector.domain.connection import Booking
from connector.domain.money import Money
from connector.domain.order import ENDED, Snapshot
from connector.domain.posting import ON_ITS_WAY, TAKEN_BACK, PostingKind, PostingState
from connector.domain.reconciliation import Contribution, Fact, Figure
from connector.domain.refund import Refund, RefundItemKind
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
        every = [self._as_booked(one) for one in (*self._sales(), *self._payments(), *self._refunds())]
        return (figure for figure in (*every, *self._mirrors(every)) if figure.amount)

    def _as_booked(self, figure: Figure) -> Figure:
        journal = self._past.get(figure.fact)
        if journal is None:
            return figure
        label = "" if figure.what == TAX else figure.what
        amounts = (one.amount for one in counted(journal, label) if one.what == figure.what)
        return replace(figure, currency=journal.currency, amount=sum(amounts, Decimal(0)))

    @cached_property
    def _past(self) -> dict[Fact, BookedJournal]:
        """What the order is no more: what was taken back and what did it, and the sale of an order that ended."""
        past = set(self._unposted)
        reversals = [one for one in self.journals if one.kind is PostingKind.REVERSAL]
        past |= {_fact(one, one.kind) for one in reversals}
        cancelled = max((one.revision for one in reversals), default=0)
        ended = self.snapshot.order.status in ENDED
        sales = (one for one in self.journals if one.kind is PostingKind.SALE)
        past |= {_fact(one, one.kind) for one in sales if ended or one.revision <= cancelled}
        facts = ((_fact(one, one.kind), one) for one in self.journals if one.lines)
        return {fact: one for fact, one in facts if fact in past}

    @cached_property
    def _unposted(self) -> frozenset[Fact]:
        return frozenset(_fact(one, TAKEN_BACK[one.kind]) for one in self.journals if one.kind in TAKEN_BACK)

    def _mirrors(self, figures: Sequence[Figure]) -> Iterator[Figure]:
        """What was unposted, on the day of that journal."""
        for journal in self.journals:
            if journal.kind in TAKEN_BACK:
                taken, fact = _fact(journal, TAKEN_BACK[journal.kind]), _fact(journal, journal.kind)
                for figure in figures:
                    if figure.fact == taken:
                        yield replace(figure, fact=fact, day=journal.day, amount=-figure.amount)

    def _figure(self, fact: Fact, what: str, day: date, amount: Decimal) -> Figure:
        currency = self.snapshot.order.currency
        return Figure(fact, what, day, currency, Money(amount, currency).rounded().amount)

    def _sales(self) -> Iterator[Figure]:
        """The sale on the day of the order; what was taken back or booked anew, on the day of that journal."""
        order = self.snapshot.order
        refunds = {refund.id: refund for refund in self.snapshot.refunds}
        given: dict[int, BookedJournal] = {}
        sold = False
        for journal in self.journals:
            if journal.kind is PostingKind.REFUND and journal.state in ON_ITS_WAY:
                given[journal.source] = journal
            elif journal.kind is PostingKind.UNPOST_REFUND:
                given.pop(journal.source, None)
            elif journal.kind is PostingKind.CORRECTION:
                yield from self._correction(journal)
            elif journal.kind is PostingKind.SALE:
                sold = True
                yield from self._sale(journal)
            elif journal.kind is PostingKind.REVERSAL:
                back = [(refunds[one], given[one]) for one in sorted(given.keys() & refunds.keys())]
                yield from self._reversal(journal, back)
        if not sold and order.status not in ENDED and self._journals_sales():
            yield from self._sale(None)

    def _journals_sales(self) -> bool:
        return self.booking is not Booking.OPERATIONAL or not (shipped(self.snapshot.order) or self.journals)

    def _sale(self, journal: BookedJournal | None) -> Iterator[Figure]:
        """A sale, less the refunds that are booked again with it."""
        order = self.snapshot.order
        whole, tax = order.totals.total.inc_tax.rounded().amount, self._tax()
        for other in self._beside(journal):
            whole, tax = whole - _owed_by(other), tax - _taxed_by(other)
        fact = Fact(order.id, PostingKind.SALE, order.id, journal.revision if journal else 1)
        day = self.day(order.created_at)
        if journal is not None:
            again = _part(journal, of_refunds=True)
            whole, tax = whole + _owed_by(again), tax + _taxed_by(again)
            day = journal.day if journal.revision > 1 else _booked_for(journal, day)
        yield self._figure(fact, SALES, day, whole)
        yield self._figure(fact, TAX, day, tax)

    def _reversal(self, journal: BookedJournal, given: Sequence[tuple[Refund, BookedJournal]]) -> Iterator[Figure]:
        """All that is booked of the sale taken back, but for what was given back already."""
        standing = [one for one in self.journals if _is_taken_back(one, journal)]
        fact = _fact(journal, journal.kind)
        whole = sum((moved(refund).rounded().amount - _owed_by(booked) for refund, booked in given), Decimal(0))
        tax = sum((_tax_taken_back(refund, booked).rounded().amount for refund, booked in given), Decimal(0))
        yield self._figure(fact, SALES, journal.day, whole - sum(map(_owed_by, standing)))
        yield self._figure(fact, TAX, journal.day, tax - sum(map(_taxed_by, standing)))

    def _beside(self, sale: BookedJournal | None) -> list[BookedJournal]:
        """All else that stands of the sale; nothing of it where a person took back what was before."""
        if sale is None or any(one.kind is PostingKind.REVERSAL and not one.lines for one in self.journals):
            return []
        others = (one for one in self.journals if one.kind in _OF_THE_SALE and one is not sale)
        return [_part(one, of_refunds=False) for one in others if _fact(one, one.kind) not in self._unposted]

    def _correction(self, journal: BookedJournal) -> Iterator[Figure]:
        fact = _fact(journal, journal.kind)
        yield self._figure(fact, SALES, journal.day, _owed_by(journal))
        yield self._figure(fact, TAX, journal.day, _taxed_by(journal))

    def _tax(self) -> Decimal:
        named = taxes.by_name(taxes.rows(self.snapshot.order)).values()
        return sum((amount.rounded().amount for amount in named), Decimal(0))

    def _payments(self) -> Iterator[Figure]:
        for paid in self.snapshot.transactions:
            left_out = bool(why_not_posted(paid)) or ("transaction", paid.id) in self.left_out
            for fact, day in self._booked(PostingKind.PAYMENT, paid.id, paid.created_at, left_out=left_out):
                yield self._figure(fact, f"payments {paid.gateway or paid.method}", day, paid.amount.amount)

    def _refunds(self) -> Iterator[Figure]:
        booked = {(one.source, one.revision): one for one in self.journals if one.kind is PostingKind.REFUND}
        for refund in self.snapshot.refunds:
            left_out = bool(why_not_refunded(refund)) or ("refund", refund.id) in self.left_out
            for fact, day in self._booked(PostingKind.REFUND, refund.id, refund.created_at, left_out=left_out):
                yield self._figure(fact, f"refunds {_ways(refund)}", day, moved(refund).amount)
                tax = _tax_taken_back(refund, booked.get((refund.id, fact.revision)))
                yield self._figure(fact, TAX, day, -tax.amount)

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


def _fact(journal: BookedJournal, kind: PostingKind) -> Fact:
    return Fact(journal.order, kind, journal.source, journal.revision)


def _is_taken_back(journal: BookedJournal, reversal: BookedJournal) -> bool:
    """Whether a journal is of the sale that a reversal takes back. Corrections have revisions of their own."""
    kind = TAKEN_BACK.get(journal.kind, journal.kind)
    before = kind is PostingKind.CORRECTION or journal.revision <= reversal.revision
    return kind in _OF_THE_SALE and before and journal is not reversal


def _booked_for(journal: BookedJournal, day: date) -> date:
    """The day on which a fact of a day counts: that of its journal, where it was moved out of a closed period."""
    return journal.day if journal.moved_from == day else day


def moved_money(snapshot: Snapshot) -> set[tuple[str, int]]:
    """The transactions and refunds by which money came in or went out."""
    return {("transaction", paid.id) for paid in snapshot.transactions if not why_not_posted(paid)} | {
        ("refund", refund.id) for refund in snapshot.refunds if not why_not_refunded(refund)
    }


def _tax_taken_back(refund: Refund, journal: BookedJournal | None) -> Money:
    """The tax in so much of a refund as takes something back of the sale: of a part of it, as it is booked.

    So is that of a refund on the order as a whole: the store tells none. A refund of nothing but tax names no items.
    """
    of_the_order = any(item.kind is RefundItemKind.ORDER for item in refund.items)
    if journal and journal.lines and (_owed_by(journal) or of_the_order):
        return Money(-_taxed_by(journal), journal.currency)
    told, part = refund.tax if refund.items or refund.merchant_override else refund.total, moved(refund)
    if part == refund.total or not refund.total:
        return told
    return Money(told.amount * part.amount / refund.total.amount, told.currency)


def _part(journal: BookedJournal, *, of_refunds: bool) -> BookedJournal:
    """A journal's lines for its sale, or for the refunds that are booked otherwise or again with it."""
    lines = (line for line in journal.lines if line.text.startswith("refund ") is of_refunds)
    return replace(journal, lines=tuple(lines))


def _owed_by(journal: BookedJournal) -> Decimal:
    return _summed(journal, ledger.RECEIVABLE)


def _taxed_by(journal: BookedJournal) -> Decimal:
    return -_summed(journal, ledger.TAX)


def _summed(journal: BookedJournal, role: str) -> Decimal:
    return sum((line.amount for line in journal.lines if line.role == role), Decimal(0))


def _ways(refund: Refund) -> str:
    return " and ".join(sorted({paid.provider for paid in refund.payments if not paid.declined}))


def counted(journal: BookedJournal, label: str) -> tuple[Contribution, ...]:
    """Say what a journal counts for; ``label`` is what its payment or refund is called among the figures."""
    sums: dict[tuple[str, str, int], Decimal] = {}
    for line in journal.lines:
        what, sign = _counts(journal.kind, line.role, line.amount, label)
        if what:
            key = (line.account, what, sign)
            sums[key] = sums.get(key, Decimal(0)) + sign * line.amount
    return tuple(
        Contribution(account, what, sign, amount) for (account, what, sign), amount in sums.items() if amount
    )


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


def owed(journals: Iterable[BookedJournal], until: date, *, booking: Booking, ended: bool) -> Decimal:
    """What an order's booked journals leave on the receivable, until a day; nothing where its sale is not ours.

    Of an order that has ``ended`` Infor invoices nothing: what it leaves is owed to the buyer.
    """
    every = list(journals)
    by_hand = {one.kind for one in every if one.state is PostingState.LEFT_OUT}
    booked = [one for one in every if one.state is PostingState.CONFIRMED and one.day <= until]
    ours = ended or booking is not Booking.OPERATIONAL or any(one.kind is PostingKind.SALE for one in booked)
    if not ours or (PostingKind.SALE in by_hand and PostingKind.REVERSAL not in by_hand):
        return Decimal(0)
    return sum((line.amount for one in booked for line in one.lines if line.role == ledger.RECEIVABLE), Decimal(0))
