"""Order lines as ``/v2`` shows them, with every field that BigCommerce sends."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from connector.sandbox.store.forms import rounded, v2_money
from connector.sandbox.store.orders import SHIPPED, Order
from connector.sandbox.store.pricing import FOUR_DECIMALS, MANUAL, NOTHING, Cost
from connector.sandbox.store.spec import LineSpec


def lines_of(order: Order) -> list[dict[str, Any]]:
    """Show every line."""
    return [_line(order, index, spec) for index, spec in enumerate(order.spec.lines)]


def _line(order: Order, index: int, spec: LineSpec) -> dict[str, Any]:
    cost = order.priced.one("item", index)
    wrapping = order.priced.find("gift-wrapping", index)
    refunded = order.given_back("PRODUCT", order.line_id(index))
    return {
        **_identity(order, index, spec),
        **_prices(spec, cost),
        **_wrapping(wrapping),
        "quantity": spec.quantity,
        "is_refunded": refunded == spec.quantity,
        "quantity_refunded": refunded,
        "refund_amount": "0.0000",  # always zero, as on the order
        "quantity_shipped": spec.quantity if order.status in SHIPPED else 0,
        "applied_discounts": [_discount(order, code, amount) for code, amount in cost.discounts.items()],
        "discounted_total_inc_tax": v2_money(cost.paid),
    }


def _identity(order: Order, index: int, spec: LineSpec) -> dict[str, Any]:
    certificate = spec.kind == "giftcertificate"
    number = 0 if certificate else 100 + sum(spec.sku.encode())
    return {
        "id": order.line_id(index),
        "order_id": order.id,
        "product_id": number,
        "variant_id": 0 if certificate else number + 300,
        "order_pickup_method_id": 0,
        "order_address_id": order.address_id(spec.consignment) if spec.kind == "physical" else 0,
        "name": spec.name,
        "name_customer": spec.name,
        "name_merchant": spec.name,
        "sku": spec.sku,
        "upc": "",
        "type": spec.kind,
        "weight": "1.0000",
        "width": "0.0000",
        "height": "0.0000",
        "depth": "0.0000",
        "return_id": 0,
        "event_name": None,
        "event_date": None,
        "fixed_shipping_cost": "0.0000",
        "ebay_item_id": "",
        "ebay_transaction_id": "",
        "option_set_id": None,
        "parent_order_product_id": None if spec.bundle is None else order.line_id(spec.bundle),
        "is_bundled_product": spec.bundle is not None,
        "bin_picking_number": "",
        "external_id": None,
        "brand": "",
        "gift_certificate_id": order.line_id(index) if certificate else None,
        "product_options": [],
        "configurable_fields": [],
    }


def _prices(spec: LineSpec, cost: Cost) -> dict[str, str]:
    each = {"ex": cost.ex_tax / spec.quantity, "inc": cost.inc_tax / spec.quantity, "tax": cost.tax / spec.quantity}
    return {
        "base_price": v2_money(Decimal(spec.price)),
        **{
            f"price_{side}{'' if side == 'tax' else '_tax'}": v2_money(rounded(amount, FOUR_DECIMALS))
            for side, amount in each.items()
        },
        "base_total": v2_money(cost.exact),
        "total_ex_tax": v2_money(cost.ex_tax),
        "total_inc_tax": v2_money(cost.inc_tax),
        "total_tax": v2_money(cost.tax),
        "base_cost_price": "0.0000",
        "cost_price_inc_tax": "0.0000",
        "cost_price_ex_tax": "0.0000",
        "cost_price_tax": "0.0000",
    }


def _wrapping(cost: Cost | None) -> dict[str, Any]:
    return {
        "wrapping_id": 1 if cost else 0,
        "wrapping_name": "Gift wrap" if cost else "",
        "base_wrapping_cost": v2_money(cost.exact if cost else NOTHING),
        "wrapping_cost_ex_tax": v2_money(cost.ex_tax if cost else NOTHING),
        "wrapping_cost_inc_tax": v2_money(cost.inc_tax if cost else NOTHING),
        "wrapping_cost_tax": v2_money(cost.tax if cost else NOTHING),
        "wrapping_message": "",
    }


def _discount(order: Order, code: str, amount: Decimal) -> dict[str, Any]:
    if code == MANUAL:
        manual = {"id": "manual-discount", "name": "Manual Discount", "code": None, "target": "order"}
        return {**manual, "amount": v2_money(amount)}
    coupon = next(one for one in order.spec.coupons if one.code == code)
    target = "order" if coupon.lines is None else "product"
    return {"id": "coupon", "amount": v2_money(amount), "name": f"Coupon {code}", "code": code, "target": target}
