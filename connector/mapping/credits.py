"""Refunds: what was given back is debited to its own accounts, the money leaves by the ways it really went."""

from __future__ import annotations

from datetime import datetime

from connector.domain.faults import Unexplained
from connector.domain.journal import JournalEntry
from connector.domain.money import Money, total
from connector.domain.posting import PostingKind
from connector.domain.refund import Refund, RefundPayment
from connector.mapping import ledger
from connector.mapping.case import Case, Held
from connector.mapping.ledger import Part, in_cents, journal, rounded_off
from connector.mapping.refunded import given_back, so_much_of
from connector.mapping.settlements import money_from
from connector.mapping.taxes import added


def why_not_refunded(refund: Refund) -> str:
    """Say why a refund books nothing; empty when money moved."""
    if any(payment.declined for payment in refund.payments) and not moved(refund).rounded():
        return "every payment of it was declined: no money moved"
    if not refund.total.rounded() and not moved(refund).rounded():
        return "amount is zero"
    return ""


def moved(refund: Refund) -> Money:
    """What really went back: payments that were not declined."""
    return total((paid.amount for paid in refund.payments if not paid.declined), refund.total.currency)


def refund_entry(case: Case, refund: Refund, *, owed: Money, revision: int, at: datetime) -> JournalEntry:
    """Book a refund. So much of it as the buyer was ``owed`` takes nothing back of the sale (``surplus``).

    :raises Held: unexplained, or accounts are missing.
    """
    _check(refund)
    text, back = f"refund {refund.id}", moved(refund) - owed
    what_for = [Part(ledger.RECEIVABLE, owed, text), *(debits(case, refund, back) if back.rounded() else ())]
    parts = rounded_off([*what_for, *_credits(case, refund, text)], text)
    return journal(parts, case, PostingKind.REFUND, refund.id, revision=revision, at=at)


def again(case: Case, refund: Refund, back: Money) -> list[Part]:
    """A refund without its money: so much of it as takes something back of the sale, against what is owed.

    :raises Held: unexplained.
    """
    _check(refund)
    text = f"refund {refund.id}"
    return rounded_off([*debits(case, refund, back), Part(ledger.RECEIVABLE, -back, text)], text)


def debits(case: Case, refund: Refund, back: Money) -> list[Part]:
    """What the refund was for, debit positive: so much of it as takes something ``back`` of the sale."""
    refund, text = so_much_of(case, refund, back), f"refund {refund.id}"
    things = given_back(case, refund)
    nets = [
        Part(
            thing.role,
            _share(thing.worth.ex, back, refund),
            f"{text} {thing.residual.value}" if thing.residual else text,
        )
        for thing in things
    ]
    names = added(tax for thing in things for tax in thing.worth.taxes.items())
    sent = in_cents([_share(tax, back, refund) for tax in names.values()])
    taxes = [Part(ledger.TAX, tax, f"{text} {name}".strip(), (name,)) for name, tax in zip(names, sent, strict=True)]
    return [part for part in (*nets, *taxes) if part.amount]


def _share(amount: Money, back: Money, refund: Refund) -> Money:
    if back == refund.total:
        return amount
    return Money(amount.amount * back.amount / refund.total.amount, amount.currency)


def _credits(case: Case, refund: Refund, text: str) -> list[Part]:
    parts = []
    for payment in refund.payments:
        if not payment.declined:
            role, names = money_from(_method(case, payment), payment.provider)
            parts.append(Part(role, -payment.amount, text, names))
    return parts


def _method(case: Case, payment: RefundPayment) -> str:
    """The way the buyer paid through this provider: its clearing account may be listed by method."""
    methods = (paid.method for paid in case.snapshot.transactions if paid.gateway == payment.provider)
    return next(methods, "")


def _check(refund: Refund) -> None:
    """Hold a refund whose own figures contradict each other."""
    declined = any(payment.declined for payment in refund.payments)
    sent = moved(refund)
    if sent.rounded() != refund.total.rounded() and not (declined and sent <= refund.total):
        told = [
            f"{payment.provider}: {payment.amount}{' declined' * payment.declined}" for payment in refund.payments
        ]
        what = f"refund {refund.id} is {refund.total}, its payments are {sent}"
        raise Held((Unexplained(what, detail="\n".join(told)),))
