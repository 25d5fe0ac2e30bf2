"""An order's payload (v2) in our words (facts/bigcommerce.md §4)."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from connector.bigcommerce import wire_lines
from connector.bigcommerce.wire_fields import Fields, is_link
from connector.domain.faults import ContractBroken
from connector.domain.money import Money
from connector.domain.order import (
    Address,
    Consignment,
    Fee,
    Order,
    OrderStatus,
    Priced,
    Tax,
    TaxTarget,
    Totals,
)

NOTHING = Decimal(0)


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
    fee_rows = head.raw("fees") if fees is None else fees
    return replace(
        bare,
        lines=wire_lines.lines(head, products, bare),
        consignments=_consignments(head, bare.currency),
        fees=tuple(_fee(row, bare.currency) for row in head.read_apart(fee_rows, "fee")),
        taxes=tuple(_tax(row, bare.currency) for row in head.read_apart(taxes, "tax")),
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


def carries_fees(head: Fields) -> bool:
    """Tell whether the head has its fees, or only a link to them."""
    return not is_link(head.raw("fees"))


def taxes_add_up(head: Fields, rows: list[object]) -> bool:
    """Tell whether tax rows are all there are: they add up to the order's tax."""
    found = (row.amount("line_amount", NOTHING) for row in head.read_apart(rows, "tax"))
    return sum(found, NOTHING) == head.amount("total_tax")


def _consignments(head: Fields, currency: str) -> tuple[Consignment, ...]:
    """Parcels, then pick-ups; a list around the object is what the structure was before."""
    told = head.raw("consignments")
    groups = [Fields(one, f"{head.where} consignments") for one in (told if isinstance(told, list) else [told or {}])]
    parcels = [_parcel(row, currency) for group in groups for row in group.rows("shipping", "parcel")]
    pickups = [_pickup(row, currency) for group in groups for row in group.rows("pickups", "pickup")]
    return (*sorted(parcels, key=lambda one: one.id), *sorted(pickups, key=lambda one: one.id))


def _parcel(row: Fields, currency: str) -> Consignment:
    return Consignment(
        id=row.whole("id"),
        method=row.text("shipping_method"),
        address=_address(row.part("address") if row.raw("address") else row),
        shipping=row.priced("cost", currency),
        handling=row.priced("handling_cost", currency),
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


def _fee(row: Fields, currency: str) -> Fee:
    name = row.text("display_name_merchant") or row.text("display_name_customer") or row.text("type")
    return Fee(row.whole("id", 0), name, row.priced("cost", currency, required=True))


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
        subtotal=head.priced("subtotal", currency, required=True),
        shipping=head.priced("shipping_cost", currency),
        handling=head.priced("handling_cost", currency),
        wrapping=head.priced("wrapping_cost", currency),
        total=head.priced("total", currency, required=True),
        tax=Money(head.amount("total_tax"), currency),
        discount=Money(head.amount("discount_amount", NOTHING), currency),
        coupon_discount=Money(head.amount("coupon_discount", NOTHING), currency),
    )


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
