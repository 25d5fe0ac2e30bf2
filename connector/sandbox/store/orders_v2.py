"""Orders as ``/v2`` shows them: money as strings of four decimals, RFC 2822 dates, "" where nothing is."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from typing import Any

from connector.sandbox.store.forms import v2_date, v2_money
from connector.sandbox.store.lines_v2 import lines_of
from connector.sandbox.store.orders import SHIPPED, STATUSES, Order
from connector.sandbox.store.pricing import NOTHING, Cost
from connector.sandbox.store.spec import FREE_SHIPPING, SHIPPING

API = "https://api.bigcommerce.com"
PAYMENT_STATUSES = {4: "refunded", 14: "partially refunded", 6: "declined"}


def order_of(
    order: Order, store_hash: str, include: Collection[str] = (), *, as_object: bool = False
) -> dict[str, Any]:
    """Show an order; its consignments and fees are links unless included."""
    shown = {**_head(order), **_sums(order), **_currencies(order), **_outside(order)}
    for name in ("products", "shipping_addresses", "coupons", "consignments", "fees"):
        shown[name] = _link(order, store_hash, name)
    if {"consignments", "consignments.line_items"} & set(include):
        whole = consignments_of(order, store_hash, line_items="consignments.line_items" in include)
        shown["consignments"] = whole if as_object else [whole]
    if "fees" in include:
        shown["fees"] = fees_of(order)
    return shown


def addresses_of(order: Order, store_hash: str) -> list[dict[str, Any]]:
    """Show every parcel's address with its costs, as strings."""
    shown = []
    for index in range(len(order.spec.consignments)):
        parcel = _parcel(order, index)
        costs = {name: v2_money(value) if isinstance(value, Decimal) else value for name, value in parcel.items()}
        path = f"/orders/{order.id}/shippingaddresses/{parcel['id']}/shippingquotes"
        quotes = {"url": f"{API}/stores/{store_hash}/v2{path}", "resource": path}
        shown.append({**costs, "order_id": order.id, "shipping_quotes": quotes})
    return shown


def consignments_of(order: Order, store_hash: str, *, line_items: bool) -> dict[str, Any]:
    """Show the consignments' object structure; parcels' costs are numbers here."""
    lines = lines_of(order) if line_items else []
    link = [_link(order, store_hash, "products")]

    def chosen(kind: str, parcel: int | None = None) -> list[dict[str, Any]]:
        picked = [index for index, spec in enumerate(order.spec.lines) if spec.kind == kind]
        picked = [index for index in picked if parcel in (None, order.spec.lines[index].consignment)]
        return [lines[index] for index in picked] if line_items else link if picked else []

    downloads, certificates = chosen("digital"), chosen("giftcertificate")
    email = order.spec.billing["email"]
    return {
        "pickups": [],
        "shipping": [
            {**_parcel(order, index), "line_items": chosen("physical", index)}
            for index in range(len(order.spec.consignments))
        ],
        "downloads": [{"recipient_email": email, "line_items": downloads}] if downloads else [],
        "email": {
            "gift_certificates": [{"recipient_email": email, "line_items": certificates}] if certificates else []
        },
    }


def fees_of(order: Order) -> list[dict[str, Any]]:
    """Show every fee."""
    return [
        {
            "id": order.fee_id(cost.index),
            "type": "custom_fee",
            "display_name_customer": order.spec.fees[cost.index].name,
            "display_name_merchant": order.spec.fees[cost.index].name,
            "source": "AA",
            "base_cost": v2_money(cost.exact),
            "cost_ex_tax": v2_money(cost.ex_tax),
            "cost_inc_tax": v2_money(cost.inc_tax),
            "cost_tax": v2_money(cost.tax),
            "tax_class_id": 0 if order.spec.fees[cost.index].taxed else None,
        }
        for cost in order.priced.of("fee")
    ]


def coupons_of(order: Order) -> list[dict[str, Any]]:
    """Show every coupon with the money it took off; ``discount`` is a bare number even in v2."""
    shown = []
    for index, coupon in enumerate(order.spec.coupons):
        off = sum((cost.discounts.get(coupon.code, NOTHING) for cost in order.priced.costs), NOTHING)
        if coupon.kind in (SHIPPING, FREE_SHIPPING):
            off = sum((cost.listed - cost.exact for cost in order.priced.of("shipping")), NOTHING)
        shown.append(
            {
                "id": order.id * 10 + index,
                "coupon_id": 9 + index,
                "order_id": order.id,
                "code": coupon.code,
                "amount": v2_money(Decimal(coupon.amount)),
                "type": coupon.kind,
                "discount": off,
            }
        )
    return shown


def taxes_of(order: Order, *, details: bool) -> list[dict[str, Any]]:
    """Show the taxes: one row per tax and thing taxed with ``details``, else one per tax."""
    rows: list[dict[str, Any]] = []
    by_name: dict[str, dict[str, Any]] = {}
    for cost in order.priced.costs:
        for name, amount in cost.taxes.items():
            row = _tax_row(order, cost, name, amount, number=len(rows))
            if details:
                rows.append({**row, **_tax_details(order, cost)})
            elif name in by_name:
                by_name[name]["sum"] += amount
            else:
                by_name[name] = {**row, "sum": amount}
    for row in by_name.values():
        row["line_amount"] = row["priority_amount"] = v2_money(row.pop("sum"))
    return rows if details else list(by_name.values())


def _tax_row(order: Order, cost: Cost, name: str, amount: Decimal, *, number: int) -> dict[str, Any]:
    rate_id = list(order.spec.taxes).index(name) + 1
    return {
        "id": order.id * 1000 + number,
        "order_id": order.id,
        "order_address_id": order.address_id(0) if order.spec.consignments else 0,
        "tax_rate_id": rate_id,
        "sales_tax_id": str(rate_id),
        "tax_class_id": 2 if cost.kind == "shipping" else 0,
        "name": name,
        "class": "Shipping" if cost.kind == "shipping" else "Default Tax Class",
        "rate": v2_money(Decimal(order.spec.taxes[name])),
        "priority": 0,
        "priority_amount": v2_money(amount),
        "line_amount": v2_money(amount),
        "order_pickup_method_id": 0,
    }


def _tax_details(order: Order, cost: Cost) -> dict[str, Any]:
    of_a_line = cost.kind in ("item", "gift-wrapping")
    return {
        "order_product_id": str(order.line_id(cost.index)) if of_a_line else None,
        "line_item_type": cost.kind,
    }


def _head(order: Order) -> dict[str, Any]:
    spec = order.spec
    return {
        "id": order.id,
        "customer_id": spec.customer,
        "date_created": v2_date(order.created_at),
        "date_modified": v2_date(order.modified_at),
        "date_shipped": v2_date(order.modified_at) if order.status in SHIPPED else "",
        "status_id": order.status,
        "status": STATUSES[order.status],
        "custom_status": STATUSES[order.status],
        "is_tax_inclusive_pricing": spec.inclusive,
        "items_total": sum(line.quantity for line in spec.lines),
        "items_shipped": sum(line.quantity for line in spec.lines) if order.status in SHIPPED else 0,
        "payment_method": spec.payment_method,
        "payment_provider_id": "",
        "payment_status": _payment_status(order),
        "refunded_amount": "0.0000",  # always zero: refunds are told by v3 alone
        "order_is_digital": not spec.ships,
        "store_credit_amount": v2_money(order.paid_by("store_credit")),
        "gift_certificate_amount": v2_money(order.paid_by("gift_certificate")),
        "staff_notes": order.staff_notes,
        "customer_message": spec.message,
        "shipping_address_count": len(spec.consignments),
        "is_deleted": order.archived,
        "billing_address": {**spec.billing, "form_fields": []},
        "external_order_id": order.external_order_id,
    }


def _payment_status(order: Order) -> str:
    events = [one.event for one in order.transactions if one.status == "ok"]
    if order.status in PAYMENT_STATUSES:
        return PAYMENT_STATUSES[order.status]
    if "void" in events:
        return "void"
    if "capture" in events or "purchase" in events:
        return "captured"
    return "authorized" if "authorization" in events else ""


def _sums(order: Order) -> dict[str, Any]:
    priced = order.priced
    subtotal = list(priced.of("item"))
    shown = {
        "subtotal_ex_tax": sum((cost.ex_tax for cost in subtotal), NOTHING),
        "subtotal_inc_tax": sum((cost.inc_tax for cost in subtotal), NOTHING),
        "subtotal_tax": sum((cost.tax for cost in subtotal), NOTHING),
        "total_ex_tax": priced.total_ex_tax,
        "total_inc_tax": priced.total_inc_tax,
        "total_tax": priced.tax,
        "discount_amount": priced.discount,
        "coupon_discount": priced.coupon_discount,
    }
    for name, kind in (("shipping", "shipping"), ("handling", "handling"), ("wrapping", "gift-wrapping")):
        costs = list(priced.of(kind))
        shown[f"base_{name}_cost"] = sum((cost.listed for cost in costs), NOTHING)
        shown[f"{name}_cost_ex_tax"] = sum((cost.ex_tax for cost in costs), NOTHING)
        shown[f"{name}_cost_inc_tax"] = sum((cost.inc_tax for cost in costs), NOTHING)
        shown[f"{name}_cost_tax"] = sum((cost.tax for cost in costs), NOTHING)
    classes = {"shipping_cost_tax_class_id": 2, "handling_cost_tax_class_id": 2, "wrapping_cost_tax_class_id": 3}
    return {**{name: v2_money(amount) for name, amount in shown.items()}, **classes}


def _currencies(order: Order) -> dict[str, Any]:
    spec = order.spec
    return {
        "currency_id": 1,
        "currency_code": spec.display_currency or spec.currency,
        "currency_exchange_rate": "1.0000000000",
        "default_currency_id": 1,
        "default_currency_code": spec.currency,
        "store_default_currency_code": "USD",
        "store_default_to_transactional_exchange_rate": spec.exchange_rate,
    }


def _outside(order: Order) -> dict[str, Any]:
    return {
        "ip_address": "203.0.113.7",
        "ip_address_v6": "",
        "geoip_country": order.spec.billing["country"],
        "geoip_country_iso2": order.spec.billing["country_iso2"],
        "ebay_order_id": "0",
        "cart_id": f"7e48f7ef-2e88-4817-aea4-{order.id:012d}",
        "is_email_opt_in": False,
        "credit_card_type": None,
        "order_source": "www",
        "channel_id": 1,
        "external_source": None,
        "external_id": None,
        "external_merchant_id": None,
        "tax_provider_id": "BasicTaxProvider",
        "customer_locale": "en",
    }


def _link(order: Order, store_hash: str, name: str) -> dict[str, str]:
    return {
        "url": f"{API}/stores/{store_hash}/v2/orders/{order.id}/{name}",
        "resource": f"/orders/{order.id}/{name}",
    }


def _parcel(order: Order, index: int) -> dict[str, Any]:
    spec, shipping = order.spec.consignments[index], order.priced.one("shipping", index)
    handling = order.priced.one("handling", index)
    items = [line for line in order.spec.lines if line.kind == "physical" and line.consignment == index]
    count = sum(line.quantity for line in items)
    return {
        **order.spec.billing,
        **spec.address,
        "id": order.address_id(index),
        "items_total": count,
        "items_shipped": count if order.status in SHIPPED else 0,
        "shipping_method": spec.method,
        "base_cost": shipping.listed,
        "cost_ex_tax": shipping.ex_tax,
        "cost_inc_tax": shipping.inc_tax,
        "cost_tax": shipping.tax,
        "cost_tax_class_id": 2,
        "base_handling_cost": handling.listed,
        "handling_cost_ex_tax": handling.ex_tax,
        "handling_cost_inc_tax": handling.inc_tax,
        "handling_cost_tax": handling.tax,
        "handling_cost_tax_class_id": 2,
        "shipping_zone_id": 1,
        "shipping_zone_name": "United States",
        "form_fields": [],
    }
