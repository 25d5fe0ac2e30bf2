"""Products and variants as ``/v3/catalog`` shows them: money as numbers, every field there, made on demand."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from connector.sandbox.store.catalog.goods import VARIANT, Product, Variant, level, product_level
from connector.sandbox.store.forms import v3_date

PRODUCT_BLANK: dict[str, Any] = {
    "width": 0,
    "depth": 0,
    "height": 0,
    "cost_price": 0,
    "retail_price": 0,
    "sale_price": 0,
    "map_price": 0,
    "tax_class_id": 0,
    "product_tax_code": "",
    "categories": [],
    "brand_id": 0,
    "option_set_id": None,
    "option_set_display": "right",
    "inventory_warning_level": 0,
    "reviews_rating_sum": 0,
    "reviews_count": 0,
    "total_sold": 0,
    "fixed_cost_shipping_price": 0,
    "is_free_shipping": False,
    "is_featured": False,
    "related_products": [-1],
    "warranty": "",
    "bin_picking_number": "",
    "layout_file": "",
    "upc": "",
    "mpn": "",
    "gtin": "",
    "date_last_imported": None,
    "search_keywords": "",
    "availability": "available",
    "availability_description": "",
    "gift_wrapping_options_type": "any",
    "gift_wrapping_options_list": [],
    "sort_order": 0,
    "condition": "New",
    "is_condition_shown": False,
    "order_quantity_minimum": 0,
    "order_quantity_maximum": 0,
    "page_title": "",
    "meta_keywords": [],
    "meta_description": "",
    "view_count": 0,
    "preorder_release_date": None,
    "preorder_message": "",
    "is_preorder_only": False,
    "is_price_hidden": False,
    "price_hidden_label": "",
    "open_graph_type": "product",
    "open_graph_title": "",
    "open_graph_description": "",
    "open_graph_use_meta_description": True,
    "open_graph_use_product_name": True,
    "open_graph_use_image": True,
}
VARIANT_BLANK: dict[str, Any] = {
    "sale_price": None,
    "retail_price": None,
    "map_price": None,
    "width": None,
    "height": None,
    "depth": None,
    "is_free_shipping": False,
    "fixed_cost_shipping_price": None,
    "purchasing_disabled": False,
    "purchasing_disabled_message": "",
    "image_url": "",
    "cost_price": 0,
    "upc": "",
    "mpn": "",
    "gtin": "",
    "inventory_warning_level": 0,
    "bin_picking_number": "",
}


def product_of(product: Product, include: Collection[str] = (), only: Collection[str] = ()) -> dict[str, Any]:
    """Show a product with the sub-resources in ``include``; of the fields, those in ``only`` and the id."""
    shown = {
        "id": product.id,
        "name": product.name,
        "type": product.kind,
        "sku": product.sku,
        "description": product.description,
        "weight": product.weight,
        "price": product.price,
        **PRODUCT_BLANK,
        **(product.more or {}),
        "calculated_price": _calculated(product.price, (product.more or {}).get("sale_price")),
        "inventory_level": product_level(product),
        "inventory_tracking": product.tracking,
        "is_visible": product.visible,
        "date_created": moment_of(product.created_at),
        "date_modified": moment_of(product.modified_at),
        "custom_url": {"url": f"/{product.name.lower().replace(' ', '-')}/", "is_customized": False},
        "base_variant_id": product.variants[0].id if product.simple else None,
    }
    if only:
        shown = {name: shown[name] for name in ("id", *only) if name in shown}
    if "variants" in include:
        shown["variants"] = [variant_of(variant) for variant in product.variants]
    if "options" in include:
        shown["options"] = options_of(product)
    if "modifiers" in include:
        shown["modifiers"] = []
    return shown


def variant_of(variant: Variant, only: Collection[str] = ()) -> dict[str, Any]:
    """Show a variant; what follows the product is null."""
    product = variant.product
    shown = {
        "id": variant.id,
        "product_id": product.id,
        "sku": variant.sku,
        "sku_id": variant.sku_id,
        "price": variant.price,
        "calculated_price": _calculated(variant.worth, (variant.more or {}).get("sale_price")),
        "weight": variant.weight,
        "calculated_weight": variant.heft,
        **VARIANT_BLANK,
        **(variant.more or {}),
        "inventory_level": level(variant) if product.tracking == VARIANT else 0,
        "option_values": _values(variant),
    }
    return {name: shown[name] for name in ("id", *only) if name in shown} if only else shown


def options_of(product: Product) -> list[dict[str, Any]]:
    """Show the options that the variants of a product choose from."""
    return [
        {
            "id": _option_id(product, index),
            "product_id": product.id,
            "name": f"{name}-{_option_id(product, index)}",
            "display_name": name,
            "type": "rectangles",
            "sort_order": index,
            "option_values": [
                {"id": _value_id(product, index, place), "label": label, "sort_order": place, "is_default": False}
                for place, label in enumerate(labels)
            ],
        }
        for index, (name, labels) in enumerate(_choices(product).items())
    ]


def moment_of(moment: int) -> str:
    """Write a time as v3 does."""
    return v3_date(datetime.fromtimestamp(moment, UTC))


def _calculated(price: Decimal, sale: Any) -> Decimal:
    return sale if isinstance(sale, Decimal) and sale else price


def _choices(product: Product) -> dict[str, list[str]]:
    choices: dict[str, list[str]] = {}
    for variant in product.variants:
        for name, label in variant.values:
            labels = choices.setdefault(name, [])
            if label not in labels:
                labels.append(label)
    return choices


def _values(variant: Variant) -> list[dict[str, Any]]:
    if not variant.values:
        return []
    choices = _choices(variant.product)
    names = list(choices)
    return [
        {
            "id": _value_id(variant.product, names.index(name), choices[name].index(label)),
            "label": label,
            "option_id": _option_id(variant.product, names.index(name)),
            "option_display_name": name,
        }
        for name, label in variant.values
    ]


def _option_id(product: Product, index: int) -> int:
    return product.id * 10 + index


def _value_id(product: Product, index: int, place: int) -> int:
    return _option_id(product, index) * 1000 + place
