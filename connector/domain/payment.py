"""A payment event at the gateway, and whether it moved money."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from connector.domain.money import Money


class PaymentEvent(Enum):
    """What happened at the gateway (facts/bigcommerce.md §5)."""

    PURCHASE = "purchase"
    AUTHORIZATION = "authorization"
    CAPTURE = "capture"
    REFUND = "refund"
    VOID = "void"
    PENDING = "pending"
    SETTLED = "settled"


GIFT_CERTIFICATE = "gift_certificate"
STORE_CREDIT = "store_credit"


@dataclass(frozen=True, slots=True)
class Transaction:
    """One event; ``amount`` is never negative, the event gives the direction."""

    id: int
    event: PaymentEvent
    method: str
    gateway: str
    amount: Money
    succeeded: bool
    test: bool
    created_at: datetime
    parent: str = ""

    @property
    def why_not_posted(self) -> str:
        """Say why this event books nothing; empty when it moved money in."""
        if self.test:
            return "test transaction"
        if not self.succeeded:
            return "the gateway refused it"
        if self.event not in (PaymentEvent.PURCHASE, PaymentEvent.CAPTURE):
            return f"{self.event.value} moves no money in"
        if not self.amount:
            return "amount is zero"
        return ""
