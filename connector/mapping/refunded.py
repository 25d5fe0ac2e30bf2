"""What a refund gave money back for, thing by thing, checked against the refund's own total.

The store's total and tax of a refund are facts; what each thing's share of them is follows from the order.
A product counts by quantity. Shipping, handling, fees and the order as a whole come with an amount, and the
store's documentation does not say on which side of tax that amount is (facts/bigcommerce.md §5): it is read
with tax first, then without, and the reading that explains the total is taken. So is a discount that the store
took off without saying of what: off the lines, and off the shipping.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import product

from connector.domain.faults import Unexplained
from connector.domain.money import Money, total
from connector.domain.order import Order
from connector.domain.refund import Refund, RefundItem, RefundItemKind
from connector.domain.residual import Residual, ResidualClass, Term, judge
from connector.mapping import ledger
from connector.mapping.case import Case, Held
from connector.mapping.shares import Counter, GivenBack, TaxSide, kept
from connector.mapping.worth import Worth, of_lines, of_order, off_shipping, only_tax, unassigned, untaxed


@dataclass(frozen=True, slots=True)
class _Claim:
    """A refund's figures, and what one reading makes of its items; ``reading`` is empty for the likeliest."""

    order: Order
    total: Money
    tax: Money
    shares: tuple[GivenBack, ...]
    reading: str

    def judged(self, tolerance: Decimal) -> Residual:
        """Compare the exact side of tax, as a whole and by things.

        The store rounds a thing's price and each of its taxes. The tolerance covers a price and one tax.
        """
        tolerance = tolerance * sum(max(2, 1 + len(share.worth.taxes)) for share in self.shares) / 2
        if self.order.tax_inclusive:
            parts = [Term(share.label, share.worth.inc) for share in self.shares]
            return judge(Term("refund total", self.total), parts, tolerance)
        parts = [Term(share.label, share.worth.ex) for share in self.shares]
        return judge(Term("refund total without tax", self.total - self.tax), parts, tolerance)


def so_much_of(case: Case, refund: Refund, back: Money) -> Refund:
    """Leave out what a refund is for lines that the order has lost, where the rest of it explains ``back``."""
    rests = list(_without_lost_lines(case.order, refund))
    for rest in rests:
        if abs(rest.total - back).amount <= case.tolerance:
            return replace(rest, total=back)
    return next((rest for rest in rests if back <= rest.total), refund)


def given_back(case: Case, refund: Refund) -> list[GivenBack]:
    """Say what the refund was for, net and tax of each thing; the tax adds up to the refund's own.

    :raises Held: it does not explain its total, or it names a thing that the order does not have.
    """
    if refund.merchant_override:
        return _dictated(case.order, refund)
    return [_order_level(case, share) for share in _explained(case, refund).shares]


def of_lost_lines(order: Order, refund: Refund) -> Money:
    """How much of a refund is for lines that the order does not have any more, in the likeliest reading."""
    if len(kept(order, refund)) == len(refund.items):
        return Money.zero(order.currency)
    return next((refund.total - rest.total for rest in _without_lost_lines(order, refund)), refund.total)


def _without_lost_lines(order: Order, refund: Refund) -> Iterator[Refund]:
    """What of a refund for lost lines and other things is for those, in every reading; none of dictated amounts."""
    items = kept(order, refund)
    if refund.merchant_override or len(items) in (0, len(refund.items)):
        return
    for off, reading in product(off_shipping(order), TaxSide):
        worths = [share.worth for share in _shares(order, refund, items, reading, off)]
        whole = total((worth.inc for worth in worths), order.currency).rounded()
        tax = total((worth.tax for worth in worths), order.currency).rounded()
        yield replace(refund, items=items, total=whole, tax=tax)


def _explained(case: Case, refund: Refund) -> _Claim:
    """The first reading whose things make the refund's total."""
    claims = list(_claims(case.order, refund))
    judged = [claim.judged(case.tolerance) for claim in claims]
    told: dict[str, str] = {}
    for claim, residual in zip(claims, judged, strict=True):
        if residual.kind is ResidualClass.ROUNDING:
            return claim
        told.setdefault("\n".join(residual.arithmetic), claim.reading)
    detail = "\n".join(f"or, {reading}:\n{terms}" if reading else terms for terms, reading in told.items())
    what = f"refund {refund.id}: {judged[0].amount} of its total {refund.total} is unexplained"
    raise Held((Unexplained(what, detail=detail),))


def _claims(order: Order, refund: Refund) -> Iterator[_Claim]:
    """Every reading, the likeliest first."""
    offs = off_shipping(order)
    for off, reading in product(offs, TaxSide):
        told = ["" if off == offs[0] else f"with {unassigned(order)} off the {'shipping' if off else 'lines'}"]
        told += ["with its amounts read without tax" if reading is TaxSide.WITHOUT_TAX else ""]
        yield _claim(order, refund, reading, off, " and ".join(filter(None, told)))


def _claim(order: Order, refund: Refund, reading: TaxSide, off: Money, told: str) -> _Claim:
    items, tax = refund.items, refund.tax
    if not items:  # a tax adjustment: all of it is tax
        items, tax = (RefundItem(RefundItemKind.TAX, order.id, 1, refund.total),), refund.total
    shares = _shares(order, refund, items, reading, off)
    return _Claim(order, refund.total, tax, tuple(_taxed(order, shares, tax)), told)


def _shares(
    order: Order, refund: Refund, items: Sequence[RefundItem], reading: TaxSide, off: Money
) -> tuple[GivenBack, ...]:
    counter = Counter(order, of_lines(order, off), refund, reading, off)
    return tuple(counter.share(item) for item in items)


def _dictated(order: Order, refund: Refund) -> list[GivenBack]:
    """A merchant's own amounts: spread over the things in proportion, or returns where nothing gives one."""
    shares = _shares(order, refund, refund.items, TaxSide.WITH_TAX, off_shipping(order)[0])
    net, expected = refund.total - refund.tax, total((share.worth.ex for share in shares), order.currency)
    if not expected:
        shares, expected = (GivenBack(ledger.RETURNS, untaxed(net), "refund", gross=False),), net
    scaled = [
        replace(
            share,
            worth=Worth(share.worth.times(net.amount, expected.amount).ex, share.worth.taxes),
            residual=ResidualClass.MERCHANT_OVERRIDE,
            gross=False,
        )
        for share in shares
    ]
    return _taxed(order, scaled, refund.tax)


def _taxed(order: Order, shares: Sequence[GivenBack], tax: Money) -> list[GivenBack]:
    """Replace the expected tax by the refund's own, in proportion; where none was expected, on the first thing."""
    expected = total((share.worth.tax for share in shares), order.currency)
    if expected:
        taxed = [share.worth.times(tax.amount, expected.amount).taxes for share in shares]
    else:
        taxed = [only_tax(order, tax).taxes, *({} for _ in shares[1:])]
    return [
        replace(share, worth=_with_taxes(share.worth, by_name, keep_inc=share.gross))
        for share, by_name in zip(shares, taxed, strict=True)
    ]


def _with_taxes(worth: Worth, by_name: Mapping[str, Money], *, keep_inc: bool) -> Worth:
    changed = Worth(worth.ex, by_name)
    return Worth(worth.inc - changed.tax, by_name) if keep_inc else changed


def _order_level(case: Case, share: GivenBack) -> GivenBack:
    """Give an order-level refund its share of the tax, where the profile says so; the store gives it none."""
    if share.residual is not ResidualClass.ORDER_LEVEL_REFUND or case.profile.refunds.order_level == "untaxed":
        return share
    return replace(share, worth=of_order(case.order).times(share.worth.inc.amount, of_order(case.order).inc.amount))
