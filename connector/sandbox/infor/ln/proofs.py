"""What can be proved from the company's sales orders."""

from __future__ import annotations

import copy
from collections import defaultdict
from typing import Any

from connector.sandbox.infor.ln.sales import LINES, ORDERS
from connector.sandbox.infor.ln.tenant import Tenant

CANCELED, FREE = "Canceled", "Free"


def orders_by_reference(tenant: Tenant) -> dict[str, list[str]]:
    """Give the approved orders under each CustomerOrder: more than one is a duplicate."""
    found: dict[str, list[str]] = defaultdict(list)
    for order in tenant.of(ORDERS):
        if order["SalesOrderStatus"] not in (CANCELED, FREE):
            found[order.get("CustomerOrder", "")].append(order["SalesOrder"])
    return dict(found)


def orphan_heads(tenant: Tenant) -> list[str]:
    """Give the orders that were begun and neither approved nor canceled."""
    return [order["SalesOrder"] for order in tenant.of(ORDERS, SalesOrderStatus=FREE)]


def dump(tenant: Tenant) -> dict[str, Any]:
    """Give orders and masters as plain values."""
    orders = [order | {"lines": tenant.of(LINES, SalesOrder=order["SalesOrder"])} for order in tenant.of(ORDERS)]
    return copy.deepcopy({"orders": orders, "partners": tenant.of("tcapi.comBusinessPartner/BusinessPartners")})
