"""What a webhook's body says, in the store's words (facts/bigcommerce.md §2.2, §2.3)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from connector.domain.delivery import Delivery, Unreadable

_SCOPE = re.compile(r"store/[\w*/-]{1,200}", re.ASCII)
_PRODUCER = re.compile(r"stores/([a-z0-9]{1,64})", re.ASCII | re.IGNORECASE)
_HASH = re.compile(r"[0-9a-f]{1,64}", re.ASCII)
_DIGITS = re.compile(r"\d{1,18}", re.ASCII)
_OF_ONE_CHANNEL = re.compile(r"store/channel/[^/]+/")

_ORDER_FIELD = {
    "store/order/transaction/": "order_id",
    "store/order/metafield/": "resource_id",
    "store/order/": "id",
    "store/shipment/": "orderId",
}
"""Which field of ``data`` holds the order's id; the first prefix that fits the scope decides (facts §2.3)."""


def parse(body: bytes) -> Delivery | Unreadable:
    """Read a webhook's body; whatever it holds, nothing is raised."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return Unreadable("the body is not JSON")
    if not isinstance(said, Mapping):
        return Unreadable("the body is not an object")
    scope, producer = (_matching(pattern, said.get(name)) for pattern, name in _NAMES)
    if not scope:
        return Unreadable("the body names no scope")
    if not producer:
        return Unreadable("the body names no store as its producer")
    return _delivery(scope[0], producer[1], said)


_NAMES = ((_SCOPE, "scope"), (_PRODUCER, "producer"))


def _delivery(scope: str, store_hash: str, said: Mapping[str, Any]) -> Delivery | Unreadable:
    data = said.get("data")
    field = _order_field(scope)
    order = _id(data, field) if field else None
    if field and order is None:
        return Unreadable(f"the body names no order in data.{field}")
    refund = data.get("refund") if isinstance(data, Mapping) else None
    found = _matching(_HASH, said.get("hash"))
    return Delivery(
        scope=scope,
        store_hash=store_hash,
        order=order,
        refund=_id(refund, "refund_id"),
        created_at=_moment(said.get("created_at")),
        hash=found[0] if found else "",
    )


def _order_field(scope: str) -> str | None:
    scope = _OF_ONE_CHANNEL.sub("store/", scope, count=1)
    return next((field for prefix, field in _ORDER_FIELD.items() if scope.startswith(prefix)), None)


def _matching(pattern: re.Pattern[str], value: object) -> re.Match[str] | None:
    return pattern.fullmatch(value) if isinstance(value, str) else None


def _id(data: object, field: str) -> int | None:
    """An id is written as a number in some scopes and as digits in others."""
    value = data.get(field) if isinstance(data, Mapping) else None
    text = str(value) if type(value) in (int, str) else ""
    return (int(text) or None) if _DIGITS.fullmatch(text) else None


def _moment(value: object) -> datetime | None:
    """Seconds since 1970; some scopes leave it out."""
    try:
        return datetime.fromtimestamp(value, UTC) if type(value) is int else None
    except (OverflowError, ValueError, OSError):
        return None
