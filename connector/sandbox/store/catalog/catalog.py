"""The catalog as callers change it: every batch is taken as a whole or not at all, and every change is told."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from connector.sandbox.store.catalog.goods import (
    DEFAULT_LOCATION,
    PRODUCT,
    VARIANT,
    Countable,
    Product,
    Variant,
    product_behind,
)
from connector.sandbox.store.catalog.price_lists import PriceLists
from connector.sandbox.store.catalog.reading import (
    INVALID,
    PRODUCT_FIELDS,
    QUIET,
    VARIANT_FIELDS,
    fields_of,
    new_product,
    values_of,
    whole,
)
from connector.sandbox.store.catalog.shelf import Claims, Shelf
from connector.sandbox.store.catalog.stock import Stock
from connector.sandbox.store.herald import CatalogHerald
from connector.sandbox.store.refunds import Refused

Fields = dict[str, Any]
Changes = list[tuple[Product, Fields]]

PRODUCT_OWN = {
    "price": "price",
    "weight": "weight",
    "description": "description",
    "is_visible": "visible",
    "inventory_tracking": "tracking",
    "type": "kind",
}
VARIANT_OWN = {"price": "price", "weight": "weight"}


class Catalog:
    """Products and variants, with the stock and the price lists that hang on them. Safe for many threads.

    ``rejected`` holds SKUs that the shop refuses, with the reason; ``half_saves`` is how many product batches will be
    answered 207: saved, but for the pieces in them.
    """

    def __init__(self, *, now: Callable[[], float], herald: CatalogHerald, inventory_lag: float) -> None:
        self.lock = threading.RLock()
        self.shelf = Shelf()
        self.rejected: dict[str, str] = {}
        self.half_saves = 0
        self.herald = herald
        self.stock = Stock(self.shelf, self.rejected, herald, self.lock, lag=inventory_lag)
        self.price_lists = PriceLists(self.shelf, self.rejected, self.lock, now=now)
        self._now = now
        self._product_ids = itertools.count(101)
        self._variant_ids = itertools.count(500_001)

    def moment(self) -> int:
        """The shop's time in whole seconds."""
        return int(self._now())

    def create(self, words: Any, *, announce: bool = True) -> Product:
        """Create a product, with its variants if they are named.

        :raises Refused: 422 for what is missing or wrong, 409 for a name or SKU that is taken.
        """
        fields = new_product(words)
        parts = [(values_of(one), fields_of(one, VARIANT_FIELDS)) for one in words.get("variants") or ()]
        with self.lock:
            claims = Claims(self.shelf)
            for one in [fields, *(more for _, more in parts)]:
                self._check_sku(str(one.get("sku", "")))
                claims.claim(one, object())
            product = self.place(
                fields.pop("name"), fields.pop("sku", ""), fields.pop("price"), fields.pop("weight"), parts
            )
            self._write_product(product, fields, announce=False)
            for variant, (_, more) in zip(product.variants, parts, strict=False):
                self._write_variant(variant, {name: more[name] for name in more if name != "sku"}, announce=False)
        if announce:
            self.herald.created(product)
        return product

    def place(
        self,
        name: str,
        sku: str,
        price: Decimal,
        weight: Decimal,
        parts: Sequence[tuple[tuple[tuple[str, str], ...], Mapping[str, Any]]] = (),
    ) -> Product:
        """Put a plain product on the shelf, with a variant for each part; without parts, with its base variant."""
        moment = self.moment()
        product = Product(next(self._product_ids), name, sku, price, weight, moment, moment)
        product.variants = tuple(
            Variant(next(self._variant_ids), product, str(more.get("sku", "")), values=values)
            for values, more in parts or (((), {}),)
        )
        self.shelf.add(product)
        return product

    def change_product(self, product_id: int, words: Any) -> Product:
        """Change one product.

        :raises Refused: 404, 409, or 422 that says why.
        """
        with self.lock:
            product = self.shelf.product(product_id)
            self._write_products(self._judged([(product, fields_of(words, PRODUCT_FIELDS))]))
        return product

    def change_products(self, batch: Sequence[Any]) -> tuple[list[Product], bool]:
        """Change products by their ids; tell whether the pieces in the batch were saved, too.

        :raises Refused: 404, 409, or 422 that says why, but not of which entry (facts/bigcommerce.md §7).
        """
        with self.lock:
            changes = self._judged([self._product_change(words) for words in batch])
            half, self.half_saves = bool(self.half_saves), max(0, self.half_saves - 1)
            self._write_products(changes, pieces=not half)
        return [product for product, _ in changes], not half

    def change_variant(self, product_id: int, variant_id: int, words: Any) -> Variant:
        """Change one variant.

        :raises Refused: 404, 409, or 422 that says why.
        """
        with self.lock:
            variant = self.shelf.variant(product_id, variant_id)
            fields = self._variant_change(variant, words, Claims(self.shelf))
            self._write_variant(variant, fields)
        return variant

    def change_variants(self, batch: Sequence[Any]) -> list[Variant]:
        """Change variants by their ids.

        :raises Refused: 422 with ``batch_errors`` that name every entry at fault.
        """
        errors: list[Mapping[str, Any]] = []
        changes: list[tuple[Variant, Fields]] = []
        with self.lock:
            claims = Claims(self.shelf)
            for index, words in enumerate(batch):
                try:
                    variant = self._variant_of(words)
                    changes.append((variant, self._variant_change(variant, words, claims)))
                except Refused as refused:
                    errors.append(_batch_error(index, words, refused))
            if errors:
                raise Refused(422, INVALID, batch=errors)
            for variant, fields in changes:
                self._write_variant(variant, fields)
        return [variant for variant, _ in changes]

    def delete(self, product_id: int, *, announce: bool = True) -> None:
        """Forget a product, its variants and their list prices.

        :raises Refused: 404.
        """
        with self.lock:
            product = self.shelf.product(product_id)
            self.shelf.remove(product)
            self.price_lists.forget(product)
        if announce:
            self.herald.deleted(product)

    def edit(self, owner: Countable, words: Mapping[str, Any], *, announce: bool = True) -> None:
        """Change what a merchant changes by hand; no SKU is rejected there.

        :raises Refused: 409, or 422 that says why.
        """
        variant = owner if isinstance(owner, Variant) else None
        product = product_behind(owner)
        of_variant = {name: words[name] for name in words if variant and name in VARIANT_FIELDS}
        of_product = {name: words[name] for name in words if name not in of_variant}
        with self.lock:
            if variant and of_variant:
                fields = fields_of(of_variant, VARIANT_FIELDS)
                Claims(self.shelf).claim(fields, variant)
                self._write_variant(variant, fields, announce=announce)
            if of_product:
                fields = fields_of(of_product, PRODUCT_FIELDS)
                Claims(self.shelf).claim(fields, product)
                self._write_product(product, fields, announce=announce)

    def _product_change(self, words: Any) -> tuple[Product, Fields]:
        return self.shelf.product(_id_of(words)), fields_of(words, PRODUCT_FIELDS)

    def _judged(self, changes: Changes) -> Changes:
        claims = Claims(self.shelf)
        for product, fields in changes:
            self._check_sku(product.sku)
            self._check_sku(str(fields.get("sku", "")))
            claims.claim(fields, product)
        return changes

    def _write_products(self, changes: Changes, *, pieces: bool = True) -> None:
        for product, fields in changes:
            kept = fields if pieces else {name: fields[name] for name in fields if name != "inventory_level"}
            self._write_product(product, kept)

    def _write_product(self, product: Product, fields: Fields, *, announce: bool = True) -> None:
        rest = dict(fields)
        pieces = rest.pop("inventory_level", None)
        if "name" in rest:
            self.shelf.rename(product, rest.pop("name"))
        if "sku" in rest:
            self.shelf.relabel(product, rest.pop("sku"))
        if "inventory_tracking" in rest:
            self.shelf.recount()
        _write(product, rest, PRODUCT_OWN)
        if pieces is not None and product.tracking == PRODUCT:
            self.stock.put(product, DEFAULT_LOCATION, pieces, announce=announce)
        self._touch(product, fields)
        if announce and fields.keys() - QUIET:
            self.herald.product(product, "updated")

    def _write_variant(self, variant: Variant, fields: Fields, *, announce: bool = True) -> None:
        if not variant.values:
            kept = {name: value for name, value in fields.items() if value is not None and name != "inventory_level"}
            self._write_product(variant.product, kept, announce=announce)
            return
        rest = dict(fields)
        pieces = rest.pop("inventory_level", None)
        if "sku" in rest:
            self.shelf.relabel(variant, rest.pop("sku"))
        _write(variant, rest, VARIANT_OWN)
        if pieces is not None and variant.product.tracking == VARIANT:
            self.stock.put(variant, DEFAULT_LOCATION, pieces, announce=announce)
        self._touch(variant.product, fields)
        if announce and fields.keys() - QUIET:
            self.herald.sku(variant, "updated")

    def _touch(self, product: Product, fields: Fields) -> None:
        if fields.keys() - {"inventory_level"}:
            product.modified_at = max(product.modified_at, self.moment())

    def _variant_of(self, words: Any) -> Variant:
        variant_id = _id_of(words)
        if variant_id not in self.shelf.variants:
            raise Refused(404, f"A variant was not found with an id of {variant_id}")
        return self.shelf.variants[variant_id]

    def _variant_change(self, variant: Variant, words: Any, claims: Claims) -> Fields:
        fields = fields_of(words, VARIANT_FIELDS)
        self._check_sku(variant.sku)
        self._check_sku(str(fields.get("sku", "")))
        claims.claim(fields, variant if variant.values else variant.product)
        return fields

    def _check_sku(self, sku: str) -> None:
        if sku.lower() in self.rejected:
            raise Refused(422, INVALID, errors={"sku": self.rejected[sku.lower()]})


def _id_of(words: Any) -> int:
    try:
        return whole(words["id"])
    except (KeyError, TypeError, ValueError) as exc:
        raise Refused(422, INVALID, errors={"id": "error.path.missing"}) from exc


def _write(owner: Countable, fields: Fields, own: Mapping[str, str]) -> None:
    """Set the fields that have a place of their own, and keep the others beside them."""
    for name in fields.keys() & own.keys():
        setattr(owner, own[name], fields[name])
    if rest := {name: value for name, value in fields.items() if name not in own}:
        owner.more = {**(owner.more or {}), **rest}


def _batch_error(index: int, words: Any, refused: Refused) -> dict[str, Any]:
    """Name an entry both by its place in the batch and by its id."""
    errors = {f"{index}.{name}": reason for name, reason in (refused.errors or {"id": refused.title}).items()}
    named = words.get("id") if isinstance(words, dict) else None
    return {
        "status": refused.status,
        "title": refused.title,
        "type": "https://developer.bigcommerce.com/api-docs/getting-started/api-status-codes",
        "instance": f"/v3/catalog/variants/{named}",
        "errors": errors,
    }
