"""Products and variants as the shop keeps them: slotted, so that a hundred thousand fit, and shown only on demand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

NONE, PRODUCT, VARIANT = "none", "product", "variant"
TRACKINGS = (NONE, PRODUCT, VARIANT)
DEFAULT_LOCATION, LOCATIONS = 1, {1: "Default location", 2: "Second warehouse"}
NO_STOCK: Mapping[int, int] = {}


@dataclass(slots=True, eq=False, repr=False)
class Product:
    """A product. ``more`` holds every other field that somebody wrote; ``stock`` is by location, once it was set."""

    id: int
    name: str
    sku: str
    price: Decimal
    weight: Decimal
    created_at: int
    modified_at: int
    kind: str = "physical"
    description: str = ""
    tracking: str = NONE
    visible: bool = True
    more: Mapping[str, Any] | None = None
    stock: dict[int, int] | None = None
    variants: tuple[Variant, ...] = ()

    @property
    def simple(self) -> bool:
        """Whether it has no options: then its one variant is the base, and everything is the product's own."""
        return not self.variants[0].values

    @property
    def base_variant(self) -> Variant | None:
        """The variant that stands for a product without options."""
        return self.variants[0] if self.simple else None


@dataclass(slots=True, eq=False, repr=False)
class Variant:
    """One SKU. ``price`` and ``weight`` None follow the product; ``values`` are option names with their labels."""

    id: int
    product: Product
    own_sku: str = ""
    price: Decimal | None = None
    weight: Decimal | None = None
    values: tuple[tuple[str, str], ...] = ()
    more: Mapping[str, Any] | None = None
    stock: dict[int, int] | None = None

    @property
    def sku(self) -> str:
        """Its SKU; a base variant has the product's."""
        return self.own_sku if self.values else self.product.sku

    @property
    def sku_id(self) -> int | None:
        """The id that webhooks call ``sku``; a base variant has none."""
        return self.id + 40 if self.values else None

    @property
    def worth(self) -> Decimal:
        """What it costs."""
        return self.product.price if self.price is None else self.price

    @property
    def heft(self) -> Decimal:
        """What it weighs."""
        return self.product.weight if self.weight is None else self.weight

    @property
    def label(self) -> str:
        """Name it in full: the product and its option labels."""
        return " ".join([self.product.name, *(label for _, label in self.values)])


Countable = Product | Variant


def product_behind(one: Countable) -> Product:
    """Give the product that it is, or is a variant of."""
    return one.product if isinstance(one, Variant) else one


def counted_on(variant: Variant) -> Countable | None:
    """Say where the pieces of a variant are counted; None when nobody counts them."""
    if variant.product.tracking == NONE:
        return None
    return variant.product if variant.product.tracking == PRODUCT else variant


def holders(product: Product) -> tuple[Countable, ...]:
    """Give what the pieces of a product are counted on."""
    if product.tracking == VARIANT:
        return product.variants
    return (product,) if product.tracking == PRODUCT else ()


def level(holder: Countable | None, location: int = DEFAULT_LOCATION) -> int:
    """Say how many pieces are at a location."""
    return (holder.stock or NO_STOCK).get(location, 0) if holder else 0


def product_level(product: Product) -> int:
    """Say what the catalog shows of a product: the default location's pieces, of all variants together."""
    if product.tracking == VARIANT:
        return sum(level(variant) for variant in product.variants)
    return level(product) if product.tracking == PRODUCT else 0


def shortest(amount: Decimal) -> str:
    """Write an amount exactly and without trailing zeros."""
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
