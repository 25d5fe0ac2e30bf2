"""What the merchant does by hand and a test wishes for: products by the thousand, edits, refusals, and the truth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from connector.sandbox.store.catalog.catalog import Catalog
from connector.sandbox.store.catalog.goods import (
    DEFAULT_LOCATION,
    LOCATIONS,
    PRODUCT,
    TRACKINGS,
    VARIANT,
    Countable,
    Product,
    Variant,
    counted_on,
    product_behind,
    shortest,
)
from connector.sandbox.store.catalog.reading import exact
from connector.sandbox.store.catalog.stock import onhand


class Merchant:
    """Works on the catalog from behind the counter. Amounts may be strings; ``announce`` False tells nobody."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def make_products(
        self,
        count: int,
        *,
        prefix: str = "ITEM-",
        start: int = 1,
        digits: int = 6,
        name: str = "Article",
        price: str = "10.00",
        weight: str = "1",
        tracking: str = PRODUCT,
        visible: bool = True,
        stock: int | None = None,
    ) -> dict[str, int]:
        """Make many plain products with SKUs like ``ITEM-000001`` and tell nobody; give the first and last id.

        :raises ValueError: no such tracking, or a SKU that is taken.
        """
        if tracking not in TRACKINGS[:2]:
            raise ValueError(f"products without options are tracked {' or '.join(TRACKINGS[:2])}, not {tracking!r}")
        with self._catalog.lock:
            skus = [f"{prefix}{number:0{digits}d}" for number in range(start, start + count)]
            if taken := next((sku for sku in skus if self._catalog.shelf.owner_of_sku(sku)), None):
                raise ValueError(f"there is a {taken} already")
            costs, weighs = Decimal(price), Decimal(weight)
            made = [self._catalog.place(f"{name} {sku}", sku, costs, weighs) for sku in skus]
            for product in made:
                product.tracking, product.visible = tracking, visible
                product.stock = None if stock is None else {DEFAULT_LOCATION: stock}
            self._catalog.shelf.recount()
        return {"first": made[0].id, "last": made[-1].id} if made else {}

    def add_product(self, *, announce: bool = True, **words: Any) -> Product:
        """Add one product in the words of the API; type and weight may be left out, ``variants`` named.

        :raises Refused: as the API does.
        """
        whole = {"type": "physical", "weight": 1, "price": "10.00", **words}
        parts = [exact(one) for one in whole.get("variants") or ()]
        return self._catalog.create({**exact(whole), "variants": parts}, announce=announce)

    def edit_product(self, sku: str, changes: Mapping[str, Any], *, announce: bool = True) -> None:
        """Change what has this SKU, in the words of the API; ``stock`` is a number, or numbers by location.

        What a variant has of its own is changed on the variant, everything else on its product.

        :raises KeyError: nobody has the SKU. :raises Refused: as the API does.
        """
        words = exact(changes)
        stock = words.pop("stock", None)
        owner = self._owner(sku)
        self._catalog.edit(owner, words, announce=announce)
        if stock is not None:
            self._put_stock(owner, stock, announce)

    def delete_product(self, sku: str, *, announce: bool = True) -> None:
        """Delete the product that has this SKU, or one of whose variants has it.

        :raises KeyError: nobody has it.
        """
        owner = self._owner(sku)
        product = product_behind(owner)
        self._catalog.delete(product.id, announce=announce)

    def reject_sku(self, sku: str, because: str = "The shop does not take this SKU") -> None:
        """Refuse every write of this SKU with 422: as a product, a variant, a list price and in the inventory."""
        self._catalog.rejected[sku.lower()] = because

    def accept_sku(self, sku: str) -> None:
        """Take a SKU again."""
        self._catalog.rejected.pop(sku.lower(), None)

    def fill(self, skus: Mapping[str, str], families: Mapping[str, Sequence[str]]) -> list[int]:
        """Make a product for every SKU that the shop lacks, under its name; a family becomes one with variants.

        Prices are 10.00 and nothing is in stock, so that whatever masters them has something to put right.
        """
        missing = {sku: name for sku, name in skus.items() if self._catalog.shelf.owner_of_sku(sku) is None}
        ids = [self._family(name, [sku for sku in members if sku in missing]) for name, members in families.items()]
        kept = [one for one in ids if one is not None]
        for sku in (sku for sku in missing if self._catalog.shelf.owner_of_sku(sku) is None):
            name = missing[sku]
            whole = name if self._catalog.shelf.owner_of_name(name) is None else f"{name} ({sku})"
            words = {"name": whole, "sku": sku, "inventory_tracking": PRODUCT}
            kept.append(self.add_product(announce=False, **words).id)
        return kept

    @property
    def landed(self) -> bool:
        """Whether every adjustment of pieces has taken effect: the store answers before."""
        return self._catalog.stock.landed

    def truth(self) -> dict[str, dict[str, Any]]:
        """Say what every SKU, in lower case, really is: amounts as exact strings, stock by location."""
        with self._catalog.lock:
            variants = list(self._catalog.shelf.variants.values())
            return {variant.sku.lower(): self._truth_of(variant) for variant in variants if variant.sku}

    def _truth_of(self, variant: Variant) -> dict[str, Any]:
        product = variant.product
        counted = counted_on(variant) is not None
        prices = self._catalog.price_lists.prices_of(variant)
        return {
            "product": product.id,
            "variant": variant.id,
            "name": product.name,
            "description": product.description,
            "price": shortest(variant.worth),
            "weight": shortest(variant.heft),
            "visible": product.visible,
            "tracking": product.tracking,
            "stock": {str(one): onhand(variant, one) for one in LOCATIONS} if counted else {},
            "list_prices": {
                number: {currency: shortest(price) for currency, price in by_currency.items()}
                for number, by_currency in prices.items()
            },
        }

    def _family(self, name: str, skus: Sequence[str]) -> int | None:
        if not skus or self._catalog.shelf.owner_of_name(name):
            return None
        parts = [{"sku": sku, "option_values": [{"option_display_name": "Kind", "label": sku}]} for sku in skus]
        return self.add_product(announce=False, name=name, inventory_tracking=VARIANT, variants=parts).id

    def _owner(self, sku: str) -> Countable:
        owner = self._catalog.shelf.owner_of_sku(sku)
        if owner is None:
            raise KeyError(f"nobody has the SKU {sku!r}")
        return owner

    def _put_stock(self, owner: Countable, stock: Any, announce: bool) -> None:
        product = product_behind(owner)
        holder = product if product.tracking == PRODUCT else owner
        levels = stock if isinstance(stock, Mapping) else {DEFAULT_LOCATION: stock}
        for location, quantity in levels.items():
            self._catalog.stock.put(holder, int(location), int(quantity), announce=announce)
