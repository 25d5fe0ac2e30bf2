"""A product as the store has it, by SKU, and what we write to it: only what Infor masters is ever in a change."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from connector.domain.money import Money


def sku_key(sku: str) -> str:
    """Give a SKU as the store compares it: no two differ by case alone."""
    return sku.strip().lower()


class Tracking(Enum):
    """Where the store counts an article's pieces: nowhere, on the product, or on each variant."""

    NONE = "none"
    PRODUCT = "product"
    VARIANT = "variant"


@dataclass(frozen=True, slots=True)
class StoreMode:
    """How the whole store keeps its prices and weights."""

    currency: str
    with_tax: bool
    weight_unit: str


@dataclass(frozen=True, slots=True)
class Binding:
    """What a SKU is in the store. ``base``: the product has no options, so name, price and weight are its own."""

    sku: str
    product: int
    variant: int
    base: bool
    tracking: Tracking


@dataclass(frozen=True, slots=True)
class Article:
    """One SKU of the store as it stands there.

    ``price`` None: a variant that follows its product.
    """

    sku: str
    product: int
    variant: int
    base: bool
    tracking: Tracking
    name: str
    description: str
    price: Decimal | None
    weight: Decimal | None
    visible: bool
    codes: tuple[str, ...] = ()  # printed on it: UPC, EAN

    @property
    def binding(self) -> Binding:
        """What it is, without how it stands."""
        return Binding(self.sku, self.product, self.variant, self.base, self.tracking)


@dataclass(frozen=True, slots=True)
class ProductChange:
    """What a product becomes; None leaves a field alone."""

    product: int
    name: str | None = None
    description: str | None = None
    price: Decimal | None = None
    weight: Decimal | None = None
    visible: bool | None = None


@dataclass(frozen=True, slots=True)
class VariantChange:
    """What a variant becomes; None leaves a field alone."""

    variant: int
    price: Decimal | None = None
    weight: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ListPrice:
    """The price of a variant on a price list."""

    variant: int
    price: Money


@dataclass(frozen=True, slots=True)
class StockLevel:
    """How many pieces of an article are at a location: absolute. ``tracking`` says what the store counts them on."""

    article: Binding
    location: int
    quantity: int


@dataclass(frozen=True, slots=True)
class NewProduct:
    """A product to be created for an item that the store lacks; its pieces are counted on the product."""

    sku: str
    name: str
    description: str
    price: Decimal
    weight: Decimal
    visible: bool
    categories: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Hook:
    """One webhook subscription. One that is not ``active`` was switched off by its owner or by the store.

    ``created_at`` is in seconds since 1970; 0 where the store does not tell it.
    """

    id: int
    scope: str
    destination: str
    active: bool
    created_at: int
