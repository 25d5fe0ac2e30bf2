"""Money given back: what for (items) and by which way (payments)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from connector.domain.money import Money


class RefundItemKind(Enum):
    """What a refund gives money back for (facts/bigcommerce.md §5)."""

    PRODUCT = "PRODUCT"
    GIFT_WRAPPING = "GIFT_WRAPPING"
    SHIPPING = "SHIPPING"
    HANDLING = "HANDLING"
    FEE = "FEE"
    ORDER = "ORDER"
    TAX = "TAX"


@dataclass(frozen=True, slots=True)
class RefundItem:
    """One thing refunded; products count in ``quantity``, the others in ``requested``."""

    kind: RefundItemKind
    item_id: int
    quantity: int
    requested: Money | None = None
    adjustments: tuple[Money, ...] = ()


@dataclass(frozen=True, slots=True)
class RefundPayment:
    """One way the money went back; a declined one moved nothing."""

    id: int
    provider: str
    amount: Money
    offline: bool
    declined: bool


@dataclass(frozen=True, slots=True)
class Refund:
    """One refund; ``total`` includes ``tax``, which may be negative."""

    id: int
    created_at: datetime
    total: Money
    tax: Money
    items: tuple[RefundItem, ...]
    payments: tuple[RefundPayment, ...]
    merchant_override: bool = False
    reason: str = ""
