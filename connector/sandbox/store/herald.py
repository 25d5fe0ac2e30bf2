"""Says what happened, in the scopes and shapes of facts/bigcommerce.md §2.3."""

from __future__ import annotations

from typing import Any

from connector.sandbox.store.catalog.goods import Countable, Product, Variant
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


class CatalogHerald:
    """Turns what happens to products, variants and their pieces into webhooks."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    def created(self, product: Product) -> None:
        """Say that a product was created, and each of its SKUs."""
        self._each(product, "created")

    def deleted(self, product: Product) -> None:
        """Say that a product was deleted, and each of its SKUs."""
        self._each(product, "deleted")

    def product(self, product: Product, what: str) -> None:
        """Say that a product was created, updated or deleted."""
        self._sender.announce(f"store/product/{what}", {"type": "product", "id": product.id})

    def sku(self, variant: Variant, what: str) -> None:
        """Say that a variant was created, updated or deleted; its event's id is not the variant's."""
        names = {"product_id": variant.product.id, "variant_id": variant.id}
        self._sender.announce(f"store/sku/{what}", {"type": "sku", "id": variant.sku_id, "sku": names})

    def pieces(self, holder: Countable, method: str, changed: int) -> None:
        """Say by how much the pieces of a product or a variant changed, even where they were set."""
        if isinstance(holder, Product):
            inventory = {"product_id": holder.id, "method": method, "value": changed}
            data = {"type": "product", "id": holder.id, "inventory": inventory}
            self._sender.announce("store/product/inventory/updated", data)
        else:
            inventory = {
                "product_id": holder.product.id,
                "method": method,
                "value": changed,
                "variant_id": holder.id,
            }
            data = {"type": "sku", "id": holder.sku_id, "inventory": inventory}
            self._sender.announce("store/sku/inventory/updated", data)

    def _each(self, product: Product, what: str) -> None:
        self.product(product, what)
        for variant in product.variants:
            if variant.values:
                self.sku(variant, what)
