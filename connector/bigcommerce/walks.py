"""The store's lists for counting: by id, by date and by the store's own count (facts/bigcommerce.md §4.1, §5)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from connector.bigcommerce import api, orders, wire_order
from connector.bigcommerce.api import Api, Resource
from connector.bigcommerce.orders import REFUND_LIST
from connector.bigcommerce.paging import LIMIT, DatedPage, every_id, oldest_first
from connector.bigcommerce.wire_fields import Fields, written
from connector.domain import snapshot
from connector.domain.faults import ContractBroken, Rejected, Truncated
from connector.domain.order import Snapshot
from connector.ports import Clock, OrderMark, RefundHead

ORDER_LIST = Resource("GET /v2/orders", "/v2/orders", api.ORDERS)
ORDER_COUNT = Resource("GET /v2/orders/count", "/v2/orders/count", api.ORDERS)
_DAY, _SECOND = timedelta(days=1), timedelta(seconds=1)


class StoreWalks:
    """Implements ``ports.Walks``."""

    def __init__(self, told_by: Api, clock: Clock) -> None:
        self._api = told_by
        self._clock = clock

    def ids(self, after: int = 0) -> Iterator[OrderMark]:
        """READ: every order behind this id, by rising id; turned by id until nothing follows."""
        while True:
            # whether the limit itself is included is undocumented: ask for it, and leave it out
            params = {"sort": "id:asc", "min_id": str(after)}
            marks = _marks(self._api.v2_page(ORDER_LIST, 1, params).rows)
            if any(later.id <= earlier.id for earlier, later in pairwise(marks)):
                raise ContractBroken("GET /v2/orders is not sorted by id, as was asked")
            news = [mark for mark in marks if mark.id > after]
            if not news:
                return
            yield from news
            after = news[-1].id

    def first_since(self, moment: datetime) -> int:
        """READ, some 20 calls: the id where orders created since a moment begin, as far as ids rise with time."""
        newest = self._first({"sort": "id:desc"})
        low, high = 1, newest.id if newest else 1
        while low < high:
            middle = (low + high) // 2
            found = self._first({"sort": "id:asc", "min_id": str(middle)})
            if found is not None and found.id < middle:
                raise ContractBroken(f"GET /v2/orders gave order {found.id}, though asked for those from {middle} on")
            if found is None or found.created_at >= moment:
                high = middle
            else:
                low = found.id + 1
        return low

    def created(self, since: datetime, until: datetime) -> Iterator[OrderMark]:
        """READ: every order created from ``since`` up to before ``until``, oldest first, in windows of a day."""
        while since < until:
            end = min(since + _DAY, until)
            yield from self._window(since, end)
            since = end

    def count(self, since: datetime, until: datetime) -> int:
        """READ, 1 call: how many orders the store itself counts there, over all statuses.

        The limits are taken to be included, which is undocumented: an order created in the very second at a limit
        would make the counts differ, never agree.
        """
        params = {"min_date_created": written(since), "max_date_created": written(until - _SECOND)}
        told = Fields(self._api.get(ORDER_COUNT, params), "order count")
        return sum(row.whole("count") for row in told.rows("statuses", "status"))

    def look_up(self, order: int) -> OrderMark | None:
        """READ, 1 call: one order by its id; None if the store knows none."""
        resource = Resource("GET /v2/orders/{id}", f"/v2/orders/{order}", api.ORDERS)
        try:
            told = self._api.get(resource, missing=f"the store knows no order {order}")
        except Rejected:
            return None
        return _mark(told, f"order {order}")

    def read_order(self, order: int) -> Snapshot:
        """READ, 4 calls: one order whole, from what others leave of the window.

        :raises Rejected: the store knows no such order.
        """
        return orders.read(self._api, self._clock, order)

    def refunds(self, since: datetime, until: datetime | None = None) -> Iterator[RefundHead]:
        """READ: every refund created in the period, each once; it may tell some from a second beside it."""
        params = {"created:min": written(since - _SECOND)} | ({"created:max": written(until)} if until else {})

        def page(number: int, before: int) -> tuple[list[RefundHead], bool]:
            told = self._api.v3_page(REFUND_LIST, number, params)
            return [_refund(row) for row in told.rows], told.is_last(before + len(told.rows))

        return every_id(page)

    def transactions(self, order: int) -> list[int]:
        """READ, 1 call: the ids of an order's transactions. Unpaged, and cut at 250 (facts/bigcommerce.md §5)."""
        call = "GET /v3/orders/{id}/transactions"
        resource = Resource(call, f"/v3/orders/{order}/transactions", api.TRANSACTIONS)
        try:
            page = api.enveloped(self._api.get(resource, missing=f"the store knows no order {order}"), call)
        except Rejected:
            return []
        if len(page.rows) >= LIMIT or len(page.rows) < (page.total or 0):
            raise Truncated(f"order {order} has more transactions than the store tells: {len(page.rows)} were told")
        return [Fields(row, f"order {order} transaction").whole("id") for row in page.rows]

    def _window(self, since: datetime, until: datetime) -> Iterator[OrderMark]:
        """Read one window; the last moment read is where the next page begins, as rows may be hidden meanwhile."""

        def page(start: datetime, number: int) -> DatedPage[OrderMark]:
            params = {
                "sort": "date_created:asc",
                "min_date_created": written(start - _SECOND),
                "max_date_created": written(until),
            }
            told = self._api.v2_page(ORDER_LIST, number, params)
            marks = _marks(told.rows)
            if any(later.created_at < earlier.created_at for earlier, later in pairwise(marks)):
                raise ContractBroken("GET /v2/orders is not sorted by date_created, as was asked")
            return marks, told.is_last(len(marks))

        rows = oldest_first(page, since, lambda mark: mark.created_at)
        return (mark for mark in rows if since <= mark.created_at < until)

    def _first(self, params: dict[str, str]) -> OrderMark | None:
        marks = _marks(self._api.v2_page(ORDER_LIST, 1, {**params, "limit": "1"}).rows)
        return marks[0] if marks else None


def _marks(rows: list[Any]) -> list[OrderMark]:
    return [_mark(row, f"order list row {number}") for number, row in enumerate(rows, start=1)]


def _mark(told: object, where: str) -> OrderMark:
    """Read a row. One that does not read whole has no fingerprint."""
    row = Fields(told, where)
    number, created_at, archived = row.whole("id"), row.moment("date_created"), row.flag("is_deleted", False)
    try:
        digest = snapshot.head_fingerprint(wire_order.order_head(row))
    except ContractBroken:
        digest = ""
    return OrderMark(number, created_at, archived, digest)


def _refund(told: object) -> RefundHead:
    row = Fields(told, "refund list row")
    return RefundHead(row.whole("id"), row.whole("order_id"), row.moment("created"))
