"""The sale: what the buyer owes, and what it was for.

Receivable is the order's total with tax. Discounts are what the store took off, as it shows them. Sales,
shipping, handling, gift wrapping and fees are prices without tax, before discounts. In a store whose prices
include tax only the side with tax is exact: there each is its price less the tax really charged on it, so that
sales less discounts is the exact net turnover, and no figure comes from a rate (docs/accounting.md, "Prices
that include tax").
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from connector.domain.journal import JournalEntry
from connector.domain.money import Money, total
from connector.domain.order import LineKind, Order, Tax, TaxTarget
from connector.domain.posting import PostingKind
from connector.domain.residual import Term
from connector.mapping import ledger, taxes
from connector.mapping.case import Case
from connector.mapping.ledger import Part, explained, journal, rounded_off
from connector.mapping.worth import discount, exact

TEXT = "sale"


def sale_parts(case: Case) -> list[Part]:
    """Every sum of the sale, rounded, with what rounding left.

    :raises Held: the parts do not make the order's total.
    """
    order = case.order
    owed = order.totals.total.inc_tax
    parts = _parts(order)
    told = [Term(" ".join((part.role, *part.names)), -part.amount) for part in parts if part.amount]
    explained(Term("order total", owed), told, case, f"order {order.id}")
    return rounded_off([Part(ledger.RECEIVABLE, owed, TEXT), *parts], TEXT)


def sale(case: Case, *, revision: int, at: datetime, also: Iterable[Part] = ()) -> JournalEntry:
    """Book the sale. ``also`` are refunds that a reversal took back with the sale before it (``reversals``).

    :raises Held: unexplained, or accounts are missing.
    """
    parts = [*sale_parts(case), *also]
    return journal(parts, case, PostingKind.SALE, case.order.id, revision=revision, at=at)


def _parts(order: Order) -> list[Part]:
    """Everything but the receivable: debit positive, exact."""
    goods = [line for line in order.lines if line.kind is not LineKind.GIFT_CERTIFICATE]
    certificates = [line for line in order.lines if line.kind is LineKind.GIFT_CERTIFICATE]
    sold_as_certificate = {line.id for line in certificates}
    items = taxes.on(order, TaxTarget.ITEM)
    on_certificates = [tax for tax in items if tax.line in sold_as_certificate]
    on_goods = [tax for tax in items if tax.line not in sold_as_certificate]
    totals = order.totals
    sold = [
        (ledger.SALES, [line.price for line in goods], on_goods),
        (ledger.GIFT_CERTIFICATES, [line.price for line in certificates], on_certificates),
        (ledger.SHIPPING, [totals.shipping], taxes.on(order, TaxTarget.SHIPPING)),
        (ledger.HANDLING, [totals.handling], taxes.on(order, TaxTarget.HANDLING)),
        (ledger.GIFT_WRAP, [totals.wrapping], taxes.on(order, TaxTarget.GIFT_WRAPPING)),
        (ledger.FEES, [fee.price for fee in order.fees], taxes.on(order, TaxTarget.FEE)),
    ]
    return [
        Part(ledger.DISCOUNTS, discount(order), TEXT),
        *(
            Part(
                role,
                -_without_tax(total((exact(price, order) for price in prices), order.currency), charged, order),
                TEXT,
            )
            for role, prices, charged in sold
        ),
        *(
            Part(ledger.TAX, -amount, f"{TEXT} {name}".strip(), (name,))
            for name, amount in taxes.by_name(taxes.rows(order)).items()
        ),
    ]


def _without_tax(price: Money, charged: Iterable[Tax], order: Order) -> Money:
    """The exact side of a price, less the tax in it where it includes tax."""
    if not order.tax_inclusive:
        return price
    return price - total((tax.amount for tax in charged), order.currency)
