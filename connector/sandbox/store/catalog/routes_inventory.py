"""The store's ``/v3/inventory``: pieces at locations, and the locations themselves."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Response

from connector.sandbox.store.calls import Call, Route, reply
from connector.sandbox.store.catalog.goods import (
    DEFAULT_LOCATION,
    LOCATIONS,
    Countable,
    Product,
    Variant,
    holders,
    level,
    product_behind,
)
from connector.sandbox.store.catalog.listing import check_filters, numbers_in, words_in
from connector.sandbox.store.catalog.shelf import Shelf
from connector.sandbox.store.listing import page_and_limit
from connector.sandbox.store.refunds import Refused
from connector.sandbox.store.views_v3 import page_of, pagination

MOST_PER_PAGE = 1000
ITEM_FILTERS = frozenset({"sku:in", "variant_id:in", "product_id:in"})
FILTERS = ITEM_FILTERS | {"location_id:in"}
SCOPE = "inventory"


def _absolute(call: Call) -> Response:
    return reply({"transaction_id": call.store.catalog.stock.adjust(call.exact(), relative=False)})


def _relative(call: Call) -> Response:
    return reply({"transaction_id": call.store.catalog.stock.adjust(call.exact(), relative=True)})


def _locations(call: Call) -> Response:
    check_filters(call.query, {"is_default", "location_id:in"})
    wanted = call.query.get("is_default")
    rows = [_location(number) for number in LOCATIONS]
    page, limit = page_and_limit(call.query)
    kept = [row for row in rows if wanted is None or row["is_default"] == (wanted == "true")]
    return reply(page_of(kept, page=page, limit=limit))


def _location_items(call: Call, location: int) -> Response:
    if location not in LOCATIONS:
        raise Refused(404, f"There is no location {location}")
    shown, meta = _page(call)
    return reply({"data": [{"identity": _identity(one), **_pieces(one, location)} for one in shown], "meta": meta})


def _items(call: Call) -> Response:
    shown, meta = _page(call)
    locations = numbers_in(call.query, "location_id:in") or list(LOCATIONS)
    rows = [{"identity": _identity(one), "locations": [_at(one, place) for place in locations]} for one in shown]
    return reply({"data": rows, "meta": meta})


def _page(call: Call) -> tuple[list[Countable], dict[str, Any]]:
    check_filters(call.query, FILTERS)
    page, limit = page_and_limit(call.query, MOST_PER_PAGE)
    shelf = call.store.catalog.shelf
    with call.store.catalog.lock:
        kept = _asked(call, shelf) if call.query.keys() & ITEM_FILTERS else shelf.counted()
    shown = kept[(page - 1) * limit : page * limit]
    return shown, {"pagination": pagination(len(kept), len(shown), page=page, limit=limit)}


def _asked(call: Call, shelf: Shelf) -> list[Countable]:
    """Give what is asked for by every filter that there is."""
    skus = {sku.lower() for sku in words_in(call.query, "sku:in")}
    variant_ids, product_ids = numbers_in(call.query, "variant_id:in"), numbers_in(call.query, "product_id:in")
    products = _products(shelf, skus, variant_ids, product_ids)
    return [
        one
        for product in products
        for one in holders(product)
        if (not skus or one.sku.lower() in skus)
        and (not variant_ids or _variant_id(one) in variant_ids)
        and (not product_ids or product.id in product_ids)
    ]


def _products(shelf: Shelf, skus: set[str], variant_ids: list[int], product_ids: list[int]) -> list[Product]:
    """Give the products that may hold what is asked for, by one of the filters."""
    if product_ids:
        found = [shelf.products[one] for one in product_ids if one in shelf.products]
    elif variant_ids:
        found = [shelf.variants[one].product for one in variant_ids if one in shelf.variants]
    else:
        found = [product_behind(owner) for owner in map(shelf.owner_of_sku, skus) if owner]
    return sorted(set(found), key=lambda product: product.id)


def _variant_id(one: Countable) -> int | None:
    if isinstance(one, Variant):
        return one.id
    return one.base_variant.id if one.base_variant else None


def _identity(one: Countable) -> dict[str, Any]:
    names = {"sku": one.sku, "variant_id": _variant_id(one), "product_id": product_behind(one).id}
    return {**names, "sku_id": one.sku_id if isinstance(one, Variant) else None}


def _pieces(one: Countable, location: int) -> dict[str, Any]:
    pieces = level(one, location)
    settings = {"safety_stock": 0, "is_in_stock": pieces > 0, "warning_level": 0, "bin_picking_number": ""}
    return {"available_to_sell": pieces, "total_inventory_onhand": pieces, "settings": settings}


def _at(one: Countable, location: int) -> dict[str, Any]:
    names = {"location_id": location, "location_code": f"BC-LOCATION-{location}"}
    return {**names, "location_name": LOCATIONS.get(location, ""), "location_enabled": True, **_pieces(one, location)}


def _location(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "code": f"BC-LOCATION-{number}",
        "label": LOCATIONS[number],
        "description": "",
        "managed_by_external_source": False,
        "type_id": "PHYSICAL",
        "enabled": True,
        "time_zone": "America/Chicago",
        "storefront_visibility": True,
        "is_default": number == DEFAULT_LOCATION,
    }


ROUTES: tuple[Route, ...] = (
    ("PUT", "/v3/inventory/adjustments/absolute", _absolute, SCOPE),
    ("POST", "/v3/inventory/adjustments/relative", _relative, SCOPE),
    ("GET", "/v3/inventory/locations", _locations, "locations"),
    ("GET", "/v3/inventory/locations/<int:location>/items", _location_items, SCOPE),
    ("GET", "/v3/inventory/items", _items, SCOPE),
)
