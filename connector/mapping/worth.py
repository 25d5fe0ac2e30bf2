"""What each thing of an order was sold for: its net after discounts, and its tax by name.

The exact side of a price is the one without tax, or the one with tax in a store whose prices include it; there
the net is the price less the tax that was really charged on it. Nothing is computed from a tax rate.

Discounts the store assigned to a line come off that line. The rest of the order's discount comes off the
shipping when it is exactly the shipping's price and no tax was charged on that, else off all lines by their worth.
Of smaller ones nobody knows: who can check it tries both (``off_shipping``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from connector.domain.money import Money, split, total
from connector.domain.order import Order, OrderLine, Priced, TaxTarget
from connector.mapping import taxes
from connector.mapping.taxes import ByName


@dataclass(frozen=True, slots=True)
class Worth:
    """Net and tax by name of one thing."""

    ex: Money
    taxes: Mapping[str, Money]

    @property
    def tax(self) -> Money:
        """All its taxes."""
        return total(self.taxes.values(), self.ex.currency)

    @property
    def inc(self) -> Money:
        """Net and tax."""
        return self.ex + self.tax

    def times(self, part: Decimal | int, whole: Decimal | int) -> Worth:
        """A part of it, net and tax alike; nothing of a whole that is nothing."""
        return Worth(
            _share(self.ex, part, whole), {name: _share(tax, part, whole) for name, tax in self.taxes.items()}
        )

    def plus(self, other: Worth) -> Worth:
        """Both together."""
        return Worth(self.ex + other.ex, taxes.added([*self.taxes.items(), *other.taxes.items()]))


def _share(whole: Money, part: Decimal | int, of: Decimal | int) -> Money:
    return Money(whole.amount * part / of, whole.currency) if of else Money.zero(whole.currency)


def untaxed(amount: Money) -> Worth:
    """Something that carries no tax."""
    return Worth(amount, {})


def exact(price: Priced, order: Order) -> Money:
    """The side of a price that the store vouches for."""
    return price.exact(tax_inclusive=order.tax_inclusive)


def discount(order: Order) -> Money:
    """Everything taken off: coupons, promotions, by hand."""
    return order.totals.discount + order.totals.coupon_discount


def of_lines(order: Order, off: Money | None = None) -> dict[int, Worth]:
    """What every line was sold for, by line id; ``off`` is the discount that came off the shipping."""
    nets = _nets(order, off)
    taxed = _line_taxes(order, nets)
    return {line.id: priced(order, nets[line.id], taxed[line.id]) for line in order.lines}


def priced(order: Order, price: Money, taxed: Mapping[str, Money]) -> Worth:
    """Split the exact side of a price into net and tax."""
    worth = Worth(price, taxed)
    return Worth(price - worth.tax, taxed) if order.tax_inclusive else worth


def _nets(order: Order, off: Money | None) -> dict[int, Money]:
    """Every line's exact price after its share of the discounts."""
    nets = {line.id: exact(line.price, order) - _assigned(line) for line in order.lines}
    rest = unassigned(order) - (off_shipping(order)[0] if off is None else off)
    weights = [max(net.amount, Decimal(0)) for net in nets.values()]
    if rest and any(weights):
        shares = split(rest, weights)
        nets = {line: net - share for (line, net), share in zip(nets.items(), shares, strict=True)}
    return nets


def _assigned(line: OrderLine) -> Money:
    return total((one.amount for one in line.discounts), line.price.ex_tax.currency)


def unassigned(order: Order) -> Money:
    """The discount that the store took off without saying from which line; negative when it assigned too much."""
    return discount(order) - total((_assigned(line) for line in order.lines), order.currency)


def off_shipping(order: Order) -> tuple[Money, ...]:
    """How much of the discount may have come off the shipping, the likeliest first."""
    nothing, rest, shipping = Money.zero(order.currency), unassigned(order), exact(order.totals.shipping, order)
    if not nothing < rest <= shipping:
        return (nothing,)
    taxed = total((tax.amount for tax in taxes.on(order, TaxTarget.SHIPPING)), order.currency)
    return (rest, nothing) if rest == shipping and not taxed else (nothing, rest)


def _line_taxes(order: Order, nets: Mapping[int, Money]) -> dict[int, ByName]:
    """Every line's taxes; rows that name no line are shared by the lines' worth."""
    taxed: dict[int, list[tuple[str, Money]]] = {line: [] for line in nets}
    whole = sum((net.amount for net in nets.values()), Decimal(0))
    for row in taxes.on(order, TaxTarget.ITEM):
        if row.line in taxed:
            taxed[row.line].append((row.name, row.amount))
            continue
        for line, net in nets.items():
            taxed[line].append((row.name, _share(row.amount, net.amount, whole)))
    return {line: taxes.added(found) for line, found in taxed.items()}


def of_shipping(order: Order, off: Money | None = None) -> Worth:
    """What shipping was sold for; ``off`` is the discount that came off it."""
    price = exact(order.totals.shipping, order) - (off_shipping(order)[0] if off is None else off)
    return priced(order, price, taxes.by_name(taxes.on(order, TaxTarget.SHIPPING)))


def of_handling(order: Order) -> Worth:
    """What handling was sold for."""
    return priced(order, exact(order.totals.handling, order), taxes.by_name(taxes.on(order, TaxTarget.HANDLING)))


def of_wrapping(order: Order) -> Worth:
    """What gift wrapping was sold for."""
    price = exact(order.totals.wrapping, order)
    return priced(order, price, taxes.by_name(taxes.on(order, TaxTarget.GIFT_WRAPPING)))


def of_fees(order: Order) -> Worth:
    """What the fees were sold for."""
    price = total((exact(fee.price, order) for fee in order.fees), order.currency)
    return priced(order, price, taxes.by_name(taxes.on(order, TaxTarget.FEE)))


def only_tax(order: Order, tax: Money) -> Worth:
    """Tax alone, by name as on the whole order."""
    nothing, names = Money.zero(order.currency), taxes.by_name(taxes.rows(order))
    whole = Worth(nothing, names)
    if not whole.tax:
        return Worth(nothing, {taxes.UNNAMED: tax} if tax else {})
    return whole.times(tax.amount, whole.tax.amount)


def of_order(order: Order) -> Worth:
    """The whole order: what is owed, net and tax."""
    names = taxes.by_name(taxes.rows(order))
    return Worth(order.totals.total.inc_tax - total(names.values(), order.currency), names)
