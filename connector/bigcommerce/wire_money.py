"""Transactions and refunds (v3) in our words (facts/bigcommerce.md §5)."""

from __future__ import annotations

from connector.bigcommerce import wire_fields
from connector.bigcommerce.wire_fields import Fields
from connector.domain.faults import ContractBroken
from connector.domain.money import Money
from connector.domain.order import Order
from connector.domain.payment import PaymentEvent, Transaction
from connector.domain.refund import Refund, RefundItem, RefundItemKind, RefundPayment


def transactions(rows: list[object], order: Order) -> tuple[Transaction, ...]:
    """Read an order's transactions, ascending by id.

    :raises ContractBroken: a row does not fit, or its currency is not the order's.
    """
    found = wire_fields.rows(rows, f"order {order.id} transaction list", f"order {order.id} transaction")
    return tuple(sorted((_transaction(row, order.currency) for row in found), key=lambda one: one.id))


def refunds(rows: list[object], order: Order) -> tuple[Refund, ...]:
    """Read an order's refunds, ascending by id. Their amounts carry no currency: it is the order's.

    :raises ContractBroken: a row does not fit.
    """
    found = wire_fields.rows(rows, f"order {order.id} refund list", f"order {order.id} refund")
    return tuple(sorted((_refund(row, order.currency) for row in found), key=lambda one: one.id))


def _transaction(row: Fields, currency: str) -> Transaction:
    if (row.text("currency") or currency).upper() != currency:
        raise ContractBroken(f"the store's {row.where}: currency is not the order's, {currency}")
    return Transaction(
        id=row.whole("id"),
        event=row.choice("event", PaymentEvent),
        method=row.text("method"),
        gateway=row.text("gateway"),
        amount=abs(Money(row.amount("amount"), currency)),  # the sign of refunds is undocumented
        succeeded=row.text("status") == "ok",
        test=row.flag("test", False),
        created_at=row.moment("date_created"),
        parent=row.text("reference_transaction_id"),
    )


def _refund(row: Fields, currency: str) -> Refund:
    return Refund(
        id=row.whole("id"),
        created_at=row.moment("created"),
        total=Money(row.amount("total_amount"), currency),
        tax=Money(row.amount("total_tax"), currency),
        items=tuple(_item(item, currency) for item in row.rows("items", "item")),
        payments=tuple(_payment(payment, currency) for payment in row.rows("payments", "payment")),
        merchant_override=row.flag("uses_merchant_override_values", False),
        reason=row.text("reason"),
    )


def _item(row: Fields, currency: str) -> RefundItem:
    requested = row.raw("requested_amount")
    return RefundItem(
        kind=row.choice("item_type", RefundItemKind),
        item_id=row.whole("item_id", 0),
        quantity=row.whole("quantity", 0),
        requested=None if requested is None else Money(row.amount("requested_amount"), currency),
        adjustments=tuple(Money(one.amount("amount"), currency) for one in row.rows("adjustments", "adjustment")),
    )


def _payment(row: Fields, currency: str) -> RefundPayment:
    return RefundPayment(
        id=row.whole("id", 0),
        provider=row.text("provider_id"),
        amount=Money(row.amount("amount"), currency),
        offline=row.flag("offline", False),
        declined=row.flag("is_declined", False),
    )
