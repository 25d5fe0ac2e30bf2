"""The merchant's shop behind the ``Store`` port."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise

from connector.bigcommerce import api, orders, ping, wire_order
from connector.bigcommerce.api import Api, Resource
from connector.bigcommerce.catalog import StoreCatalog
from connector.bigcommerce.hooks import StoreHooks
from connector.bigcommerce.paging import DatedPage, oldest_first
from connector.bigcommerce.walks import ORDER_LIST, StoreWalks
from connector.bigcommerce.wire_fields import Fields, written
from connector.domain import snapshot
from connector.domain.connection import Check, StoreCredentials
from connector.domain.faults import ContractBroken
from connector.domain.order import Snapshot
from connector.http.transport import Transport
from connector.ports import Budget, Catalog, Clock, Hooks, OrderHead, RefundHead

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
        self.walks = StoreWalks(Api(credentials, transport, catalog_budget), clock)  # a long count delays no order

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
        """READ, 4 calls: see ``orders.read``.

        :raises Rejected: the store knows no such order.
        """
        return orders.read(self._api, self._clock, order)

    def orders_modified(self, since: datetime, until: datetime | None = None) -> Iterator[OrderHead]:
        """READ: every order modified in the period, oldest change first, each once."""

        def page(start: datetime, number: int) -> DatedPage[OrderHead]:
            # whether the limits themselves are included is undocumented: ask from a second before
            params = {"sort": "date_modified:asc", "min_date_modified": written(start - _LEEWAY)}
            if until is not None:
                params["max_date_modified"] = written(until + _LEEWAY)
            told = self._api.v2_page(ORDER_LIST, number, params)
            heads = [_head(row, number) for number, row in enumerate(told.rows, start=1)]
            if any(later.modified_at < earlier.modified_at for earlier, later in pairwise(heads)):
                raise ContractBroken("GET /v2/orders is not sorted by date_modified, as was asked")
            return heads, told.is_last(len(heads))

        return oldest_first(page, since.replace(microsecond=0), lambda head: head.modified_at)

    def refunds_created(self, since: datetime) -> Iterator[RefundHead]:
        """READ: every refund created since, each once."""
        return StoreWalks(self._api, self._clock).refunds(since)

    def write_external_id(self, order: int, external_id: str) -> None:
        """WRITE, harmless to repeat: put the ERP's number on the order. A lost answer is tried again like a READ."""
        resource = Resource("PUT /v2/orders/{id}", f"/v2/orders/{order}", api.ORDERS_WRITE)
        with api.harmless():
            self._api.put(resource, {"external_order_id": external_id})


def _head(told: object, number: int) -> OrderHead:
    """Read a row of the order list. One that does not read whole has no fingerprint, so that the order is read."""
    row = Fields(told, f"order list row {number}")
    order, modified_at = row.whole("id"), row.moment("date_modified")
    try:
        bare = wire_order.order_head(row)
    except ContractBroken:
        return OrderHead(order, modified_at, "")
    return OrderHead(order, modified_at, snapshot.head_fingerprint(bare))
