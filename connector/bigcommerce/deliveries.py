"""What a webhook's body says, in the store's words (facts/bigcommerce.md §2.2, §2.3)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from connector.domain.delivery import Delivery, Unreadable
from connector.domain.text import clean

_SCOPE = re.compile(r"store/[\w*/-]{1,200}", re.ASCII)
_PRODUCER = re.compile(r"stores/([a-z0-9]{1,64})", re.ASCII | re.IGNORECASE)
_DIGITS = re.compile(r"\d{1,18}", re.ASCII)
_OF_ONE_CHANNEL = re.compile(r"store/channel/[^/]+/")

_EXCEPTION = "store/hook/deliveryException"
_LONGEST_WORDS = 300

_ORDER_FIELD = {
    "store/order/transaction/": ("order_id",),
    "store/order/metafield/": ("resource_id",),
    "store/order/": ("id",),
    "store/shipment/": ("orderId",),
}
"""Which field of ``data`` holds the order's id; the first prefix that fits the scope decides (facts §2.3)."""
_PRODUCT_FIELD = {
    "store/product/inventory/": ("inventory", "product_id"),
    "store/product/created": ("id",),
    "store/product/updated": ("id",),
    "store/product/deleted": ("id",),
    "store/sku/inventory/": ("inventory", "product_id"),
    "store/sku/": ("sku", "product_id"),
    "store/inventory/product/": ("product_id",),
}
"""The same for the product's id; the last is a channel's."""


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
    data, (order_path, product_path) = said.get("data"), _paths(scope)
    order, product = _found(data, order_path), _found(data, product_path)
    for kind, path, found in (("order", order_path, order), ("product", product_path, product)):
        if found is None and path:
            return Unreadable(f"the body names no {kind} in data.{'.'.join(path)}")
    return Delivery(
        scope=scope,
        store_hash=store_hash,
        order=order,
        created_at=_moment(said.get("created_at")),
        product=product,
        exception=_exception(data) if scope == _EXCEPTION else "",
    )


_Path = tuple[str, ...]


@lru_cache(maxsize=256)
def _paths(scope: str) -> tuple[_Path, _Path]:
    """Say where a scope's ``data`` holds an order's id, and where a product's; nowhere when it concerns none."""
    scope = _OF_ONE_CHANNEL.sub("store/", scope, count=1)
    order, product = (
        next((path for prefix, path in fields.items() if scope.startswith(prefix)), ())
        for fields in (_ORDER_FIELD, _PRODUCT_FIELD)
    )
    return order, product


def _found(data: object, path: _Path) -> int | None:
    for step in path[:-1]:
        data = data.get(step) if isinstance(data, Mapping) else None
    return _id(data, path[-1]) if path else None


def _exception(data: object) -> str:
    """The store's code and words; 90002: it has given up and switched the hook off (facts §2.3)."""
    told = data if isinstance(data, Mapping) else {}
    said = (told.get(name) for name in ("error_code", "message"))
    return clean(": ".join(str(part) for part in said if type(part) in (int, str) and part != ""))[:_LONGEST_WORDS]


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
