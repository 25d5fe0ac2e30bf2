"""A snapshot written down and read back exactly, and the digests by which a change in the store is noticed."""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal
from typing import Any

from connector.domain.codec import plain, read
from connector.domain.order import Order, Snapshot

_OURS = frozenset({"modified_at", "external_order_id"})
"""Head fields that our own write changes; they mean nothing to the books."""
_BEYOND_THE_HEAD = frozenset({"lines", "consignments", "fees", "taxes"})
"""What a row of the store's order list does not carry."""


def dump(snapshot: Snapshot) -> bytes:
    """Write a snapshot down."""
    return json.dumps(plain(snapshot), separators=(",", ":")).encode()


def load(written: bytes) -> Snapshot:
    """Read a snapshot back.

    :raises ValueError: it is none.
    """
    return read(Snapshot, json.loads(written))


def fingerprint(snapshot: Snapshot) -> str:
    """Digest what matters to the books, however it is written and ordered; neither when it was read nor our mark."""
    told = _compared(snapshot)
    return _digest([_without(told["order"], _OURS), told["transactions"], told["refunds"]])


def head_fingerprint(order: Order) -> str:
    """Digest what a row of the order list tells; lines, parcels, fees and tax rows may be missing from ``order``."""
    return _digest(_without(_compared(order), _OURS | _BEYOND_THE_HEAD))


def _compared(value: Order | Snapshot) -> dict[str, Any]:
    written: dict[str, Any] = plain(value, amount=_shortest)
    return written


def _shortest(amount: Decimal) -> str:
    """Write ``12.5`` for 12.5000 and 12.50 alike."""
    text = f"{amount:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def _without(told: dict[str, Any], names: frozenset[str]) -> dict[str, Any]:
    return {name: value for name, value in told.items() if name not in names}


def _digest(told: Any) -> str:
    return hashlib.sha256(_canonical(_sorted(told)).encode()).hexdigest()


def _sorted(told: Any) -> Any:
    """Put every list into one order: the store's order of rows means nothing."""
    if isinstance(told, dict):
        return {name: _sorted(value) for name, value in told.items()}
    if isinstance(told, list):
        return sorted((_sorted(item) for item in told), key=_canonical)
    return told


def _canonical(told: Any) -> str:
    return json.dumps(told, sort_keys=True, separators=(",", ":"))
