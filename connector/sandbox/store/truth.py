"""What really happened, reckoned from the store's own record alone, for a comparison that trusts no code of ours.

Amounts are strings: exact, not rounded, positive in the direction their name says.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from connector.sandbox.store.orders import STATUSES, Order, Refund, RefundPayment
from connector.sandbox.store.pricing import NOTHING

KINDS = {"item": "lines", "gift-wrapping": "wrapping", "shipping": "shipping", "handling": "handling", "fee": "fees"}


def of(order: Order) -> dict[str, Any]:
    """Say everything about one order that has to come out right in the books."""
    payments = [one for one in order.transactions if one.pays]
    given = [one for refund in order.refunds for one in refund.payments if not one.declined]
    return {
        "story": order.spec.story,
        "expected": order.spec.expected,
        "currency": order.spec.currency,
        "inclusive": order.spec.inclusive,
        "customer": order.spec.customer,
        "status_id": order.status,
        "status": STATUSES[order.status],
        "archived": order.archived,
        "external_order_id": order.external_order_id,
        "total_inc_tax": str(order.priced.total_inc_tax),
        "total_tax": str(order.priced.tax),
        "taxes": _words(order.priced.taxes_by_name()),
        "parts": _parts(order),
        "payments": _words(_summed((one.gateway, one.amount) for one in payments)),
        "refunds": _words(_summed((one.provider, one.amount) for one in given)),
        "refund_taxes": _words(_summed(tax for refund in _kept(order) for tax in refund.taxes.items())),
        "test": any(one.test for one in order.transactions),
        "counts": _counts(order, given),
    }


def _kept(order: Order) -> list[Refund]:
    """Leave out refunds of which every payment was declined: nothing was given back."""
    return [refund for refund in order.refunds if any(not one.declined for one in refund.payments)]


def _parts(order: Order) -> dict[str, Any]:
    """Give what was charged and taken off, on the exact side of tax."""
    sums = _summed((KINDS[cost.kind], cost.exact) for cost in order.priced.costs)
    certificates = sum(
        (cost.exact for cost in order.priced.of("item") if order.spec.lines[cost.index].kind == "giftcertificate"),
        NOTHING,
    )
    return {
        **_words(sums),
        "gift_certificates_sold": str(certificates),
        "coupon_discount": str(order.priced.coupon_discount),
        "discount": str(order.priced.discount),
    }


def _counts(order: Order, given: list[RefundPayment]) -> dict[str, int]:
    return {
        "lines": len(order.spec.lines),
        "transactions": len(order.transactions),
        "payments": sum(one.pays for one in order.transactions),
        "refunds": len(order.refunds),
        "refund_payments": len(given),
    }


def _summed(pairs: Iterable[tuple[str, Decimal]]) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for name, amount in pairs:
        sums[name] = sums.get(name, NOTHING) + amount
    return sums


def _words(sums: dict[str, Decimal]) -> dict[str, str]:
    return {name: str(amount) for name, amount in sums.items()}
