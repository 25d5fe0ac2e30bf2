"""Payments: every successful purchase or capture, from the gateway's clearing account against what is owed."""

from __future__ import annotations

from datetime import datetime

from connector.domain.journal import JournalEntry
from connector.domain.payment import GIFT_CERTIFICATE, STORE_CREDIT, PaymentEvent, Transaction
from connector.domain.posting import PostingKind
from connector.mapping import ledger
from connector.mapping.case import Case
from connector.mapping.ledger import Part, journal, rounded_off

_LIABILITIES = {
    GIFT_CERTIFICATE: ledger.GIFT_CERTIFICATES,
    STORE_CREDIT: ledger.STORE_CREDIT,
}


def why_not_posted(paid: Transaction) -> str:
    """Say why a payment event books nothing; empty when it is booked."""
    if paid.event is PaymentEvent.REFUND and paid.succeeded and not paid.test:
        return "money given back is booked by the store's refund, not by the gateway's event"
    return paid.why_not_posted or ("" if paid.amount.rounded() else "amount is zero")


def payment(case: Case, paid: Transaction, *, revision: int, at: datetime) -> JournalEntry:
    """Book a payment.

    :raises Held: no account for its way of paying.
    """
    text = f"payment {paid.id}"
    role, names = money_from(paid.method, paid.gateway)
    parts = [Part(role, paid.amount, text, names), Part(ledger.RECEIVABLE, -paid.amount, text)]
    return journal(rounded_off(parts, text), case, PostingKind.PAYMENT, paid.id, revision=revision, at=at)


def money_from(method: str, gateway: str) -> tuple[str, tuple[str, ...]]:
    """The role and names of the account that money came into, or goes back from.

    A gift certificate or store credit is a debt of the company's own: the store names it as method
    (``gift_certificate``) or as provider (``giftcertificate``).
    """
    for name in (method, gateway):
        for liability, role in _LIABILITIES.items():
            if name.casefold().replace("_", "") == liability.replace("_", ""):
                return role, ()
    return ledger.CLEARING, (gateway, method)
