"""What a refund is worth: reckoned from what was paid for each thing, refused when it is more than is left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from connector.sandbox.store.forms import rounded, shared
from connector.sandbox.store.orders import Order
from connector.sandbox.store.pricing import NOTHING, Cost

COUNTED = {"PRODUCT": "item", "GIFT_WRAPPING": "gift-wrapping"}
VALUED = {"SHIPPING": "shipping", "HANDLING": "handling", "FEE": "fee"}


class Refused(Exception):
    """The shop says no, with this status and these words.

    ``errors`` says what is wrong with which field; ``batch`` says it for each entry of a batch, and then that is all.
    """

    def __init__(
        self,
        status: int,
        title: str,
        *,
        errors: Mapping[str, str] | None = None,
        batch: Sequence[Mapping[str, Any]] = (),
    ) -> None:
        super().__init__(title)
        self.status = status
        self.title = title
        self.errors = errors or {}
        self.batch = batch


@dataclass
class Worth:
    """What a refund request comes to."""

    total: Decimal = NOTHING
    taxes: dict[str, Decimal] = field(default_factory=dict)
    items: list[dict[str, Any]] = field(default_factory=list)
    order_level: Decimal = NOTHING
    overridden: bool = False

    @property
    def tax(self) -> Decimal:
        """The tax part of it."""
        return sum(self.taxes.values(), NOTHING)

    def add(self, amount: Decimal, taxes: Mapping[str, Decimal]) -> None:
        """Count one thing in."""
        self.total += amount
        for name, tax in taxes.items():
            self.taxes[name] = self.taxes.get(name, NOTHING) + tax


def worth_of(order: Order, request: Mapping[str, Any]) -> Worth:
    """Reckon what a refund request comes to.

    :raises Refused: 422 when something in it does not exist or is more than is left.
    """
    worth = Worth()
    for item in request.get("items") or []:
        _count(order, item, worth)
        worth.items.append(_as_kept(item))
    if "tax_adjustment_amount" in request:
        amount = rounded(Decimal(str(request["tax_adjustment_amount"])), order.unit)
        worth.add(amount, _by_name(order, amount))
    if override := request.get("merchant_calculated_override"):
        worth.total = Decimal(str(override["total_amount"]))
        worth.taxes = _by_name(order, Decimal(str(override["total_tax"])))
        worth.overridden = True
    if not worth.total and not worth.items:
        raise Refused(422, "JSON data is missing or invalid")
    if worth.total > order.total - order.refunded:
        raise Refused(422, "Refund amount exceeds remaining amount")
    return worth


def ways_back(order: Order, amount: Decimal) -> list[dict[str, Any]]:
    """Share an amount over the gateways that were paid, in the order they were, as far as each has money left."""
    left = money_left(order)
    payments = []
    for provider, most in left.items():
        part = min(most, amount)
        if part > 0:
            payments.append({"provider_id": provider, "amount": part, "offline": False})
            amount -= part
    if amount > 0:
        payments.append({"provider_id": "custom", "amount": amount, "offline": True})
    return payments


def money_left(order: Order) -> dict[str, Decimal]:
    """Say by gateway what came in and has not gone back."""
    left: dict[str, Decimal] = {}
    for one in order.transactions:
        if one.pays:
            left[one.gateway] = left.get(one.gateway, NOTHING) + one.amount
    for payment in (payment for refund in order.refunds for payment in refund.payments):
        if not payment.declined and payment.provider in left:
            left[payment.provider] -= payment.amount
    return left


def check_payments(order: Order, payments: Sequence[Mapping[str, Any]], total: Decimal) -> None:
    """Refuse payments that do not add up to the refund, and store credit for guests.

    :raises Refused: 422.
    """
    if not order.spec.customer and any(one["provider_id"] == "storecredit" for one in payments):
        raise Refused(422, "Unable to provide store credit for a guest customer.")
    if sum((Decimal(str(one["amount"])) for one in payments), NOTHING) != total:
        raise Refused(422, "The sum of the payments does not match the refund amount")


def _count(order: Order, item: Mapping[str, Any], worth: Worth) -> None:
    kind = item["item_type"]
    if kind in COUNTED:
        worth.add(*_quantity_worth(order, item))
    elif kind in VALUED:
        worth.add(*_amount_worth(order, item))
    elif kind == "ORDER":
        amount = rounded(Decimal(str(item["amount"])), order.unit)
        worth.order_level += amount
        worth.add(amount, {})
    else:
        raise Refused(422, f"{kind} is not a valid item_type")


def _quantity_worth(order: Order, item: Mapping[str, Any]) -> tuple[Decimal, dict[str, Decimal]]:
    index = int(item["item_id"]) - order.line_id(0)
    cost = _find(order, COUNTED[item["item_type"]], index)
    bought = order.spec.lines[index].quantity
    before = order.given_back(item["item_type"], int(item["item_id"]))
    after = before + int(item["quantity"])
    if after > bought:
        raise Refused(422, "Refund quantity is greater than remaining quantity")

    def part(whole: Decimal) -> Decimal:
        """What the units between before and after are worth, so that all units together are worth the whole."""
        return rounded(whole * after / bought, order.unit) - rounded(whole * before / bought, order.unit)

    adjusted = sum((Decimal(str(one["amount"])) for one in item.get("adjustments") or []), NOTHING)
    return part(cost.paid) + adjusted, {name: part(tax) for name, tax in cost.taxes.items()}


def _amount_worth(order: Order, item: Mapping[str, Any]) -> tuple[Decimal, dict[str, Decimal]]:
    kind, wanted = VALUED[item["item_type"]], int(item["item_id"])
    index = wanted - (order.fee_id(0) if kind == "fee" else order.address_id(0))
    cost = _find(order, kind, index)
    amount = rounded(Decimal(str(item["amount"])), order.unit)
    if amount > rounded(cost.paid, order.unit):
        raise Refused(422, "Refund amount is greater than remaining amount")
    return amount, {name: rounded(amount * tax / cost.paid, order.unit) for name, tax in cost.taxes.items()}


def _find(order: Order, kind: str, index: int) -> Cost:
    found = order.priced.find(kind, index)
    if found is None:
        raise Refused(422, f"The order has no such {kind}")
    return found


def _by_name(order: Order, tax: Decimal) -> dict[str, Decimal]:
    names = order.priced.taxes_by_name()
    return dict(zip(names, shared(tax, list(names.values()), order.unit), strict=True)) if names else {"": tax}


def _as_kept(item: Mapping[str, Any]) -> dict[str, Any]:
    """Keep an item as the refund shows it later."""
    amount = item.get("amount")
    return {
        "item_type": item["item_type"],
        "item_id": int(item["item_id"]),
        "reason": item.get("reason", ""),
        "quantity": int(item.get("quantity", 1)),
        "adjustments": list(item.get("adjustments") or []),
        "requested_amount": None if amount is None else Decimal(str(amount)),
    }
