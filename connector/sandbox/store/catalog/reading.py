"""Reads what callers send: which fields there are, what each may hold, and in whose words the rest is refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from connector.sandbox.store.catalog.goods import TRACKINGS
from connector.sandbox.store.refunds import Refused

INVALID = "JSON data is missing or invalid"
MISSING = "error.path.missing"
REQUIRED = ("name", "type", "weight", "price")
MOST_PIECES = 2_147_483_647
QUIET = frozenset({"id", "mpn", "gtin", "images", "image_url", "inventory_level"})
"""Fields whose change tells nobody (facts/bigcommerce.md §2.3); pieces have webhooks of their own."""
UNIT = Decimal("0.0001")

Check = Callable[[Any], Any]


def _text(shortest: int, longest: int) -> Check:
    def check(value: Any) -> str:
        if not isinstance(value, str):
            raise ValueError("error.expected.jsstring")
        if not shortest <= len(value) <= longest:
            raise ValueError(f"must be {shortest} to {longest} characters")
        return value

    return check


def _amount(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise ValueError("error.expected.jsnumber")
    if value < 0:
        raise ValueError("must not be negative")
    return Decimal(value).quantize(UNIT)


def _amount_or_nothing(value: Any) -> Decimal | None:
    return None if value is None else _amount(value)


def _zero_for_nothing(value: Any) -> Decimal:
    return Decimal(0) if value is None else _amount(value)


def whole(value: Any) -> int:
    """Take a whole number.

    :raises ValueError: it is none.
    """
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("error.expected.jsnumber")
    if abs(value) > MOST_PIECES:
        raise ValueError("is too large")
    return value


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("error.expected.jsboolean")
    return value


def _one_of(*known: str) -> Check:
    def check(value: Any) -> Any:
        if value not in known:
            raise ValueError(f"must be one of {', '.join(known)}")
        return value

    return check


_BOTH: dict[str, Check] = {
    "sku": _text(0, 255),
    "mpn": _text(0, 255),
    "gtin": _text(0, 14),
    "upc": _text(0, 14),
    "cost_price": _zero_for_nothing,
    "inventory_level": whole,
    "inventory_warning_level": whole,
    "bin_picking_number": _text(0, 255),
}
PRODUCT_FIELDS: dict[str, Check] = _BOTH | {
    "name": _text(1, 250),
    "type": _one_of("physical", "digital"),
    "description": _text(0, 65_535),
    "price": _amount,
    "weight": _amount,
    "is_visible": _flag,
    "inventory_tracking": _one_of(*TRACKINGS),
    "retail_price": _amount,
    "sale_price": _amount,
    "map_price": _amount,
    "availability": _one_of("available", "disabled", "preorder"),
    "categories": list,
    "brand_id": whole,
    "search_keywords": _text(0, 65_535),
    "is_featured": _flag,
    "sort_order": whole,
}
VARIANT_FIELDS: dict[str, Check] = _BOTH | {
    "price": _amount_or_nothing,
    "weight": _amount_or_nothing,
    "retail_price": _amount_or_nothing,
    "sale_price": _amount_or_nothing,
    "map_price": _amount_or_nothing,
    "purchasing_disabled": _flag,
    "image_url": _text(0, 2000),
}
AMOUNTS = frozenset({"price", "weight", "cost_price", "retail_price", "sale_price", "map_price"})


def fields_of(words: Any, known: Mapping[str, Check]) -> dict[str, Any]:
    """Read the fields that are known; the shop ignores others.

    :raises Refused: 422 with what is wrong with each.
    """
    if not isinstance(words, dict):
        raise Refused(422, INVALID)
    fields: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for name in words.keys() & known.keys():
        try:
            fields[name] = known[name](words[name])
        except (ValueError, TypeError, ArithmeticError) as exc:
            errors[name] = str(exc)
    if errors:
        raise Refused(422, INVALID, errors=errors)
    return fields


def new_product(words: Any) -> dict[str, Any]:
    """Read a product to be created.

    :raises Refused: 422 with what is missing or wrong.
    """
    fields = fields_of(words, PRODUCT_FIELDS)
    if missing := [name for name in REQUIRED if name not in fields]:
        raise Refused(422, INVALID, errors=dict.fromkeys(missing, MISSING))
    if fields.get("inventory_tracking") == "variant" and not words.get("variants"):
        raise Refused(422, INVALID, errors={"inventory_tracking": "a product without variants is tracked by product"})
    return fields


def values_of(words: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Read the option values of a variant to be created.

    :raises Refused: 422 when there are none.
    """
    try:
        values = tuple((one["option_display_name"], one["label"]) for one in words["option_values"])
    except (KeyError, TypeError) as exc:
        raise Refused(422, INVALID, errors={"option_values": MISSING}) from exc
    if not values:
        raise Refused(422, INVALID, errors={"option_values": MISSING})
    return values


def exact(words: Mapping[str, Any]) -> dict[str, Any]:
    """Take a merchant's words, in which an amount may be a string or a float."""
    return {
        name: Decimal(str(value)) if name in AMOUNTS and isinstance(value, str | float) else value
        for name, value in words.items()
    }
