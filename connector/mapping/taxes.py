"""An order's taxes by name, and what each was charged on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from connector.domain.money import Money, split
from connector.domain.order import Order, Priced, Tax, TaxTarget

ByName = dict[str, Money]

UNNAMED = ""
"""Tax that the store charged without telling which: it takes ``accounts.tax.default``."""


def rows(order: Order) -> tuple[Tax, ...]:
    """The order's tax rows; where the store gives none, its tax total shared out as the prices tell it.

    Orders entered by hand or by API can carry a total tax without a single row. The total is the store's own
    figure; only its distribution follows the estimated side of the prices.
    """
    if order.taxes or not order.totals.tax:
        return order.taxes
    charged = [(tax, price.inc_tax - price.ex_tax) for tax, price in _priced(order)]
    weights = [max(difference.amount, Decimal(0)) for _, difference in charged]
    if not any(weights):
        return (Tax(UNNAMED, order.totals.tax, TaxTarget.ITEM),)
    shares = split(order.totals.tax, weights)
    return tuple(replace(tax, amount=share) for (tax, _), share in zip(charged, shares, strict=True) if share)


def _priced(order: Order) -> list[tuple[Tax, Priced]]:
    totals, nothing = order.totals, Money.zero(order.currency)
    return [
        *((Tax(UNNAMED, nothing, TaxTarget.ITEM, line.id), line.price) for line in order.lines),
        (Tax(UNNAMED, nothing, TaxTarget.SHIPPING), totals.shipping),
        (Tax(UNNAMED, nothing, TaxTarget.HANDLING), totals.handling),
        (Tax(UNNAMED, nothing, TaxTarget.GIFT_WRAPPING), totals.wrapping),
        *((Tax(UNNAMED, nothing, TaxTarget.FEE), fee.price) for fee in order.fees),
    ]


def by_name(taxes: Iterable[Tax]) -> ByName:
    """Add taxes up by their name."""
    return added((tax.name, tax.amount) for tax in taxes)


def on(order: Order, target: TaxTarget) -> list[Tax]:
    """The taxes charged on one kind of thing."""
    return [tax for tax in rows(order) if tax.target is target]


def added(amounts: Iterable[tuple[str, Money]]) -> ByName:
    """Add amounts up by name."""
    sums: ByName = {}
    for name, amount in amounts:
        sums[name] = sums[name] + amount if name in sums else amount
    return sums
