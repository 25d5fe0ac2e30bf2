"""A story: one awkward order with what happens to it afterwards, and what a careful connector makes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from connector.sandbox.store.app import StoreSandbox

FIRST_ORDER = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)
BOOKED, WAITS, LEFT_OUT, HELD = "booked", "waits", "left out", "held"

TEXAS = {"TX Sales Tax": "8.25"}
CALIFORNIA = {"CA State Tax": "6.00", "CA County Tax": "0.25", "CA City Tax": "1.00"}
VAT = {"UK VAT": "20"}

Words = Mapping[str, Any]
Step = tuple[str, dict[str, Any]]


@dataclass(frozen=True)
class Story:
    """``order`` in the words of ``OrderSpec``; ``steps`` are methods of the store with their words."""

    name: str
    story: str
    order: Words
    steps: tuple[Step, ...] = ()
    expected: str = BOOKED

    def happen(self, store: StoreSandbox, number: int, *, announce: bool) -> int:
        """Let it happen, an hour after the story before it; refunds come days later."""
        created = FIRST_ORDER + timedelta(hours=number)
        words = {"created": created, "story": f"{self.name}: {self.story}", "expected": self.expected}
        order_id = store.place_order(announce=announce, **words, **self.order)
        for days, (verb, more) in enumerate(self.steps, start=3):
            if verb == "refund":
                when = (created + timedelta(days=days)).isoformat()
                _refund(store, order_id, {**more, "created": when, "announce": announce})
            else:
                getattr(store, verb)(order_id, announce=announce, **more)
        return order_id


@dataclass(frozen=True)
class Part:
    """A thing to refund, named by its place in the order instead of by its id."""

    item_type: str
    index: int = 0
    more: Words = field(default_factory=dict)


def line(sku: str, price: str, quantity: int = 1, **words: Any) -> dict[str, Any]:
    """Order an article of the catalog."""
    return {"sku": sku, "name": CATALOG.get(sku, "Something else"), "price": price, "quantity": quantity, **words}


def paid(gateway: str = "braintree", amount: str | None = None, **words: Any) -> dict[str, Any]:
    """Pay at a gateway; without an amount, the rest."""
    return {"gateway": gateway, "amount": amount, **words}


def refund(*parts: Part, **words: Any) -> Step:
    """Give parts back."""
    return "refund", {"parts": parts, **words}


def units(index: int, quantity: int = 1) -> Part:
    """Some units of a line."""
    return Part("PRODUCT", index, {"quantity": quantity})


def money(item_type: str, amount: str) -> Part:
    """An amount of shipping, handling, a fee, or of the order as such."""
    return Part(item_type, 0, {"amount": amount})


def _refund(store: StoreSandbox, order_id: int, words: dict[str, Any]) -> None:
    order = store.orders[order_id]
    ids = {"SHIPPING": order.address_id, "HANDLING": order.address_id, "FEE": order.fee_id}

    def item(part: Part) -> dict[str, Any]:
        found = order.id if part.item_type == "ORDER" else ids.get(part.item_type, order.line_id)(part.index)
        return {"item_type": part.item_type, "item_id": found, **part.more}

    items = [item(part) for part in words.pop("parts")]
    store.refund(order_id, items=items, delay=0, **words)


CATALOG = {
    "TEE-RED-S": "Sample Tee, red, S",
    "TEE-BLUE-M": "Sample Tee, blue, M",
    "MUG-11OZ": "Sample Mug 11 oz",
    "MUG-15OZ": "Sample Mug 15 oz",
    "POSTER-A2": "Poster A2",
    "LAMP-OAK": "Oak desk lamp",
    "CHAIR-7": "Chair No. 7",
    "EBOOK-1": "The Book of Carpets, e-book",
    "KIT-TOOLS": "Tool kit",
    "KIT-HAMMER": "Hammer of the kit",
    "KIT-SAW": "Saw of the kit",
    "SAMPLE-0": "Free colour sample",
    "GLOVES-9": "Work gloves, size 9",
    "ROPE-10M": "Rope, 10 m",
    "ÄPFEL-1KG": "Äpfel aus dem Alten Land, 1 kg",
}
