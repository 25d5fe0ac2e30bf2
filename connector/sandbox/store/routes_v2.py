"""The store's ``/v2``: information and orders."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Response

from connector.sandbox.store import orders_v2
from connector.sandbox.store.calls import Call, Route, nothing, reply, v2_page
from connector.sandbox.store.lines_v2 import lines_of
from connector.sandbox.store.listing import chosen, counts, page_and_limit
from connector.sandbox.store.orders import Order
from connector.sandbox.store.refunds import Refused

WRITABLE = frozenset({"external_order_id", "status_id", "staff_notes", "is_deleted"})


def _time(call: Call) -> Response:
    return reply({"time": int(call.store.now())})


def _store(call: Call) -> Response:
    return reply(
        {
            "id": call.store.store_hash,
            "store_id": "1025646",
            "name": "The sandbox",
            "currency": "USD",
            "decimal_places": 2,
            "timezone": {"name": "America/Chicago", "raw_offset": -21600, "dst_offset": -18000},
            "is_price_entered_with_tax": call.store.prices_with_tax,
            "weight_units": call.store.weight_units,
            "plan_level": "Enterprise",
            "default_channel_id": 1,
            "status": "live",
        }
    )


def _listed(call: Call) -> list[Order]:
    orders = list(call.store.orders.values())
    if not call.store.archived_listed and "is_deleted" not in call.query:
        orders = [order for order in orders if not order.archived]
    return chosen(orders, call.query)


def _orders(call: Call) -> Response:
    page, limit = page_and_limit(call.query)
    rows = _listed(call)[(page - 1) * limit : page * limit]
    return reply([_shown(call, order) for order in rows]) if rows else nothing()


def _count(call: Call) -> Response:
    return reply(counts(_listed(call)))


def _order(call: Call, order_id: int) -> Response:
    return reply(_shown(call, call.order(order_id)))


def _shown(call: Call, order: Order) -> dict[str, Any]:
    include = call.query.get("include", "").split(",")
    as_object = call.query.get("consignment_structure") == "object"
    return orders_v2.order_of(order, call.store.store_hash, include, as_object=as_object)


def _write(call: Call, order_id: int) -> Response:
    order, changes = call.order(order_id), call.body()
    if unknown := sorted(set(changes) - WRITABLE):
        raise Refused(400, f"The field '{unknown[0]}' is not supported by this resource.")
    call.store.write(order.id, changes)
    return reply(_shown(call, order))


def _archive(call: Call, order_id: int) -> Response:
    call.store.archive(call.order(order_id).id)
    return nothing()


def _products(call: Call, order_id: int) -> Response:
    return v2_page(call, lines_of(call.order(order_id)))


def _taxes(call: Call, order_id: int) -> Response:
    return v2_page(call, orders_v2.taxes_of(call.order(order_id), details=call.query.get("details") == "true"))


def _coupons(call: Call, order_id: int) -> Response:
    return v2_page(call, orders_v2.coupons_of(call.order(order_id)))


def _fees(call: Call, order_id: int) -> Response:
    return v2_page(call, orders_v2.fees_of(call.order(order_id)))


def _addresses(call: Call, order_id: int) -> Response:
    return v2_page(call, orders_v2.addresses_of(call.order(order_id), call.store.store_hash))


def _consignments(call: Call, order_id: int) -> Response:
    with_lines = "consignments.line_items" in call.query.get("include", "").split(",")
    return reply(orders_v2.consignments_of(call.order(order_id), call.store.store_hash, line_items=with_lines))


ROUTES: tuple[Route, ...] = (
    ("GET", "/v2/time", _time, "information"),
    ("GET", "/v2/store", _store, "information"),
    ("GET", "/v2/orders", _orders, "orders"),
    ("GET", "/v2/orders/count", _count, "orders"),
    ("GET", "/v2/orders/<int:order_id>", _order, "orders"),
    ("PUT", "/v2/orders/<int:order_id>", _write, "orders"),
    ("DELETE", "/v2/orders/<int:order_id>", _archive, "orders"),
    ("GET", "/v2/orders/<int:order_id>/products", _products, "orders"),
    ("GET", "/v2/orders/<int:order_id>/taxes", _taxes, "orders"),
    ("GET", "/v2/orders/<int:order_id>/coupons", _coupons, "orders"),
    ("GET", "/v2/orders/<int:order_id>/fees", _fees, "orders"),
    ("GET", "/v2/orders/<int:order_id>/consignments", _consignments, "orders"),
    ("GET", "/v2/orders/<int:order_id>/shipping_addresses", _addresses, "orders"),
)
