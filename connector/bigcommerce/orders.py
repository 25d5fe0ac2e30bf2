"""Reads one order whole: with its taxes, transactions and refunds, each list to its proven end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from connector.bigcommerce import api, wire_lines, wire_money, wire_order
from connector.bigcommerce.api import Api, Resource
from connector.bigcommerce.paging import LIMIT, Page, every_row
from connector.bigcommerce.wire_fields import Fields
from connector.domain import snapshot
from connector.domain.faults import ContractBroken, Truncated
from connector.domain.order import Order, Snapshot
from connector.ports import Clock

CALLS_OF_AN_ORDER = 4
WHOLE_ORDER = {"include": "consignments,consignments.line_items,fees", "consignment_structure": "object"}
REFUND_LIST = Resource("GET /v3/orders/payment_actions/refunds", "/v3/orders/payment_actions/refunds", api.ORDERS)


def read(store: Api, clock: Clock, order: int) -> Snapshot:
    """READ, 4 calls side by side: the order with its taxes, transactions and refunds.

    More only where a list may have been cut, or the order does not carry its lines.

    :raises Rejected: the store knows no such order.
    """
    taken_at = clock.now()
    store.reserve(CALLS_OF_AN_ORDER)
    told, (taxes, transactions, refunds) = store.side_by_side(
        lambda: _head(store, order),
        lambda: _taxes(store, order, 1),
        lambda: _transactions(store, order),
        lambda: _refunds(store, order),
    )
    found = _order(store, order, told, taxes)
    taken = Snapshot(
        order=found,
        transactions=wire_money.transactions(transactions(), found),
        refunds=wire_money.refunds(refunds(), found),
        taken_at=taken_at,
    )
    return replace(taken, fingerprint=snapshot.fingerprint(taken))


def _head(store: Api, order: int) -> object:
    resource = Resource("GET /v2/orders/{id}", f"/v2/orders/{order}", api.ORDERS)
    return store.get(resource, WHOLE_ORDER, reserved=True, missing=f"the store knows no order {order}")


def _order(store: Api, order: int, told: object, taxes: Callable[[], Page]) -> Order:
    """Put the order together; ``taxes`` gives the first page of its taxes."""
    head, path = Fields(told, f"order {order}"), f"/v2/orders/{order}"
    if head.whole("id") != order:
        raise ContractBroken(f"GET /v2/orders/{{id}} answered another order than {order}")
    rows = every_row(
        lambda number: taxes() if number == 1 else _taxes(store, order, number),
        complete=lambda rows: wire_order.taxes_add_up(head, rows),
    )
    return wire_order.order(
        head,
        taxes=list(rows),
        products=None if wire_lines.carries_all(head) else _rows_of(store, path, "products"),
        fees=None if wire_order.carries_fees(head) else _rows_of(store, path, "fees"),
    )


def _taxes(store: Api, order: int, page: int) -> Page:
    resource = Resource("GET /v2/orders/{id}/taxes", f"/v2/orders/{order}/taxes", api.ORDERS)
    return store.v2_page(resource, page, {"details": "true"}, reserved=page == 1)


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
