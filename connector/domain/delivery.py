"""A webhook as received: it says where to look, never what happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Delivery:
    """What an authentic body says. ``order`` and ``product`` are None for scopes that concern none.

    ``exception`` is the store's own complaint of a hook, as ``90002: its words``.
    """

    scope: str
    store_hash: str
    order: int | None = None
    created_at: datetime | None = None
    product: int | None = None
    exception: str = ""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why an authentic body makes no sense; it is kept as a dead letter."""

    reason: str
