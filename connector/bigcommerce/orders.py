"""Reads one order whole: with its taxes, transactions and refunds, each list to its proven end."""

from __future__ import annotations

from dataclasses import replace

from connector.bigcommerce import api, wire_lines, wire_money, wire_order
from connector.bigcommerce.api import Api, Resource
from connector.bigcommerce.paging import LIMIT, every_row
from connector.bigcommerce.wire_fields import Fields
from connector.domain import snapshot
from connector.domain.faults import ContractBroken, Truncated
from connector.domain.order import Order, Snapshot
from connector.ports import Clock

CALLS_OF_AN_ORDER = 4
WHOLE_ORDER = {"include": "consignments,consignments.line_items,fees", "consignment_structure": "object"}
REFUND_LIST = Resource("GET /v3/orders/payment_actions/refunds", "/v3/orders/payment_actions/refunds", api.ORDERS)


def read(store: Api, clock: Clock, order: int) -> Snapshot:
    """READ, 4 calls: the order with its taxes, transactions and refunds.

    More only where a list may have been cut, or the order does not carry its lines.

    :raises Rejected: the store knows no such order.
    """
    taken_at = clock.now()
    store.reserve(CALLS_OF_AN_ORDER)
    found = _order(store, order)
    taken = Snapshot(
        order=found,
        transactions=wire_money.transactions(_transactions(store, order), found),
        refunds=wire_money.refunds(_refunds(store, order), found),
        taken_at=taken_at,
    )
    return replace(taken, fingerprint=snapshot.fingerprint(taken))


def _order(store: Api, order: int) -> Order:
    path = f"/v2/orders/{order}"
    told = store.get(
        Resource("GET /v2/orders/{id}", path, api.ORDERS),
        WHOLE_ORDER,
        reserved=True,
        missing=f"the store knows no order {order}",
    )
    head = Fields(told, f"order {order}")
    if head.whole("id") != order:
        raise ContractBroken(f"GET /v2/orders/{{id}} answered another order than {order}")
    return wire_order.order(
        head,
        taxes=_taxes(store, head, path),
        products=None if wire_lines.carries_all(head) else _rows_of(store, path, "products"),
        fees=None if wire_order.carries_fees(head) else _rows_of(store, path, "fees"),
    )


def _taxes(store: Api, head: Fields, path: str) -> list[object]:
    resource = Resource("GET /v2/orders/{id}/taxes", f"{path}/taxes", api.ORDERS)
    pages = every_row(
        lambda number: store.v2_page(resource, number, {"details": "true"}, reserved=number == 1),
        complete=lambda rows: wire_order.taxes_add_up(head, rows),
    )
    return list(pages)


def _rows_of(store: Api, path: str, name: str) -> list[object]:
    resource = Resource(f"GET /v2/orders/{{id}}/{name}", f"{path}/{name}", api.ORDERS)
    return list(every_row(lambda number: store.v2_page(resource, number)))


def _transactions(store: Api, order: int) -> list[object]:
    """Unpaged, and cut at 250 (facts/bigcommerce.md §5)."""
    call = "GET /v3/orders/{id}/transactions"
    resource = Resource(call, f"/v3/orders/{order}/transactions", api.TRANSACTIONS)
    page = api.enveloped(store.get(resource, reserved=True), call)
    if len(page.rows) >= LIMIT or len(page.rows) < (page.total or 0):
        raise Truncated(f"order {order} has more transactions than the store tells: {len(page.rows)} were told")
    return page.rows


def _refunds(store: Api, order: int) -> list[object]:
    """Unpaged. One that may have been cut is read again from the list of all refunds, which has pages."""
    path = f"/v3/orders/{order}/payment_actions/refunds"
    resource = Resource("GET /v3/orders/{id}/payment_actions/refunds", path, api.ORDERS)
    page = store.v3_page(resource, 1, reserved=True)
    if page.is_last(len(page.rows)):
        return page.rows
    params = {"order_id:in": str(order)}
    return list(every_row(lambda number: store.v3_page(REFUND_LIST, number, params)))
