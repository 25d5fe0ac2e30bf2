"""A webhook as received: it says where to look, never what happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Delivery:
    """What an authentic body says. ``order`` and ``product`` are None for scopes that concern none.

    ``exception``: the store's word on deliveries that failed, ``90002: ...``.
    """

    scope: str
    store_hash: str
    order: int | None = None
    refund: int | None = None
    product: int | None = None
    exception: str = ""
    created_at: datetime | None = None
    hash: str = ""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why an authentic body makes no sense; it is kept as a dead letter."""

    reason: str
