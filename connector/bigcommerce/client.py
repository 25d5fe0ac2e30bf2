"""The merchant's shop behind the ``Store`` port."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from connector.bigcommerce import api, ping, wire_lines, wire_money, wire_order
from connector.bigcommerce.api import Api, Resource
from connector.bigcommerce.catalog import StoreCatalog
from connector.bigcommerce.hooks import StoreHooks
from connector.bigcommerce.paging import LIMIT, DatedPage, every_row, oldest_first
from connector.bigcommerce.walks import ORDER_LIST, REFUND_LIST, StoreWalks
from connector.bigcommerce.wire_fields import Fields
from connector.domain import snapshot
from connector.domain.connection import Check, StoreCredentials
from connector.domain.faults import ContractBroken, Truncated
from connector.domain.order import Order, Snapshot
from connector.http.transport import Transport
from connector.ports import Budget, Catalog, Clock, Hooks, OrderHead, RefundHead

CALLS_OF_AN_ORDER = 4
WHOLE_ORDER = {"include": "consignments,consignments.line_items,fees", "consignment_structure": "object"}
_LEEWAY = timedelta(seconds=1)


class BigCommerce:
    """One store, read and written as ``ports.Store`` says."""

    def __init__(
        self,
        credentials: StoreCredentials,
        transport: Transport,
        budget: Budget,
        clock: Clock,
        *,
        catalog_budget: Budget,
    ) -> None:
        self._credentials = credentials
        self._api = Api(credentials, transport, budget)
        self._catalog = StoreCatalog(Api(credentials, transport, catalog_budget))
        self._hooks = StoreHooks(self._api)
        self._clock = clock
        self.walks = StoreWalks(Api(credentials, transport, catalog_budget))  # a long count delays no order

    @property
    def catalog(self) -> Catalog:
        """Its products, prices and stock; called from what orders leave of the window."""
        return self._catalog

    @property
    def hooks(self) -> Hooks:
        """Its webhook subscriptions."""
        return self._hooks

    def ping(self) -> list[Check]:
        """READ: token, scopes, store hash, currency, tax entry mode, clock difference."""
        return ping.ping(self._api, self._clock, self._credentials.store_hash)

    def read_order(self, order: int) -> Snapshot:
        """READ, 4 calls: the order with its taxes, transactions and refunds.

        More only where a list may have been cut, or the order does not carry its lines.

        :raises Rejected: the store knows no such order.
        """
        taken_at = self._clock.now()
        self._api.reserve(CALLS_OF_AN_ORDER)
        found = self._order(order)
        taken = Snapshot(
            order=found,
            transactions=wire_money.transactions(self._transactions(order), found),
            refunds=wire_money.refunds(self._refunds(order), found),
            taken_at=taken_at,
        )
        return replace(taken, fingerprint=snapshot.fingerprint(taken))

    def orders_modified(self, since: datetime, until: datetime | None = None) -> Iterator[OrderHead]:
        """READ: every order modified in the period, oldest change first, each once."""

        def page(start: datetime, number: int) -> DatedPage[OrderHead]:
            # whether the limits themselves are included is undocumented: ask from a second before
            params = {"sort": "date_modified:asc", "min_date_modified": _written(start - _LEEWAY)}
            if until is not None:
                params["max_date_modified"] = _written(until + _LEEWAY)
            told = self._api.v2_page(ORDER_LIST, number, params)
            heads = [_head(row, number) for number, row in enumerate(told.rows, start=1)]
            if any(later.modified_at < earlier.modified_at for earlier, later in pairwise(heads)):
                raise ContractBroken("GET /v2/orders is not sorted by date_modified, as was asked")
            return heads, told.is_last(len(heads))

        return oldest_first(page, since.replace(microsecond=0), lambda head: head.modified_at)

    def refunds_created(self, since: datetime) -> Iterator[RefundHead]:
        """READ: every refund created since, each once."""
        return StoreWalks(self._api).refunds(since)

    def write_external_id(self, order: int, external_id: str) -> None:
        """WRITE, harmless to repeat: put the ERP's number on the order. A lost answer is tried again like a READ."""
        resource = Resource("PUT /v2/orders/{id}", f"/v2/orders/{order}", api.ORDERS_WRITE)
        with api.harmless():
            self._api.put(resource, {"external_order_id": external_id})

    def _order(self, order: int) -> Order:
        path = f"/v2/orders/{order}"
        told = self._api.get(
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
            taxes=self._taxes(head, path),
            products=None if wire_lines.carries_all(head) else self._rows_of(path, "products"),
            fees=None if wire_order.carries_fees(head) else self._rows_of(path, "fees"),
        )

    def _taxes(self, head: Fields, path: str) -> list[object]:
        resource = Resource("GET /v2/orders/{id}/taxes", f"{path}/taxes", api.ORDERS)
        pages = every_row(
            lambda number: self._api.v2_page(resource, number, {"details": "true"}, reserved=number == 1),
            complete=lambda rows: wire_order.taxes_add_up(head, rows),
        )
        return list(pages)

    def _rows_of(self, path: str, name: str) -> list[object]:
        resource = Resource(f"GET /v2/orders/{{id}}/{name}", f"{path}/{name}", api.ORDERS)
        return list(every_row(lambda number: self._api.v2_page(resource, number)))

    def _transactions(self, order: int) -> list[object]:
        """Unpaged, and cut at 250 (facts/bigcommerce.md §5)."""
        call = "GET /v3/orders/{id}/transactions"
        resource = Resource(call, f"/v3/orders/{order}/transactions", api.TRANSACTIONS)
        page = api.enveloped(self._api.get(resource, reserved=True), call)
        if len(page.rows) >= LIMIT or len(page.rows) < (page.total or 0):
            raise Truncated(f"order {order} has more transactions than the store tells: {len(page.rows)} were told")
        return page.rows

    def _refunds(self, order: int) -> list[object]:
        """Unpaged. One that may have been cut is read again from the list of all refunds, which has pages."""
        path = f"/v3/orders/{order}/payment_actions/refunds"
        resource = Resource("GET /v3/orders/{id}/payment_actions/refunds", path, api.ORDERS)
        page = self._api.v3_page(resource, 1, reserved=True)
        if page.is_last(len(page.rows)):
            return page.rows
        params = {"order_id:in": str(order)}
        return list(every_row(lambda number: self._api.v3_page(REFUND_LIST, number, params)))


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def _head(told: object, number: int) -> OrderHead:
    """Read a row of the order list. One that does not read whole has no fingerprint, so that the order is read."""
    row = Fields(told, f"order list row {number}")
    order, modified_at = row.whole("id"), row.moment("date_modified")
    try:
        bare = wire_order.order_head(row)
    except ContractBroken:
        return OrderHead(order, row.whole("status_id", 0), modified_at, "")
    return OrderHead(order, bare.status.value, modified_at, snapshot.head_fingerprint(bare))
