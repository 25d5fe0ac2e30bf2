"""An order's lines (v2), wherever the payload holds them, in our words (facts/bigcommerce.md §4.2, §4.3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from connector.bigcommerce.paging import SUSPICIOUS_SIZES
from connector.bigcommerce.wire_fields import Fields, is_link, kind_of
from connector.domain.faults import ContractBroken
from connector.domain.money import Money, total
from connector.domain.order import Discount, LineKind, Order, OrderLine, Priced

_DEEPEST = 6  # a list around the object, its parts, their lists, and some room


def lines(head: Fields, apart: list[object] | None, bare: Order) -> tuple[OrderLine, ...]:
    """Read the lines, ascending by id: those read ``apart``, else those the head carries.

    :raises ContractBroken: one does not fit, or is there twice.
    """
    rows = head.read_apart(carried(head) if apart is None else apart, "line")
    found = sorted((_line(row, bare.currency) for row in rows), key=lambda line: line.id)
    if len({line.id for line in found}) < len(found):
        raise ContractBroken(f"the store's {head.where} names one line twice")
    return tuple(_with_wrapping_of_the_whole_line(found, bare))


def carried(head: Fields) -> list[object]:
    """Find the lines in the order's parcels, pick-ups, downloads and gift certificates."""
    return [item for item in _items(head) if not is_link(item)]


def carries_all(head: Fields) -> bool:
    """Tell whether the head's own lines are all: some, no link among them, and no number a list may be cut to.

    A suspicious number is all the same, if the lines add up to the order's own subtotal.
    """
    items = list(_items(head))
    if not items or any(is_link(item) for item in items):
        return False
    if len(items) not in SUSPICIOUS_SIZES:
        return True
    side = "inc_tax" if head.flag("is_tax_inclusive_pricing") else "ex_tax"
    found = (row.amount(f"total_{side}") for row in head.read_apart(items, "line"))
    return sum(found, Decimal(0)) == head.amount(f"subtotal_{side}")


def _items(head: Fields) -> Iterator[object]:
    for holder in _holders(head.raw("consignments"), _DEEPEST):
        told = holder["line_items"]
        if is_link(told):
            yield told
        elif isinstance(told, list):
            yield from told
        elif told:
            raise ContractBroken(f"the store's {head.where} line_items is {kind_of(told)}, not a list")


def _holders(told: object, depth: int) -> Iterator[Mapping[str, object]]:
    """Everything with ``line_items`` in a consignments object, or in the list it was before."""
    if isinstance(told, Mapping) and "line_items" in told:
        yield told
    elif depth and isinstance(told, Mapping | list):
        for value in told.values() if isinstance(told, Mapping) else told:
            yield from _holders(value, depth - 1)


def _line(row: Fields, currency: str) -> OrderLine:
    return OrderLine(
        id=row.whole("id"),
        sku=row.text("sku"),
        name=row.text("name"),
        kind=row.choice("type", LineKind),
        quantity=row.whole("quantity"),
        price=row.priced("total", currency, required=True),
        wrapping=row.priced("wrapping_cost", currency),
        discounts=tuple(_discounts(row, currency)),
        product_id=row.whole("product_id", 0),
        variant_id=row.whole("variant_id", 0),
        parent=row.whole("parent_order_product_id", 0) or None,
    )


def _with_wrapping_of_the_whole_line(lines: list[OrderLine], bare: Order) -> list[OrderLine]:
    """Multiply wrapping by quantity where only that makes the order's wrapping total.

    Whether a line's wrapping cost is for one piece or for the line is undocumented; the total decides.
    """

    def exact(price: Priced) -> Money:
        return price.exact(tax_inclusive=bare.tax_inclusive)

    def summed(some: list[OrderLine]) -> Money:
        return total((exact(line.wrapping) for line in some), bare.currency)

    multiplied = [replace(line, wrapping=_times(line.wrapping, line.quantity)) for line in lines]
    wanted = exact(bare.totals.wrapping)
    return multiplied if summed(lines) != wanted and summed(multiplied) == wanted else lines


def _times(price: Priced, quantity: int) -> Priced:
    return Priced(price.ex_tax * quantity, price.inc_tax * quantity)


def _discounts(row: Fields, currency: str) -> Iterator[Discount]:
    for applied in row.rows("applied_discounts", "discount"):
        amount = applied.amount("amount", Decimal(0))
        if amount < 0:
            raise ContractBroken(f"the store's {applied.where}: amount is negative")
        if amount:
            yield Discount(applied.text("code") or applied.text("id"), Money(amount, currency))
