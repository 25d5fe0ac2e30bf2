"""The shop's own record of an order and of the money that moved for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from connector.sandbox.store.forms import minor_unit, rounded
from connector.sandbox.store.pricing import NOTHING, Priced
from connector.sandbox.store.spec import OrderSpec

INCOMPLETE, REFUNDED, CANCELLED, PARTIALLY_REFUNDED = 0, 4, 5, 14
SHIPPED = (2, 10)
PAYING = ("purchase", "capture")
STATUSES = (
    "Incomplete",
    "Pending",
    "Shipped",
    "Partially Shipped",
    "Refunded",
    "Cancelled",
    "Declined",
    "Awaiting Payment",
    "Awaiting Pickup",
    "Awaiting Shipment",
    "Completed",
    "Awaiting Fulfillment",
    "Manual Verification Required",
    "Disputed",
    "Partially Refunded",
)


@dataclass(slots=True)
class Transaction:
    """One event at a gateway; ``parent`` is the one it follows from."""

    id: int
    event: str
    method: str
    gateway: str
    amount: Decimal
    status: str
    test: bool
    created_at: datetime
    parent: int | None = None

    @property
    def pays(self) -> bool:
        """Whether it moved money in."""
        return self.event in PAYING and self.status == "ok" and not self.test


@dataclass(slots=True)
class RefundPayment:
    """One way a refund went back; ``transaction`` is None until the gateway has done it."""

    id: int
    provider: str
    amount: Decimal
    offline: bool
    will_decline: bool
    declined: bool = False
    transaction: int | None = None


@dataclass(slots=True)
class Refund:
    """Money given back; ``taxes`` is the shop's own knowledge of what the tax part was made of."""

    id: int
    created_at: datetime
    reason: str
    total: Decimal
    tax: Decimal
    taxes: dict[str, Decimal]
    items: list[dict[str, Any]]
    payments: list[RefundPayment]
    overridden: bool = False
    settled: bool = False


@dataclass(slots=True)
class Order:
    """One order as the shop keeps it."""

    id: int
    spec: OrderSpec
    priced: Priced
    status: int
    created_at: datetime
    modified_at: datetime
    transactions: list[Transaction] = field(default_factory=list)
    refunds: list[Refund] = field(default_factory=list)
    external_order_id: str = ""
    staff_notes: str = ""
    archived: bool = False

    @property
    def unit(self) -> Decimal:
        """The smallest coin of its currency."""
        return minor_unit(self.spec.currency)

    @property
    def total(self) -> Decimal:
        """What the shopper is asked for, in whole coins."""
        return rounded(self.priced.total_inc_tax, self.unit)

    @property
    def paid(self) -> Decimal:
        """Money that came in, test payments counted as if it had."""
        return sum((one.amount for one in self.transactions if one.event in PAYING and one.status == "ok"), NOTHING)

    @property
    def refunded(self) -> Decimal:
        """What was promised back, whether or not the gateway has done it."""
        return sum((one.total for one in self.refunds), NOTHING)

    def paid_by(self, method: str) -> Decimal:
        """Money that came in by one method."""
        return sum((one.amount for one in self.transactions if one.pays and one.method == method), NOTHING)

    def line_id(self, index: int) -> int:
        """The order_product_id of a line."""
        return self.id * 1000 + index + 1

    def address_id(self, index: int) -> int:
        """The order_address_id of a parcel."""
        return self.id * 10 + index + 1

    def fee_id(self, index: int) -> int:
        """The id of a fee."""
        return self.id * 10 + index + 5

    def given_back(self, item_type: str, item_id: int) -> int:
        """How many of this line (or wrapping) refunds have taken back."""
        items = [item for refund in self.refunds for item in refund.items]
        return sum(item["quantity"] for item in items if (item["item_type"], item["item_id"]) == (item_type, item_id))
