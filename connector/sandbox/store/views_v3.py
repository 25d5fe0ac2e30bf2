"""Transactions, refunds and quotes as ``/v3`` shows them: money as numbers, ISO dates, null or {} for nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from connector.sandbox.store.forms import rounded, v3_date
from connector.sandbox.store.orders import Order, Refund, RefundPayment, Transaction
from connector.sandbox.store.refunds import Worth, money_left

CARD = {
    "card_type": "visa",
    "card_iin": "411111",
    "card_last4": "1111",
    "card_expiry_month": 12,
    "card_expiry_year": 2029,
}
NO_AVS = {"code": "", "message": "", "street_match": "", "postal_match": ""}
PROVIDERS = {"storecredit": "Store Credit", "custom": "Custom", "giftcertificate": "Gift Certificate"}


def transactions_of(order: Order) -> dict[str, Any]:
    """Show every event at a gateway, with a pagination block that is there although nothing pages."""
    shown = [_transaction(order, one) for one in list(order.transactions)]
    return {"data": shown, "meta": {"pagination": pagination(len(shown), len(shown), page=1, limit=50)}}


def refund_of(order: Order, refund: Refund) -> dict[str, Any]:
    """Show one refund."""
    return {
        "id": refund.id,
        "order_id": order.id,
        "user_id": 0,
        "created": v3_date(refund.created_at),
        "reason": refund.reason,
        "total_amount": refund.total,
        "total_tax": refund.tax,
        "uses_merchant_override_values": refund.overridden,
        "items": refund.items,
        "payments": [_payment(one) for one in refund.payments],
    }


def quote_of(order: Order, worth: Worth) -> dict[str, Any]:
    """Show what a refund would come to, and the ways it could go back: each gateway alone, then by hand."""
    total = rounded(worth.total, order.unit)
    left = money_left(order)
    enough = [[_way(name, total)] for name, most in left.items() if most >= total]
    together = [[_way(name, most) for name, most in left.items() if most > 0]] if not enough and left else []
    return {
        "order_id": order.id,
        "total_refund_amount": total,
        "total_refund_tax_amount": worth.tax,
        "order_level_refund_amount": worth.order_level,
        "rounding": total - worth.total,
        "adjustment": 0,
        "tax_inclusive": True,
        "refund_methods": [*enough, *together, [_way("custom", total)]],
    }


def pagination(total: int, count: int, *, page: int, limit: int, query: str = "") -> dict[str, Any]:
    """Show where in a list a page stands."""
    pages = max(1, -(-total // limit))
    links = {"current": f"?page={page}&limit={limit}{query}"}
    if page < pages:
        links["next"] = f"?page={page + 1}&limit={limit}{query}"
    if page > 1:
        links["previous"] = f"?page={page - 1}&limit={limit}{query}"
    return {
        "total": total,
        "count": count,
        "per_page": limit,
        "current_page": page,
        "total_pages": pages,
        "links": links,
    }


def page_of(rows: Sequence[Mapping[str, Any]], *, page: int, limit: int) -> dict[str, Any]:
    """Show one page of a v3 list; past the end it is an empty list, with 200."""
    shown = rows[(page - 1) * limit : page * limit]
    return {"data": shown, "meta": {"pagination": pagination(len(rows), len(shown), page=page, limit=limit)}}


def _transaction(order: Order, one: Transaction) -> dict[str, Any]:
    card = one.method == "credit_card"
    return {
        "order_id": str(order.id),
        "currency": order.spec.currency,
        "test": one.test,
        "fraud_review": False,
        "avs_result": dict(NO_AVS) if card else {},
        "cvv_result": {"code": "", "message": ""} if card else {},
        "offline": {"display_name": "Bank Deposit"} if one.method == "offline" else None,
        "custom": {"payment_method": "Custom"} if one.method == "custom" else None,
        "payment_instrument_token": None,
        "custom_provider_field_result": None,
        "id": one.id,
        "event": one.event,
        "method": one.method,
        "amount": one.amount,
        "gateway": one.gateway,
        "gateway_transaction_id": f"gw{one.parent or one.id}" if card else "",
        "status": one.status,
        "reference_transaction_id": one.parent,
        "date_created": v3_date(one.created_at),
        "credit_card": dict(CARD) if card else None,
        "gift_certificate": _certificate(one) if one.method == "gift_certificate" else None,
        "store_credit": {"remaining_balance": Decimal(0)} if one.method == "store_credit" else None,
        "payment_method_id": f"{one.gateway}.{one.method}" if card else f"bigcommerce.{one.method}",
    }


def _certificate(one: Transaction) -> dict[str, Any]:
    return {
        "code": "MB345",
        "original_balance": Decimal(100),
        "starting_balance": one.amount,
        "remaining_balance": Decimal(0),
        "status": "active",
    }


def _payment(one: RefundPayment) -> dict[str, Any]:
    return {
        "id": one.id,
        "provider_id": one.provider,
        "amount": one.amount,
        "offline": one.offline,
        "is_declined": one.declined,
        "declined_message": "The gateway refused this refund" if one.declined else "",
        "transaction_id": "" if one.transaction is None else str(one.transaction),
    }


def _way(provider: str, amount: Decimal) -> dict[str, Any]:
    offline = provider == "custom"
    return {
        "provider_id": provider,
        "provider_description": PROVIDERS.get(provider, provider.title()),
        "amount": amount,
        "offline": offline,
        "offline_provider": offline,
        "offline_reason": "This is an offline payment provider." if offline else "",
    }
