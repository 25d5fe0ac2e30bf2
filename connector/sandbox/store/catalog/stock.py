"""Pieces at locations: adjustments are answered at once and take effect a moment later, in the order they came."""

from __future__ import annotations

import threading
import uuid
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from connector.sandbox.store.catalog.goods import (
    LOCATIONS,
    NONE,
    PRODUCT,
    Countable,
    Product,
    Variant,
    counted_on,
    level,
    product_behind,
)
from connector.sandbox.store.catalog.reading import whole
from connector.sandbox.store.catalog.shelf import Shelf
from connector.sandbox.store.herald import CatalogHerald
from connector.sandbox.store.refunds import Refused

MOST_ITEMS = 2000
IDENTITIES = ("sku", "variant_id", "product_id")
FIELDS = "Payload contains invalid fields"


@dataclass(frozen=True, slots=True)
class Adjustment:
    """One item of a call; ``identity`` is how the caller named it."""

    identity: str
    found: Countable | None
    location: int
    quantity: int


class Stock:
    """The inventory API's rules (facts/bigcommerce.md §7): all or nothing, and refusals in its words."""

    def __init__(
        self,
        shelf: Shelf,
        rejected: Mapping[str, str],
        herald: CatalogHerald,
        lock: AbstractContextManager[bool],
        *,
        lag: float,
    ) -> None:
        self.lag = lag
        self._shelf = shelf
        self._rejected = rejected
        self._herald = herald
        self._lock = lock
        self._waiting: deque[tuple[list[Adjustment], bool]] = deque()
        self._timers: list[threading.Timer] = []

    def adjust(self, words: Any, *, relative: bool) -> str:
        """Set or move the pieces of many items ``lag`` seconds from now; give the transaction's id.

        :raises Refused: 413 for too many, 422 for what does not read or may not be adjusted; then nothing is.
        """
        items = words.get("items") if isinstance(words, dict) else None
        if not isinstance(items, list) or not items:
            raise Refused(422, FIELDS, errors={"items": "must not be empty"})
        if len(items) > MOST_ITEMS:
            raise Refused(413, f"The maximum items allowed in the array is {MOST_ITEMS}")
        with self._lock:
            adjustments = self._read(items, relative=relative)
            self._check(adjustments, relative=relative)
            self._waiting.append((adjustments, relative))
        self._land_later()
        return str(uuid.uuid4())

    def put(self, holder: Countable, location: int, quantity: int, *, announce: bool = True) -> None:
        """Set the pieces at a location at once; tell it if that changed anything."""
        with self._lock:
            before = level(holder, location)
            if holder.stock is None:
                holder.stock = {}
            holder.stock[location] = quantity
        if announce and quantity != before:
            self._herald.pieces(holder, "absolute", quantity - before)

    @property
    def landed(self) -> bool:
        """Whether everything that was adjusted has taken effect."""
        with self._lock:
            return not self._waiting

    def close(self) -> None:
        """Let nothing more take effect."""
        for timer in self._timers:
            timer.cancel()

    def _land_later(self) -> None:
        if not self.lag:
            self._land()
            return
        timer = threading.Timer(self.lag, self._land)
        timer.daemon = True
        self._timers = [one for one in self._timers if one.is_alive()] + [timer]
        timer.start()

    def _land(self) -> None:
        with self._lock:
            adjustments, relative = self._waiting.popleft()
            for one in adjustments:
                if one.found is None or not self._shelf.holds(one.found):
                    continue  # it was deleted meanwhile
                before = level(one.found, one.location)
                one.found.stock = one.found.stock or {}
                one.found.stock[one.location] = max(0, before + one.quantity) if relative else one.quantity
                if changed := one.found.stock[one.location] - before:
                    self._herald.pieces(one.found, "relative" if relative else "absolute", changed)

    def _read(self, items: Sequence[Any], *, relative: bool) -> list[Adjustment]:
        errors: dict[str, str] = {}
        adjustments = []
        for index, words in enumerate(items):
            try:
                adjustments.append(self._adjustment(words, relative=relative))
            except (KeyError, TypeError, ValueError) as exc:
                errors[f"items.{index}"] = str(exc)
        if errors:
            raise Refused(422, FIELDS, errors=errors)
        return adjustments

    def _adjustment(self, words: Any, *, relative: bool) -> Adjustment:
        named = [name for name in IDENTITIES if name in words]
        if len(named) != 1:
            raise ValueError(f"must have exactly one of {', '.join(IDENTITIES)}")
        location, quantity = whole(words["location_id"]), whole(words["quantity"])
        if location not in LOCATIONS:
            raise ValueError(f"there is no location {location}")
        if quantity < 0 and not relative:
            raise ValueError("quantity must not be negative")
        found = self._find(named[0], words[named[0]])
        return Adjustment(f"{named[0]} {words[named[0]]}", found, location, quantity)

    def _find(self, name: str, value: Any) -> Countable | None:
        if name == "sku":
            return self._shelf.owner_of_sku(str(value))
        return (self._shelf.products if name == "product_id" else self._shelf.variants).get(whole(value))

    def _check(self, adjustments: Sequence[Adjustment], *, relative: bool) -> None:
        """Refuse the whole call; of several kinds of fault only the first is told, for every item that has it."""
        if unknown := [one.identity for one in adjustments if one.found is None]:
            raise Refused(422, f"Items with identity: [{', '.join(unknown)}] were not found")
        for wrong in (self._rejections(adjustments), _mistracked(adjustments)):
            if wrong:
                raise Refused(422, f"[{', '.join(wrong)}]")
        if relative:
            _check_relative(adjustments)

    def _rejections(self, adjustments: Sequence[Adjustment]) -> list[str]:
        return [
            f"Item with {one.identity} cannot be adjusted: {self._rejected[one.found.sku.lower()]}"
            for one in adjustments
            if one.found and one.found.sku.lower() in self._rejected
        ]


def _mistracked(adjustments: Sequence[Adjustment]) -> list[str]:
    return [wrong for one in adjustments if (wrong := _wrong_tracking(one))]


def _wrong_tracking(one: Adjustment) -> str:
    product = product_behind(one.found) if one.found else None
    if product is None or product.tracking == NONE:
        return f"Item with {one.identity} is not tracked"
    by_product = one.identity.startswith("product_id ")
    if product.tracking == PRODUCT and not by_product:
        return f"Item with {one.identity} is tracked by product, please update stock by product id"
    if product.tracking != PRODUCT and isinstance(one.found, Product):
        return f"Item with {one.identity} is tracked by variant, please update stock by variant id"
    return ""


def _check_relative(adjustments: Sequence[Adjustment]) -> None:
    first = [one.identity for one in adjustments if one.found and one.location not in (one.found.stock or {})]
    if first:
        raise Refused(422, f"Items with identity: [{', '.join(first)}] requires absolute adjustment before relative")
    below = [one.identity for one in adjustments if level(one.found, one.location) + one.quantity < 0]
    if below:
        raise Refused(422, f"Items with identity: [{', '.join(below)}] would fall below their safety stock")


def onhand(variant: Variant, location: int) -> int:
    """Say how many pieces of a SKU a location has."""
    return level(counted_on(variant), location)
