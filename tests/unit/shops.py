"""Orders that live as in a shop: paid in parts, edited, given back thing by thing, cancelled, in three currencies.

Their amounts are reckoned as the store reckons them, and what must be left in the books is known from the start.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

from hypothesis import strategies as st
from strategies import CHANGED, JANE, ORDERED, PAID, REFUNDED

from connector.domain.money import MINOR_UNITS, Money
from connector.domain.order import (
    Consignment,
    Discount,
    LineKind,
    Order,
    OrderLine,
    OrderStatus,
    Priced,
    Snapshot,
    Tax,
    TaxTarget,
    Totals,
)
from connector.domain.payment import PaymentEvent, Transaction
from connector.domain.refund import Refund, RefundItem, RefundItemKind, RefundPayment

SHIPPING = 0
GATEWAYS = {
    "braintree": "credit_card",
    "paypal": "paypal",
    "giftcertificate": "gift_certificate",
    "storecredit": "store_credit",
}
_TAXES = {"": Decimal(0), "TX Sales Tax": Decimal("8.25"), "CA State Tax": Decimal(19)}
NOTHING = Decimal(0)


@dataclass(frozen=True)
class Thing:
    """What is sold: its price for all units, what comes off it, and the tax on the rest by its one name."""

    units: int
    price: Decimal
    off: Decimal
    tax_name: str
    tax: Decimal
    inclusive: bool

    @property
    def paid(self) -> Decimal:
        """What the buyer pays for it."""
        return self.price - self.off + (NOTHING if self.inclusive else self.tax)

    def part(self, before: int, after: int, unit: Decimal) -> tuple[Decimal, Decimal]:
        """What is given back of it from one unit to another, and the tax in that; all parts make the whole."""
        paid, tax = (
            _coins(whole * after / self.units, unit) - _coins(whole * before / self.units, unit)
            for whole in (self.paid, self.tax)
        )
        return paid, tax


@dataclass(frozen=True)
class Moment:
    """What the store says at a moment, and what else happens then."""

    taken: Snapshot
    remapped: bool
    unposted: bool
    booked: int  # of a hundred of what is planned


@dataclass(frozen=True)
class Life:
    """An order's readings; in the end so much is paid, given back for what the order still has, and taxed."""

    moments: tuple[Moment, ...]
    by_gateway: Mapping[str, Decimal]
    returned: Decimal
    tax: Decimal

    @property
    def last(self) -> Snapshot:
        """The last reading."""
        return self.moments[-1].taken


def _coins(amount: Decimal, unit: Decimal) -> Decimal:
    return amount.quantize(unit, ROUND_HALF_UP)


@dataclass
class Shop:
    """One order's currency, and on which side of tax its prices are exact."""

    draw: st.DrawFn
    currency: str
    inclusive: bool

    @property
    def unit(self) -> Decimal:
        """The smallest coin."""
        return Decimal(1).scaleb(-MINOR_UNITS.get(self.currency, 2))

    def money(self, amount: Decimal) -> Money:
        """An amount."""
        return Money(amount, self.currency)

    def thing(self, *, most: int = 3, reducible: bool = True) -> Thing:
        """Draw a thing."""
        units = self.draw(st.integers(1, most))
        price = self.draw(st.integers(1, 5_000)) * self.unit * units
        tenth = reducible and self.draw(st.integers(0, 2)) == 0
        off = _coins(price / 10, self.unit) if tenth else NOTHING
        name = self.draw(st.sampled_from(sorted(_TAXES)))
        rate = _TAXES[name]
        tax = _coins((price - off) * rate / (100 + (rate if self.inclusive else 0)), self.unit)
        return Thing(units, price, off, name, tax, self.inclusive)

    def _priced(self, one: Thing) -> Priced:
        without = one.price - one.tax if self.inclusive else one.price
        return Priced(self.money(without), self.money(without + one.tax))

    def order(self, things: Mapping[int, Thing], status: OrderStatus) -> Order:
        """What the store makes of things; ``SHIPPING`` is one of them."""
        nothing = Priced(self.money(NOTHING), self.money(NOTHING))
        rows = tuple(
            Tax(one.tax_name, self.money(one.tax), TaxTarget.ITEM if number else TaxTarget.SHIPPING, number or None)
            for number, one in things.items()
            if one.tax
        )
        charged = sum((row.amount.amount for row in rows), NOTHING)
        owed = sum((one.paid for one in things.values()), NOTHING)
        lines = [
            OrderLine(
                id=number,
                sku=f"S{number}",
                name=f"Thing {number}",
                kind=LineKind.PHYSICAL,
                quantity=one.units,
                price=self._priced(one),
                wrapping=nothing,
                discounts=(Discount("CODE", self.money(one.off)),) if one.off else (),
            )
            for number, one in things.items()
            if number
        ]
        shipping = self._priced(things[SHIPPING])
        totals = Totals(
            subtotal=nothing,
            shipping=shipping,
            handling=nothing,
            wrapping=nothing,
            total=Priced(self.money(owed - charged), self.money(owed)),
            tax=self.money(charged),
            discount=self.money(NOTHING),
            coupon_discount=self.money(sum((one.off for one in things.values()), NOTHING)),
        )
        return Order(
            id=1042,
            status=status,
            payment_status="captured",
            created_at=ORDERED,
            modified_at=CHANGED,
            currency=self.currency,
            tax_inclusive=self.inclusive,
            customer_id=11,
            billing=JANE,
            totals=totals,
            lines=tuple(lines),
            taxes=rows,
            consignments=(Consignment(77, "Flat", JANE, shipping, nothing),),
        )

    def payments(self, owed: Decimal) -> list[Transaction]:
        """Draw what pays for it, in parts and by several ways, among events that move nothing."""
        idle = [
            (PaymentEvent.AUTHORIZATION, True, False),
            (PaymentEvent.PURCHASE, False, False),
            (PaymentEvent.CAPTURE, True, True),
            (PaymentEvent.VOID, True, False),
            (PaymentEvent.PENDING, True, False),
        ]
        events = [
            (event, owed, ok, test) for event, ok, test in self.draw(st.lists(st.sampled_from(idle), max_size=2))
        ]
        for part in self._parts(owed, 3):
            moved = self.draw(st.sampled_from([PaymentEvent.CAPTURE, PaymentEvent.PURCHASE]))
            events.append((moved, part, True, False))
        return [
            self.payment(number, event, amount, succeeded=ok, test=test)
            for number, (event, amount, ok, test) in enumerate(self.draw(st.permutations(events)), start=1)
        ]

    def payment(self, number: int, event: PaymentEvent, amount: Decimal, **more: bool) -> Transaction:
        """An event at some gateway."""
        gateway = self.draw(st.sampled_from(sorted(GATEWAYS)))
        fields = {"succeeded": True, "test": False, **more}
        at = PAID + timedelta(minutes=number)
        return Transaction(number, event, GATEWAYS[gateway], gateway, self.money(amount), created_at=at, **fields)

    def _parts(self, whole: Decimal, most: int) -> list[Decimal]:
        parts = []
        for _ in range(self.draw(st.integers(0, most - 1))):
            parts.append(_coins((whole - sum(parts, NOTHING)) * self.draw(st.integers(0, 100)) / 100, self.unit))
        return [*parts, whole - sum(parts, NOTHING)]

    def refund(self, number: int, back: Mapping[int, tuple[int, Decimal, Decimal]], named: Decimal) -> Refund:
        """Give back units of things, in one refund, by two ways."""
        whole, tax = (sum((one[place] for one in back.values()), NOTHING) for place in (1, 2))
        items = [
            RefundItem(RefundItemKind.PRODUCT, thing, units)
            if thing
            else RefundItem(RefundItemKind.SHIPPING, 77, 1, self.money(named))
            for thing, (units, *_) in back.items()
        ]
        first, *rest = self._parts(whole, 2)
        ways = [(self.draw(st.sampled_from(sorted(GATEWAYS))), part) for part in (first, *rest)]
        payments = [
            RefundPayment(place, gateway, self.money(part), offline=False, declined=False)
            for place, (gateway, part) in enumerate(ways)
        ]
        return Refund(number, REFUNDED, self.money(whole), self.money(tax), tuple(items), tuple(payments))


Back = dict[int, tuple[int, Decimal, Decimal]]
"""By thing: units given back, what was paid for them, the tax in that."""


@st.composite
def lives(draw: st.DrawFn) -> Life:
    """An order's life: things that were given back whole may leave it, and in the end all that it has is paid for."""
    shop = Shop(draw, draw(st.sampled_from(["USD", "JPY", "KWD"])), draw(st.booleans()))
    things = {number: shop.thing() for number in range(1, draw(st.integers(1, 4)) + 1)}
    things[SHIPPING] = shop.thing(most=1, reducible=False)
    backs = _given_back(draw, things, shop.unit)
    shipping = things[SHIPPING]
    refunds = [
        shop.refund(number, back, draw(st.sampled_from([shipping.paid, shipping.price])))
        for number, back in enumerate(backs, start=1)
    ]
    payments = shop.payments(sum((one.paid for one in things.values()), NOTHING))
    whole = [
        number
        for number, one in things.items()
        if number and sum(back[number][0] for back in backs if number in back) == one.units
    ]
    has: dict[int, Thing] = {}
    moments: list[Moment] = []
    seen = told = 0
    for left in reversed(range(draw(st.integers(1, 5)))):
        gone = draw(st.sets(st.sampled_from(whole))) if whole else set()
        has = {number: one for number, one in things.items() if number not in gone}
        if draw(st.integers(0, 3)) == 0:
            has[len(things) + 1] = extra = shop.thing()
            if not left:
                payments.append(shop.payment(len(payments) + 1, PaymentEvent.CAPTURE, extra.paid))
        seen = draw(st.integers(seen, len(payments))) if left else len(payments)
        told = draw(st.integers(told, len(refunds))) if left else len(refunds)
        status = OrderStatus.CANCELLED if draw(st.integers(0, 4)) == 0 else OrderStatus.SHIPPED
        taken = Snapshot(shop.order(has, status), tuple(payments[:seen]), tuple(refunds[:told]), CHANGED)
        again = bool(left) and draw(st.integers(0, 4)) == 0
        moments.append(Moment(taken, draw(st.booleans()), again, draw(st.integers(0, 100)) if left else 100))
    of_kept = [one for back in backs for number, one in back.items() if number in has]
    tax = sum((one.tax for one in has.values()), NOTHING) - sum((tax for _, _, tax in of_kept), NOTHING)
    returned = sum((amount for _, amount, _ in of_kept), NOTHING)
    return Life(tuple(moments), _by_gateway(payments, refunds), returned, tax)


def _given_back(draw: st.DrawFn, things: Mapping[int, Thing], unit: Decimal) -> list[Back]:
    before = dict.fromkeys(things, 0)
    backs: list[Back] = []
    for _ in range(draw(st.integers(0, 4))):
        back: Back = {}
        for number, one in things.items():
            if before[number] < one.units and draw(st.integers(0, 2)) == 0:
                after = draw(st.integers(before[number] + 1, one.units))
                back[number] = (after - before[number], *one.part(before[number], after, unit))
                before[number] = after
        backs += [back] if back else []
    return backs


def _by_gateway(payments: Iterable[Transaction], refunds: Iterable[Refund]) -> dict[str, Decimal]:
    found = dict.fromkeys(GATEWAYS, NOTHING)
    for one in payments:
        if one.event in (PaymentEvent.CAPTURE, PaymentEvent.PURCHASE) and one.succeeded and not one.test:
            found[one.gateway] += one.amount.amount
    for refund in refunds:
        for way in refund.payments:
            found[way.provider] -= way.amount.amount
    return found
