"""Each refunded thing's share of what it was sold for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from connector.domain.faults import Unexplained
from connector.domain.money import Money, total
from connector.domain.order import LineKind, Order, OrderLine, Priced
from connector.domain.refund import Refund, RefundItem, RefundItemKind
from connector.domain.residual import ResidualClass
from connector.mapping import ledger, worth
from connector.mapping.case import Held
from connector.mapping.worth import Worth, exact, untaxed

_OF_A_LINE = frozenset({RefundItemKind.PRODUCT, RefundItemKind.GIFT_WRAPPING})


class TaxSide(Enum):
    """On which side of tax an amount is that the store names."""

    WITH_TAX = "with tax"
    WITHOUT_TAX = "without tax"


@dataclass(frozen=True, slots=True)
class GivenBack:
    """One thing given back: the role of its account, its share, and its residual class if it has one.

    ``gross``: what is known is its amount with tax; else its net.
    """

    role: str
    worth: Worth
    label: str
    gross: bool
    residual: ResidualClass | None = None


@dataclass(frozen=True, slots=True)
class Counter:
    """Tells the shares of one refund's items; ``off`` is the discount that came off the shipping."""

    order: Order
    lines: Mapping[int, Worth]
    refund: Refund
    reading: TaxSide
    off: Money

    def share(self, item: RefundItem) -> GivenBack:
        """What an item of the refund gives back.

        :raises Held: the order has no such line.
        """
        match item.kind:
            case RefundItemKind.PRODUCT:
                return self._product(item)
            case RefundItemKind.GIFT_WRAPPING:
                return self._wrapping(item)
            case RefundItemKind.ORDER:
                amount = self._asked(item)
                return self._given(ledger.RETURNS, untaxed(amount), "order", ResidualClass.ORDER_LEVEL_REFUND)
            case RefundItemKind.TAX:
                return self._given(ledger.TAX, worth.only_tax(self.order, self._asked(item)), "tax")
            case _:
                return self._charge(item)

    def _asked(self, item: RefundItem) -> Money:
        return self.refund.total if item.requested is None else item.requested

    def _product(self, item: RefundItem) -> GivenBack:
        line = self._line(item)
        whole = self.lines[line.id]
        share = whole.times(item.quantity, line.quantity)
        adjusted = total(item.adjustments, self.order.currency)
        if adjusted:
            share = share.plus(self._read(whole, adjusted))
        role = ledger.GIFT_CERTIFICATES if line.kind is LineKind.GIFT_CERTIFICATE else ledger.RETURNS
        return self._given(role, share, f"line {line.id} × {item.quantity}")

    def _wrapping(self, item: RefundItem) -> GivenBack:
        line = self._line(item)
        all_lines = [one.wrapping for one in self.order.lines]
        of = total((exact(price, self.order) for price in all_lines), self.order.currency)
        share = worth.of_wrapping(self.order).times(exact(line.wrapping, self.order).amount, of.amount)
        return self._given(ledger.GIFT_WRAP, share.times(item.quantity, line.quantity), f"wrapping of line {line.id}")

    def _charge(self, item: RefundItem) -> GivenBack:
        """Shipping, handling or a fee: the amount the store names, else the whole of that address or fee."""
        order = self.order
        address = next((one for one in order.consignments if one.id == item.item_id), None)
        if item.kind is RefundItemKind.SHIPPING:
            role, whole = ledger.SHIPPING, worth.of_shipping(order, self.off)
            one = address.shipping if address and not self.off else None
        elif item.kind is RefundItemKind.HANDLING:
            role, whole = ledger.HANDLING, worth.of_handling(order)
            one = address.handling if address else None
        else:
            role, whole = ledger.FEES, worth.of_fees(order)
            one = next((fee.price for fee in order.fees if fee.id == item.item_id), None)
        own = self._own(whole, one) if one else whole
        if item.requested is None:
            return self._given(role, own, role)
        gross = self.reading is TaxSide.WITH_TAX
        return GivenBack(role, self._read(own, item.requested), role, gross=gross or order.tax_inclusive)

    def _given(self, role: str, share: Worth, label: str, residual: ResidualClass | None = None) -> GivenBack:
        """A thing whose exact side is the order's own."""
        return GivenBack(role, share, label, self.order.tax_inclusive, residual)

    def _line(self, item: RefundItem) -> OrderLine:
        line = _line_of(self.order, item)
        if line is not None:
            return line
        what = f"refund {self.refund.id} is for line {item.item_id}, which order {self.order.id} does not have"
        raise Held((Unexplained(what),))

    def _own(self, whole: Worth, price: Priced) -> Worth:
        """One address's or fee's own worth: its tax as its price tells it, by name as on all of its kind."""
        charged = price.inc_tax - price.ex_tax
        taxed = whole.times(charged.amount, whole.tax.amount).taxes if whole.tax else {}
        return worth.priced(self.order, exact(price, self.order), taxed)

    def _read(self, whole: Worth, amount: Money) -> Worth:
        """An amount the store names, net and tax as on the whole thing."""
        of = whole.inc if self.reading is TaxSide.WITH_TAX else whole.ex
        return whole.times(amount.amount, of.amount) if of else untaxed(amount)


def kept(order: Order, refund: Refund) -> tuple[RefundItem, ...]:
    """What a refund is for but the lines that the order does not have any more."""
    return tuple(item for item in refund.items if item.kind not in _OF_A_LINE or _line_of(order, item) is not None)


def _line_of(order: Order, item: RefundItem) -> OrderLine | None:
    return next((line for line in order.lines if line.id == item.item_id and line.quantity), None)
