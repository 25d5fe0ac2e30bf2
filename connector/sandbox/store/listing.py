"""The order list's filters, sorting and pages, and the pages of every other list."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from connector.sandbox.store.forms import read_date
from connector.sandbox.store.orders import STATUSES, Order
from connector.sandbox.store.refunds import Refused

PER_PAGE, MOST_PER_PAGE = 50, 250

Test = Callable[[Order, str], bool]

FILTERS: dict[str, Test] = {
    "min_id": lambda order, value: order.id >= int(value),
    "max_id": lambda order, value: order.id <= int(value),
    "min_total": lambda order, value: order.total >= Decimal(value),
    "max_total": lambda order, value: order.total <= Decimal(value),
    "customer_id": lambda order, value: order.spec.customer == int(value),
    "email": lambda order, value: order.spec.billing["email"] == value,
    "status_id": lambda order, value: order.status == int(value),
    "payment_method": lambda order, value: order.spec.payment_method == value,
    "min_date_created": lambda order, value: order.created_at >= read_date(value),
    "max_date_created": lambda order, value: order.created_at <= read_date(value),
    "min_date_modified": lambda order, value: order.modified_at >= read_date(value),
    "max_date_modified": lambda order, value: order.modified_at <= read_date(value),
    "channel_id": lambda _order, value: int(value) == 1,
    "external_order_id": lambda order, value: order.external_order_id == value,
    "is_deleted": lambda order, value: order.archived == (value == "true"),
}

SORTS: dict[str, Callable[[Order], Any]] = {
    "id": lambda order: order.id,
    "customer_id": lambda order: (order.spec.customer, order.id),
    "date_created": lambda order: (order.created_at, order.id),
    "date_modified": lambda order: (order.modified_at, order.id),
    "status_id": lambda order: (order.status, order.id),
    "channel_id": lambda order: order.id,
    "external_id": lambda order: order.id,
}


def chosen(orders: Iterable[Order], query: Mapping[str, str]) -> list[Order]:
    """Pick and sort what the query asks for.

    :raises Refused: 400 for a value that does not read, or a sort that does not exist.
    """
    tests = [(FILTERS[name], value) for name, value in query.items() if name in FILTERS]
    field, _, direction = query.get("sort", "id").partition(":")
    if field not in SORTS or direction not in ("", "asc", "desc"):
        raise Refused(400, "The field 'sort' is invalid.")
    try:
        kept = [order for order in orders if all(test(order, value) for test, value in tests)]
    except (ValueError, ArithmeticError) as exc:
        raise Refused(400, "A filter value is invalid.") from exc
    return sorted(kept, key=SORTS[field], reverse=direction == "desc")


def page_and_limit(query: Mapping[str, str], most: int = MOST_PER_PAGE) -> tuple[int, int]:
    """Read which page is wanted.

    :raises Refused: 413 over ``most`` a page, 400 for what is no positive number.
    """
    page, limit = query.get("page", "1"), query.get("limit", str(PER_PAGE))
    if not (page.isdigit() and limit.isdigit() and int(page) and int(limit)):
        raise Refused(400, "The field 'page' or 'limit' is invalid.")
    if int(limit) > most:
        raise Refused(413, f"No more than {most} records a page.")
    return int(page), int(limit)


def counts(orders: Iterable[Order]) -> dict[str, Any]:
    """Count orders by status."""
    kept = list(orders)
    statuses = [
        {
            "id": number,
            "name": name,
            "system_label": name,
            "custom_label": name,
            "system_description": "",
            "count": sum(order.status == number for order in kept),
            "sort_order": number,
        }
        for number, name in enumerate(STATUSES)
    ]
    return {"statuses": statuses, "count": len(kept)}
