"""What an order costs: discounts shared over lines, tax per line after discount, totals that hold on the exact side.

The exact side is inc tax when the order is priced inclusive of tax, else ex tax; the other side is an estimate, as
BigCommerce calls it (facts/bigcommerce.md §4.2).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from connector.sandbox.store.forms import minor_unit, rounded, shared
from connector.sandbox.store.spec import (
    FREE_SHIPPING,
    PER_ITEM,
    PERCENTAGE,
    SHIPPING,
    ConsignmentSpec,
    CouponSpec,
    OrderSpec,
)

NOTHING = Decimal(0)
FOUR_DECIMALS = Decimal("0.0001")
MANUAL = "manual"


@dataclass(frozen=True)
class Cost:
    """One thing that costs: a line, its wrapping, a parcel's shipping or handling, a fee. All on the exact side."""

    kind: str  # item, gift-wrapping, shipping, handling, fee: the taxes' line_item_type
    index: int  # which line, parcel or fee
    exact: Decimal  # before discounts
    listed: Decimal  # before a shipping coupon
    discounts: Mapping[str, Decimal]  # by coupon code, or MANUAL
    taxes: Mapping[str, Decimal]  # by name, after discounts
    estimate: Decimal  # the tax that turns the exact side into the other one
    inclusive: bool

    @property
    def discount(self) -> Decimal:
        """All that was taken off."""
        return sum(self.discounts.values(), NOTHING)

    @property
    def tax(self) -> Decimal:
        """All taxes on it."""
        return sum(self.taxes.values(), NOTHING)

    @property
    def ex_tax(self) -> Decimal:
        """Before discounts, without tax."""
        return self.exact - self.estimate if self.inclusive else self.exact

    @property
    def inc_tax(self) -> Decimal:
        """Before discounts, with tax."""
        return self.exact if self.inclusive else self.exact + self.estimate

    @property
    def paid(self) -> Decimal:
        """What the shopper pays for it: after discounts, with tax."""
        return self.exact - self.discount + (NOTHING if self.inclusive else self.tax)


@dataclass(frozen=True)
class Priced:
    """A whole order's costs and totals."""

    costs: tuple[Cost, ...]
    coupon_discount: Decimal
    discount: Decimal
    total_ex_tax: Decimal
    total_inc_tax: Decimal

    @cached_property
    def _by_place(self) -> dict[tuple[str, int], Cost]:
        return {(cost.kind, cost.index): cost for cost in self.costs}

    def of(self, kind: str) -> Iterator[Cost]:
        """Give the costs of one kind."""
        return (cost for cost in self.costs if cost.kind == kind)

    def one(self, kind: str, index: int) -> Cost:
        """Give the one cost of this kind and index."""
        return self._by_place[kind, index]

    def find(self, kind: str, index: int) -> Cost | None:
        """Give it, if there is one."""
        return self._by_place.get((kind, index))

    @property
    def tax(self) -> Decimal:
        """All taxes of the order."""
        return sum((cost.tax for cost in self.costs), NOTHING)

    def taxes_by_name(self) -> dict[str, Decimal]:
        """Add every tax up under its name."""
        sums: dict[str, Decimal] = {}
        for cost in self.costs:
            for name, amount in cost.taxes.items():
                sums[name] = sums.get(name, NOTHING) + amount
        return sums


def price(spec: OrderSpec) -> Priced:
    """Reckon what the order costs."""
    discounts = _discounts(spec)
    costs = tuple(_costs(spec, discounts))
    tax = sum((cost.tax for cost in costs), NOTHING)
    manual = Decimal(spec.discount)
    coupons = sum((cost.discount for cost in costs), NOTHING) - manual
    net = sum((cost.exact for cost in costs), NOTHING) - coupons - manual + Decimal(spec.overridden_by)
    ex_tax, inc_tax = (net - tax, net) if spec.inclusive else (net, net + tax)
    return Priced(costs, coupons, manual, ex_tax, inc_tax)


def _costs(spec: OrderSpec, discounts: list[dict[str, Decimal]]) -> Iterator[Cost]:
    for index, line in enumerate(spec.lines):
        taxed = line.taxed and line.kind != "giftcertificate"
        exact = Decimal(line.price) * line.quantity
        yield _cost(spec, "item", index, exact, discounts=discounts[index], taxed=taxed)
        if Decimal(line.wrapping):
            yield _cost(spec, "gift-wrapping", index, Decimal(line.wrapping), taxed=taxed)
    for index, parcel in enumerate(spec.consignments):
        listed, charged = Decimal(parcel.shipping), _shipping(spec, parcel)
        yield _cost(spec, "shipping", index, charged, listed=listed, taxed=spec.shipping_taxed)
        yield _cost(spec, "handling", index, Decimal(parcel.handling), taxed=spec.shipping_taxed)
    for index, fee in enumerate(spec.fees):
        yield _cost(spec, "fee", index, Decimal(fee.amount), taxed=fee.taxed)


def _cost(
    spec: OrderSpec,
    kind: str,
    index: int,
    exact: Decimal,
    *,
    taxed: bool,
    listed: Decimal | None = None,
    discounts: Mapping[str, Decimal] | None = None,
) -> Cost:
    off = discounts or {}
    taxes = _taxes(spec, exact - sum(off.values(), NOTHING)) if taxed else {}
    before = _taxes(spec, exact) if taxed else {}
    # an inclusive order's other side is reckoned on the list price; an exclusive one's as the order says
    shown = before if spec.inclusive or spec.estimates == "before" else taxes
    return Cost(
        kind=kind,
        index=index,
        exact=exact,
        listed=exact if listed is None else listed,
        discounts=off,
        taxes=taxes,
        estimate=sum(shown.values(), NOTHING),
        inclusive=spec.inclusive,
    )


def _taxes(spec: OrderSpec, taxable: Decimal) -> dict[str, Decimal]:
    unit = FOUR_DECIMALS if spec.rounding == "none" else minor_unit(spec.currency)
    rates = {name: Decimal(rate) for name, rate in spec.taxes.items()}
    if not spec.inclusive:
        return {name: rounded(taxable * rate / 100, unit) for name, rate in rates.items()}
    whole = rounded(taxable - taxable / (1 + spec.rate), unit)
    return dict(zip(rates, shared(whole, list(rates.values()), unit), strict=True))


def _shipping(spec: OrderSpec, parcel: ConsignmentSpec) -> Decimal:
    cost = Decimal(parcel.shipping)
    if any(coupon.kind == FREE_SHIPPING for coupon in spec.coupons):
        return NOTHING
    off = sum((Decimal(coupon.amount) for coupon in spec.coupons if coupon.kind == SHIPPING), NOTHING)
    return max(NOTHING, cost - off)


def _discounts(spec: OrderSpec) -> list[dict[str, Decimal]]:
    """Share every coupon and the manual discount over the lines, in coins."""
    unit = minor_unit(spec.currency)
    left = [Decimal(line.price) * line.quantity for line in spec.lines]
    taken: list[dict[str, Decimal]] = [{} for _ in spec.lines]
    shares = [(coupon.code, _coupon(spec, coupon, left, unit)) for coupon in spec.coupons]
    if Decimal(spec.discount):
        weights = [left[index] if index in _eligible(spec, None) else NOTHING for index in range(len(left))]
        shares.append((MANUAL, shared(Decimal(spec.discount), weights, unit)))
    for code, parts in shares:
        for index, part in enumerate(parts):
            if part:
                taken[index][code] = part
    return taken


def _coupon(spec: OrderSpec, coupon: CouponSpec, worth: list[Decimal], unit: Decimal) -> list[Decimal]:
    eligible, amount = _eligible(spec, coupon), Decimal(coupon.amount)
    if coupon.kind in (SHIPPING, FREE_SHIPPING):
        return [NOTHING for _ in worth]
    if coupon.kind == PER_ITEM:
        each = [amount * line.quantity for line in spec.lines]
        return [min(each[index], worth[index]) if index in eligible else NOTHING for index in range(len(worth))]
    if coupon.kind == PERCENTAGE:
        return [
            rounded(one * amount / 100, unit) if index in eligible else NOTHING for index, one in enumerate(worth)
        ]
    return shared(amount, [one if index in eligible else NOTHING for index, one in enumerate(worth)], unit)


def _eligible(spec: OrderSpec, coupon: CouponSpec | None) -> set[int]:
    named = coupon.lines if coupon else None
    sold = {index for index, line in enumerate(spec.lines) if line.kind != "giftcertificate"}
    return sold if named is None else sold & set(named)
