"""Says what happened, in the scopes and shapes of facts/bigcommerce.md §2.3."""

from __future__ import annotations

from typing import Any

from connector.sandbox.store.orders import Order, Refund, Transaction
from connector.sandbox.store.sender import Sender


class Herald:
    """Turns the shop's events into webhooks."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    def order(self, order: Order, what: str) -> None:
        """Say that an order was created, updated or archived."""
        self._say(what, {"type": "order", "id": order.id})

    def status(self, order: Order, before: int) -> None:
        """Say that an order's status changed, if it did."""
        if before != order.status:
            status = {"previous_status_id": before, "new_status_id": order.status}
            self._say("statusUpdated", {"type": "order", "id": order.id, "status": status})

    def transaction(self, order: Order, transaction: Transaction) -> None:
        """Say that something happened at a gateway."""
        what = {
            "type": "transaction",
            "order_id": str(order.id),
            "transaction_id": str(transaction.id),
            "transaction_status": transaction.status,
            "transaction_type": transaction.event,
        }
        self._say("transaction/created", what)

    def refund(self, order: Order, refund: Refund) -> None:
        """Say that a refund was promised."""
        self._say("refund/created", {"type": "order", "id": order.id, "refund": {"refund_id": refund.id}})

    def _say(self, what: str, data: dict[str, Any]) -> None:
        self._sender.announce(f"store/order/{what}", data)
