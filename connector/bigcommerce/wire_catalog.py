"""Products and their variants (v3) in our words, and ours in theirs (facts/bigcommerce.md §7)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from connector.bigcommerce import wire_fields
from connector.bigcommerce.wire_fields import Fields
from connector.domain.faults import ContractBroken
from connector.domain.money import Money
from connector.domain.product import (
    Article,
    ListPrice,
    NewProduct,
    ProductChange,
    StockLevel,
    StoreMode,
    Tracking,
    VariantChange,
)

REASON = "ml-connector"
DOUBTFUL_SIZES = frozenset({50, 100, 200, 250})
"""So many variants in one product may be a part of more: default pages cut in silence (facts §8.10)."""

CODES = ("upc", "gtin")

Body = dict[str, object]


WEIGHT_UNITS = {"LBS": "lb", "Ounces": "oz", "KGS": "kg", "Grams": "g", "Tonnes": "t"}
"""The store's words for the units that a mapping profile knows."""


def mode(told: object) -> StoreMode:
    """Read how the store keeps prices and weights.

    :raises ContractBroken: it has no currency.
    """
    row = Fields(told, "information")
    currency = row.text("currency").upper()
    if not currency:
        raise ContractBroken("the store's information names no currency")
    unit = row.text("weight_units")
    return StoreMode(currency, row.flag("is_price_entered_with_tax"), WEIGHT_UNITS.get(unit, unit))


def products(rows: list[object]) -> list[Fields]:
    """Name the rows of a product list for messages."""
    return wire_fields.rows(rows, "product list", "product list row")


def identity(told: object) -> int:
    """Read a product's id."""
    return Fields(told, "product list row").whole("id")


def doubtful(row: Fields) -> bool:
    """Tell whether a product may have more variants than it carries."""
    return len(row.rows("variants", "variant")) in DOUBTFUL_SIZES


def by_product(rows: Iterable[object]) -> dict[int, list[Fields]]:
    """Sort a variant list by product."""
    sorted_in: dict[int, list[Fields]] = {}
    for row in wire_fields.rows(list(rows), "variant list", "variant list row"):
        sorted_in.setdefault(row.whole("product_id"), []).append(row)
    return sorted_in


def articles(row: Fields, variants: Sequence[Fields] | None = None) -> list[Article]:
    """Read a product's articles; what has no SKU is none. ``variants`` told beside the product replace its own."""
    carried = row.rows("variants", "variant") if variants is None else variants
    of_options = [variant for variant in carried if variant.raw("option_values") is not None]
    found = [_of_options(row, variant) for variant in of_options] if of_options else _base(row, carried)
    return [article for article in found if article.sku]


def _base(row: Fields, carried: Sequence[Fields]) -> list[Article]:
    """The one article of a product without options; its base variant may be told by id only, or not at all."""
    variant = carried[0] if carried else None
    known = variant.whole("id") if variant else row.whole("base_variant_id", 0)
    sku = row.text("sku") or (variant.text("sku") if variant else "")
    price, weight = row.amount("price"), _optional(row, "weight")
    return [_article(row, sku, known, base=True, price=price, weight=weight, counted=variant or row)] if known else []


def _of_options(row: Fields, variant: Fields) -> Article:
    price, weight = _optional(variant, "price"), _optional(variant, "weight")
    known = variant.whole("id")
    return _article(row, variant.text("sku"), known, base=False, price=price, weight=weight, counted=variant)


def _article(
    row: Fields,
    sku: str,
    variant: int,
    *,
    base: bool,
    price: Decimal | None,
    weight: Decimal | None,
    counted: Fields,
) -> Article:
    return Article(
        sku=sku,
        product=row.whole("id"),
        variant=variant,
        base=base,
        tracking=row.choice("inventory_tracking", Tracking),
        name=row.text("name"),
        description=row.text("description"),
        price=price,
        weight=weight,
        visible=row.flag("is_visible", True),
        codes=_codes(row if base else counted),
    )


def _codes(row: Fields) -> tuple[str, ...]:
    """Read the codes that are printed on an article, each once."""
    return tuple(dict.fromkeys(code for name in CODES if (code := row.text(name).strip())))


def _optional(row: Fields, name: str) -> Decimal | None:
    return None if row.raw(name) is None else row.amount(name)


def on_hand(rows: list[object]) -> dict[int, int]:
    """Read a page of a location's items: pieces by variant id; what is not counted by variant id has none."""
    found: dict[int, int] = {}
    for row in wire_fields.rows(rows, "inventory list", "inventory list row"):
        variant = row.part("identity").whole("variant_id", 0)
        if variant:
            found[variant] = int(row.amount("total_inventory_onhand"))
    return found


def list_prices(rows: list[object]) -> list[ListPrice]:
    """Read a page of a price list's records."""
    return [
        ListPrice(row.whole("variant_id"), Money(row.amount("price"), row.text("currency").upper()))
        for row in wire_fields.rows(rows, "price list", "price list record")
    ]


def changed_product(change: ProductChange) -> Body:
    """Write a product's change."""
    told: Mapping[str, object | None] = {
        "name": change.name,
        "description": change.description,
        "price": change.price,
        "weight": change.weight,
        "is_visible": change.visible,
    }
    return {"id": change.product, **_set(told)}


def changed_variant(change: VariantChange) -> Body:
    """Write a variant's change."""
    return {"id": change.variant, **_set({"price": change.price, "weight": change.weight})}


def price_record(listed: ListPrice) -> Body:
    """Write a price list's record."""
    return {"variant_id": listed.variant, "currency": listed.price.currency, "price": listed.price.amount}


def adjustments(levels: Sequence[StockLevel]) -> Body:
    """Write absolute levels."""
    return {"reason": REASON, "items": [_adjustment(level) for level in levels]}


def counted_on(level: StockLevel) -> tuple[str, int]:
    """Name what the store counts an article's pieces on: a product tracked as a whole refuses its variants' ids."""
    article = level.article
    of_product = article.tracking is Tracking.PRODUCT
    return ("product_id", article.product) if of_product else ("variant_id", article.variant)


def _adjustment(level: StockLevel) -> Body:
    name, number = counted_on(level)
    return {"location_id": level.location, name: number, "quantity": level.quantity}


def new_product(product: NewProduct) -> Body:
    """Write a product to be created."""
    return {
        "name": product.name,
        "type": "physical",
        "sku": product.sku,
        "price": product.price,
        "weight": product.weight,
        "description": product.description,
        "is_visible": product.visible,
        "inventory_tracking": Tracking.PRODUCT.value,
        **({"categories": list(product.categories)} if product.categories else {}),
    }


def _set(told: Mapping[str, object | None]) -> Body:
    return {name: value for name, value in told.items() if value is not None}
