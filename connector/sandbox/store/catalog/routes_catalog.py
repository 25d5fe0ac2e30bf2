"""The store's ``/v3/catalog`` and ``/v3/pricelists``."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Response

from connector.sandbox.store.calls import Call, Route, nothing, problem, reply
from connector.sandbox.store.catalog import listing
from connector.sandbox.store.catalog.goods import Product
from connector.sandbox.store.catalog.listing import numbers_in, words_in
from connector.sandbox.store.catalog.price_lists import MOST_RECORDS, Record, record_of
from connector.sandbox.store.catalog.views import product_of, variant_of
from connector.sandbox.store.listing import page_and_limit
from connector.sandbox.store.views_v3 import page_of

MOST_PRODUCTS, MOST_VARIANTS = 10, 50
PRODUCT, VARIANT = "/v3/catalog/products/<int:product_id>", "/v3/catalog/products/<int:product_id>/variants"
SCOPE = "products"


def _shown(call: Call, product: Product) -> dict[str, Any]:
    return product_of(product, words_in(call.query, "include"), words_in(call.query, "include_fields"))


def _products(call: Call) -> Response:
    rows, meta = listing.products(call.store.catalog.shelf, call.query)
    return reply({"data": [_shown(call, product) for product in rows], "meta": meta})


def _product(call: Call, product_id: int) -> Response:
    return reply({"data": _shown(call, call.store.catalog.shelf.product(product_id)), "meta": {}})


def _new_product(call: Call) -> Response:
    product = call.store.catalog.create(call.exact())
    return reply({"data": product_of(product, ("variants", "options")), "meta": {}})


def _change_product(call: Call, product_id: int) -> Response:
    return reply({"data": _shown(call, call.store.catalog.change_product(product_id, call.exact())), "meta": {}})


def _change_products(call: Call) -> Response:
    changed, whole = call.store.catalog.change_products(call.batch(MOST_PRODUCTS))
    body = {"data": [_shown(call, product) for product in changed], "meta": {}}
    if whole:
        return reply(body)
    errors = {str(product.id): "its inventory could not be saved" for product in changed}
    return reply(body | {"errors": problem(207, "Some inventory or URLs could not be saved", errors)}, 207)


def _drop_product(call: Call, product_id: int) -> Response:
    call.store.catalog.delete(product_id)
    return nothing()


def _variants(call: Call) -> Response:
    rows, meta = listing.variants(call.store.catalog.shelf, call.query)
    only = words_in(call.query, "include_fields")
    return reply({"data": [variant_of(variant, only) for variant in rows], "meta": meta})


def _product_variants(call: Call, product_id: int) -> Response:
    page, limit = page_and_limit(call.query)
    product = call.store.catalog.shelf.product(product_id)
    return reply(page_of([variant_of(one) for one in product.variants], page=page, limit=limit))


def _variant(call: Call, product_id: int, variant_id: int) -> Response:
    return reply({"data": variant_of(call.store.catalog.shelf.variant(product_id, variant_id)), "meta": {}})


def _change_variant(call: Call, product_id: int, variant_id: int) -> Response:
    variant = call.store.catalog.change_variant(product_id, variant_id, call.exact())
    return reply({"data": variant_of(variant), "meta": {}})


def _change_variants(call: Call) -> Response:
    changed = call.store.catalog.change_variants(call.batch(MOST_VARIANTS))
    return reply({"data": [variant_of(variant) for variant in changed], "meta": {}})


def _records(call: Call, number: int) -> Response:
    page, limit = page_and_limit(call.query)
    kept = [one for one in call.store.catalog.price_lists.records(number) if _wanted(call, one)]
    return reply(page_of([record_of(number, one) for one in kept], page=page, limit=limit))


def _wanted(call: Call, record: Record) -> bool:
    if "variant_id:in" in call.query and record.variant.id not in numbers_in(call.query, "variant_id:in"):
        return False
    if "sku:in" in call.query and record.variant.sku not in words_in(call.query, "sku:in"):
        return False
    return "currency" not in call.query or record.currency == call.query["currency"].lower()


def _write_records(call: Call, number: int) -> Response:
    call.store.catalog.price_lists.write(number, call.batch(MOST_RECORDS))
    return reply({"data": {}, "meta": {}})


ROUTES: tuple[Route, ...] = (
    ("GET", "/v3/catalog/products", _products, SCOPE),
    ("POST", "/v3/catalog/products", _new_product, SCOPE),
    ("PUT", "/v3/catalog/products", _change_products, SCOPE),
    ("GET", PRODUCT, _product, SCOPE),
    ("PUT", PRODUCT, _change_product, SCOPE),
    ("DELETE", PRODUCT, _drop_product, SCOPE),
    ("GET", VARIANT, _product_variants, SCOPE),
    ("GET", f"{VARIANT}/<int:variant_id>", _variant, SCOPE),
    ("PUT", f"{VARIANT}/<int:variant_id>", _change_variant, SCOPE),
    ("GET", "/v3/catalog/variants", _variants, SCOPE),
    ("PUT", "/v3/catalog/variants", _change_variants, SCOPE),
    ("GET", "/v3/pricelists/<int:number>/records", _records, SCOPE),
    ("PUT", "/v3/pricelists/<int:number>/records", _write_records, SCOPE),
)
