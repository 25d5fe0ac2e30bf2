"""An order's payload (v2) in our words (facts/bigcommerce.md §4)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from connector.bigcommerce import wire_fields
from connector.bigcommerce.paging import SUSPICIOUS_SIZES
from connector.bigcommerce.wire_fields import Fields
from connector.domain.faults import ContractBroken
from connector.domain.money import Money, total
from connector.domain.order import (
    Address,
    Consignment,
    Discount,
    Fee,
    LineKind,
    Order,
    OrderLine,
    OrderStatus,
    Priced,
    Tax,
    TaxTarget,
    Totals,
)

NOTHING = Decimal(0)
_DEEPEST = 6  # a list around the object, its parts, their lists, and some room


def order(
    head: Fields,
    *,
    taxes: list[object],
    products: list[object] | None = None,
    fees: list[object] | None = None,
) -> Order:
    """Read an order. ``products`` and ``fees`` are the rows read apart, where the head does not carry them.

    :raises ContractBroken: names the order, the field and what kind of value it has.
    """
    bare = order_head(head)
    line_rows = carried_lines(head) if products is None else products
    fee_rows = head.raw("fees") if fees is None else fees
    return replace(
        bare,
        lines=_lines(_rows(line_rows, head, "line"), bare, head.where),
        consignments=_consignments(head, bare.currency),
        fees=tuple(_fee(row, bare.currency) for row in _rows(fee_rows, head, "fee")),
        taxes=tuple(_tax(row, bare.currency) for row in _rows(taxes, head, "tax")),
    )


def order_head(head: Fields) -> Order:
    """Read what a row of the order list has: everything but lines, parcels, fees and tax rows.

    :raises ContractBroken: as ``order``.
    """
    currency = _currency(head)
    return Order(
        id=head.whole("id"),
        status=_status(head),
        payment_status=head.text("payment_status"),
        created_at=head.moment("date_created"),
        modified_at=head.moment("date_modified"),
        currency=currency,
        tax_inclusive=head.flag("is_tax_inclusive_pricing"),
        customer_id=head.whole("customer_id", 0) or None,
        billing=_address(head.part("billing_address")),
        totals=_totals(head, currency),
        lines=(),
        payment_method=head.text("payment_method"),
        note=head.text("customer_message"),
        archived=head.flag("is_deleted", False),
        external_order_id=head.text("external_order_id"),
    )


def carried_lines(head: Fields) -> list[object]:
    """Find the order's lines wherever its parcels, pick-ups, downloads and gift certificates hold them."""
    holders = _holders(head.raw("consignments"), _DEEPEST)
    items = (holder["line_items"] for holder in holders)
    return [item for listed in items if isinstance(listed, list) for item in listed if not _is_link(item)]


def carries_all_lines(head: Fields) -> bool:
    """Tell whether the head's own lines are all: some, and not a number a list may have been cut to.

    A suspicious number is all the same, if the lines add up to the order's own subtotal.
    """
    lines = carried_lines(head)
    if len(lines) not in SUSPICIOUS_SIZES:
        return bool(lines)
    side = "inc_tax" if head.flag("is_tax_inclusive_pricing") else "ex_tax"
    found = (row.amount(f"total_{side}") for row in _rows(lines, head, "line"))
    return sum(found, NOTHING) == head.amount(f"subtotal_{side}")


def carries_fees(head: Fields) -> bool:
    """Tell whether the head has its fees, or only a link to them."""
    return not _is_link(head.raw("fees"))


def taxes_add_up(head: Fields, rows: list[object]) -> bool:
    """Tell whether tax rows are all there are: they add up to the order's tax."""
    found = (row.amount("line_amount", NOTHING) for row in _rows(rows, head, "tax"))
    return sum(found, NOTHING) == head.amount("total_tax")


def _rows(told: object, head: Fields, each: str) -> list[Fields]:
    return wire_fields.rows(told, f"{head.where} {each} list", f"{head.where} {each}")


def _is_link(told: object) -> bool:
    return isinstance(told, Mapping) and "resource" in told


def _holders(told: object, depth: int) -> Iterator[Mapping[str, object]]:
    """Everything with ``line_items`` in a consignments object, or in the list it was before."""
    if isinstance(told, Mapping) and "line_items" in told:
        yield told
    elif depth and isinstance(told, Mapping | list):
        for value in told.values() if isinstance(told, Mapping) else told:
            yield from _holders(value, depth - 1)


def _consignments(head: Fields, currency: str) -> tuple[Consignment, ...]:
    """Parcels, then pick-ups; a list around the object is what the structure was before."""
    told = head.raw("consignments")
    groups = [Fields(one, f"{head.where} consignments") for one in (told if isinstance(told, list) else [told or {}])]
    parcels = [_parcel(row, currency) for group in groups for row in group.rows("shipping", "parcel")]
    pickups = [_pickup(row, currency) for group in groups for row in group.rows("pickups", "pickup")]
    return (*sorted(parcels, key=_by_id), *sorted(pickups, key=_by_id))


def _by_id(thing: Consignment | OrderLine) -> int:
    return thing.id


def _parcel(row: Fields, currency: str) -> Consignment:
    return Consignment(
        id=row.whole("id"),
        method=row.text("shipping_method"),
        address=_address(row.part("address") if row.raw("address") else row),
        shipping=_priced(row, "cost", currency),
        handling=_priced(row, "handling_cost", currency),
    )


def _pickup(row: Fields, currency: str) -> Consignment:
    free = Priced(Money.zero(currency), Money.zero(currency))
    return Consignment(
        id=row.whole("id"),
        method=row.text("pickup_method_display_name"),
        address=_location(row.part("location")),
        shipping=free,
        handling=free,
    )


def _lines(rows: list[Fields], bare: Order, where: str) -> tuple[OrderLine, ...]:
    lines = sorted((_line(row, bare.currency) for row in rows), key=_by_id)
    if len({line.id for line in lines}) < len(lines):
        raise ContractBroken(f"the store's {where} names one line twice")
    return tuple(_with_wrapping_of_the_whole_line(lines, bare))


def _line(row: Fields, currency: str) -> OrderLine:
    return OrderLine(
        id=row.whole("id"),
        sku=row.text("sku"),
        name=row.text("name"),
        kind=row.choice("type", LineKind),
        quantity=row.whole("quantity"),
        price=_priced(row, "total", currency, required=True),
        wrapping=_priced(row, "wrapping_cost", currency),
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
        amount = applied.amount("amount", NOTHING)
        if amount < 0:
            raise ContractBroken(f"the store's {applied.where}: amount is negative")
        if amount:
            yield Discount(applied.text("code") or applied.text("id"), Money(amount, currency))


def _fee(row: Fields, currency: str) -> Fee:
    name = row.text("display_name_merchant") or row.text("display_name_customer") or row.text("type")
    return Fee(row.whole("id", 0), name, _priced(row, "cost", currency, required=True))


def _tax(row: Fields, currency: str) -> Tax:
    return Tax(
        name=row.text("name"),
        amount=Money(row.amount("line_amount"), currency),
        target=row.choice("line_item_type", TaxTarget),
        line=row.whole("order_product_id", 0) or None,
        rate=row.text("rate"),
    )


def _totals(head: Fields, currency: str) -> Totals:
    return Totals(
        subtotal=_priced(head, "subtotal", currency, required=True),
        shipping=_priced(head, "shipping_cost", currency),
        handling=_priced(head, "handling_cost", currency),
        wrapping=_priced(head, "wrapping_cost", currency),
        total=_priced(head, "total", currency, required=True),
        tax=Money(head.amount("total_tax"), currency),
        discount=Money(head.amount("discount_amount", NOTHING), currency),
        coupon_discount=Money(head.amount("coupon_discount", NOTHING), currency),
    )


def _priced(row: Fields, name: str, currency: str, *, required: bool = False) -> Priced:
    default = None if required else NOTHING
    ex_tax, inc_tax = (row.amount(f"{name}_{side}", default) for side in ("ex_tax", "inc_tax"))
    return Priced(Money(ex_tax, currency), Money(inc_tax, currency))


def _currency(head: Fields) -> str:
    """The transactional currency: what the shopper paid in (facts/bigcommerce.md §4.2)."""
    code = head.text("default_currency_code")
    if not re.fullmatch("[A-Z]{3}", code):
        raise ContractBroken(f"the store's {head.where}: default_currency_code is no currency code")
    return code


def _status(head: Fields) -> OrderStatus:
    number = head.whole("status_id")
    if number not in {status.value for status in OrderStatus}:
        raise ContractBroken(f"the store's {head.where}: status_id {number} is no status we know")
    return OrderStatus(number)


def _address(row: Fields) -> Address:
    return Address(
        first_name=row.text("first_name"),
        last_name=row.text("last_name"),
        company=row.text("company"),
        street_1=row.text("street_1"),
        street_2=row.text("street_2"),
        city=row.text("city"),
        state=row.text("state"),
        postal_code=row.text("zip"),
        country_code=row.text("country_iso2"),
        phone=row.text("phone"),
        email=row.text("email"),
    )


def _location(row: Fields) -> Address:
    """Where a shopper picks the goods up: the shop's own address, in other words than any other address."""
    return Address(
        company=row.text("name"),
        street_1=row.text("address_line_1"),
        street_2=row.text("address_line_2"),
        city=row.text("city"),
        state=row.text("state"),
        postal_code=row.text("postal_code"),
        country_code=row.text("country_alpha2"),
        phone=row.text("phone"),
        email=row.text("email"),
    )
