"""Where every product and variant stands: found by id and by SKU in any case, listed by rising id."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from typing import Any

from connector.sandbox.store.catalog.goods import Countable, Product, Variant, holders
from connector.sandbox.store.refunds import Refused


class Shelf:
    """The indexes. Callers hold the catalog's lock while they change anything."""

    def __init__(self) -> None:
        self.products: dict[int, Product] = {}
        self.variants: dict[int, Variant] = {}
        self.product_ids: list[int] = []
        self.variant_ids: list[int] = []
        self._skus: dict[str, Countable] = {}
        self._names: dict[str, Product] = {}
        self._counted: list[Countable] | None = None

    def add(self, product: Product) -> None:
        """Put a product with its variants on the shelf; ids must rise."""
        self._counted = None
        self.products[product.id] = product
        self.product_ids.append(product.id)
        self._names[product.name.lower()] = product
        self._note(product.sku, product)
        for variant in product.variants:
            self.variants[variant.id] = variant
            self.variant_ids.append(variant.id)
            if variant.values:
                self._note(variant.own_sku, variant)

    def remove(self, product: Product) -> None:
        """Take a product with its variants off the shelf."""
        self._counted = None
        del self.products[product.id], self._names[product.name.lower()]
        _drop(self.product_ids, product.id)
        self._skus.pop(product.sku.lower(), None)
        for variant in product.variants:
            del self.variants[variant.id]
            _drop(self.variant_ids, variant.id)
            self._skus.pop(variant.sku.lower(), None)

    def product(self, product_id: int) -> Product:
        """Find a product.

        :raises Refused: 404.
        """
        if product_id not in self.products:
            raise Refused(404, f"A product was not found with an id of {product_id}")
        return self.products[product_id]

    def variant(self, product_id: int, variant_id: int) -> Variant:
        """Find a variant of a product.

        :raises Refused: 404.
        """
        found = self.variants.get(variant_id)
        if found is None or found.product.id != product_id:
            raise Refused(404, f"A variant was not found with an id of {variant_id}")
        return found

    def product_with(self, sku: str) -> Product | None:
        """Find a product by its own SKU, not by a variant's."""
        found = self._skus.get(sku.lower())
        return found if isinstance(found, Product) else None

    def variant_with(self, sku: str) -> Variant | None:
        """Find a variant by its SKU; of a product without options, its base."""
        found = self._skus.get(sku.lower())
        return found.base_variant if isinstance(found, Product) else found

    def owner_of_sku(self, sku: str) -> Countable | None:
        """Say who has a SKU."""
        return self._skus.get(sku.lower())

    def owner_of_name(self, name: str) -> Product | None:
        """Say which product has a name."""
        return self._names.get(name.lower())

    def rename(self, product: Product, name: str) -> None:
        """Give a product another name."""
        del self._names[product.name.lower()]
        product.name = name
        self._names[name.lower()] = product

    def relabel(self, owner: Countable, sku: str) -> None:
        """Give a product or a variant another SKU."""
        self._skus.pop(owner.sku.lower(), None)
        if isinstance(owner, Product):
            owner.sku = sku
        else:
            owner.own_sku = sku
        self._note(sku, owner)

    def counted(self) -> list[Countable]:
        """Give everything whose pieces are counted, by rising product; kept until ``recount``."""
        if self._counted is None:
            self._counted = [one for product in self.products.values() for one in holders(product)]
        return self._counted

    def recount(self) -> None:
        """Look again what is counted: somebody changed how."""
        self._counted = None

    def holds(self, one: Countable) -> bool:
        """Tell whether it is still here."""
        return one.id in (self.products if isinstance(one, Product) else self.variants)

    def _note(self, sku: str, owner: Countable) -> None:
        if sku:
            self._skus[sku.lower()] = owner


def _drop(ids: list[int], one: int) -> None:
    del ids[bisect_left(ids, one)]


class Claims:
    """The names and SKUs that one call asks for; each may have one owner only, whatever its case."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._asked: dict[tuple[str, str], object] = {}

    def claim(self, fields: Mapping[str, Any], owner: object) -> None:
        """Ask for the name and SKU that are among the fields.

        :raises Refused: 409 for one that somebody else has or asked for.
        """
        if name := fields.get("name"):
            self._take("name", name, self._shelf.owner_of_name(name), owner)
        if sku := fields.get("sku"):
            self._take("sku", sku, self._shelf.owner_of_sku(sku), owner)

    def _take(self, kind: str, text: str, holder: object | None, owner: object) -> None:
        asked = self._asked.setdefault((kind, text.lower()), owner)
        if holder not in (None, owner) or asked is not owner:
            raise Refused(409, f"The product {kind} is a duplicate", errors={kind: f"{text!r} is taken"})
