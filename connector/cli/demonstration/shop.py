"""What happens in the store: awkward orders with their refunds, plain ones, and webhooks that do not all arrive."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import cycle
from typing import Any

from connector.domain.progress import OrderState
from connector.sandbox.store.app import StoreSandbox
from connector.sandbox.store.orders import Order
from connector.sandbox.store.seed.story import BOOKED, HELD, LEFT_OUT, WAITS, Story

FATES = ("", "", "doubled", "", "late", "", "reordered", "", "lost", "")
"""What the way does to the webhooks of one order, and of the next: one order in ten is never told of."""

ENDS = {
    BOOKED: OrderState.POSTED,
    WAITS: OrderState.WAITING,
    LEFT_OUT: OrderState.LEFT_OUT,
    HELD: OrderState.HELD,
}
"""Where an order must come to, by what its story expects of a careful connector."""

UNMENDABLE = "does not add up"
"""The held story that no mapping can mend."""

Told = dict[str, Any]
"""What the store's own record says about one order (``StoreSandbox.truth``)."""


class Shop:
    """The store as the demonstration fills it."""

    def __init__(self, store: StoreSandbox) -> None:
        self.store = store
        self.awkward: dict[int, Story] = {}
        self.plain: list[int] = []
        self.mended: set[int] = set()
        self._fates = cycle(FATES)

    def sell(self, stories: Iterable[Story], plain: int) -> None:
        """Let the stories happen, then plain orders; their webhooks suffer on the way."""
        for story in stories:
            self._on_the_way(next(self._fates))
            self._happen(story)
        for number in range(plain):
            self._on_the_way(next(self._fates))
            self.plain += self.store.place_orders(1, seed=number, announce=True)
        self._on_the_way("")

    def sell_what_is_held(self, stories: Iterable[Story]) -> dict[int, Story]:
        """Let stories happen that must be held."""
        return {self._happen(story): story for story in stories}

    def _happen(self, story: Story) -> int:
        order = story.happen(self.store, len(self.store.orders), announce=True)
        self.awkward[order] = story
        return order

    def _on_the_way(self, fate: str) -> None:
        self.store.webhooks.forget_fates()
        if fate:
            self.store.webhooks.fate("*", fate, seconds=1.0)

    def mend(self, held: dict[int, Story]) -> set[int]:
        """Note which held orders a mended mapping lets through."""
        self.mended |= {order for order, story in held.items() if story.name != UNMENDABLE}
        return self.mended

    def ends(self) -> dict[int, OrderState]:
        """Say where every order must have come to by now."""
        ends = dict.fromkeys(self.plain, OrderState.POSTED)
        ends |= {order: ENDS[story.expected] for order, story in self.awkward.items()}
        return ends | dict.fromkeys(self.mended, OrderState.POSTED)

    def booked(self) -> set[int]:
        """List the orders that must be in the ERP's books by now."""
        return {order for order, end in self.ends().items() if end is OrderState.POSTED}

    def with_items(self) -> set[int]:
        """List those of them that sell items: a gift certificate alone is money owed, not a sales order."""
        kinds = {order: {line.kind for line in self.store.orders[order].spec.lines} for order in self.booked()}
        return {order for order, sold in kinds.items() if sold != {"giftcertificate"}}

    def journals(self) -> int:
        """Count the journals they make: one for each sale, payment, and refund of which money went back."""
        return sum(_journals(self.store.orders[order]) for order in self.booked())

    def told(self, orders: Iterable[int]) -> dict[int, Told]:
        """Read the store's own record of some orders."""
        truth = self.store.truth()
        return {order: truth[str(order)] for order in sorted(orders)}

    def webhooks(self) -> Counter[str]:
        """Count webhooks by what became of them."""
        return Counter(delivery.fate or "plain" for delivery in self.store.webhooks.deliveries)

    def name(self, order: int) -> str:
        """Tell an order's story in one line."""
        story = self.awkward.get(order)
        return f"{story.name}: {story.story}" if story else "a plain order"


def _journals(order: Order) -> int:
    payments = sum(one.pays for one in order.transactions)
    refunds = sum(any(not payment.declined for payment in refund.payments) for refund in order.refunds)
    return 1 + payments + refunds


def spans(orders: Sequence[int]) -> str:
    """Write order numbers that follow each other as a span."""
    return f"{orders[0]}–{orders[-1]}" if len(orders) > 1 else f"{orders[0]}"
