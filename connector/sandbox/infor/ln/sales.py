"""Sales orders: begun by CreateOrder, a line by each CreateLine, approved or canceled.

LN takes as many orders with the same CustomerOrder as it is given. Price times quantity is the amount of a line, less
what LN gives off by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from connector.sandbox.infor.ln import goods
from connector.sandbox.infor.ln.model import PARTNERS, SALES
from connector.sandbox.infor.ln.refusals import Refused, functional, not_found
from connector.sandbox.infor.ln.tenant import ETAG, Row, Tenant

ORDERS, LINES = f"{SALES}/Orders", f"{SALES}/Lines"
CENTS: Mapping[str, int] = dict.fromkeys(("JPY", "KRW"), 0)
CURRENCIES = frozenset({"USD", "EUR", "GBP", "CAD", "AUD", "CHF", "SEK", "MXN", *CENTS})


def create_order(tenant: Tenant, given: Row) -> Row:
    """Begin an order; what is not said comes from the company."""
    options = tenant.options
    number = given["SoldtoBusinessPartner"]
    partner = tenant.first(f"{PARTNERS}/SoldtoBusinessPartners", SoldtoBusinessPartner=number)
    if partner is None or partner["BusinessPartnerStatus"] != "Active":
        raise functional(f"Sold-to business partner {number} does not exist or is not active")
    for entities, field in (
        ("Departments", "SalesOffice"),
        ("SalesOrderTypes", "SalesOrderType"),
        ("Warehouses", "Warehouse"),
    ):
        key = {"SalesOffice": "Department"}.get(field, field)
        if given.get(field) and tenant.first(f"{SALES}/{entities}", **{key: given[field]}) is None:
            raise functional(f"{field} {given[field]} does not exist")
    if given.get("OrderCurrency", options.currency) not in CURRENCIES:
        raise functional(f"Currency {given['OrderCurrency']} does not exist")
    base = {
        "SalesOrder": tenant.next_order(),
        "SalesOrderType": options.order_type,
        "SalesOffice": options.sales_office,
        "OrderCurrency": options.currency,
        "OrderDate": tenant.moment,
        "PlannedDeliveryDate": tenant.moment,
        "SalesOrderStatus": "Free",
        "Canceled": "No",
        "ChangeRequest": "NotApplicable",
        "OrderAmount": 0,
    }
    return tenant.add(ORDERS, base | given)


def create_line(tenant: Tenant, given: Row) -> Row:
    """Add a line to an order that is free."""
    order = _free(tenant, given["SalesOrder"])
    item = tenant.first("tcapi.ibdItem/Items", Item=given["Item"])
    sales = tenant.first("tdapi.isaItemSales/ItemsSales", Item=given["Item"])
    if item is None or sales is None:
        raise functional(f"Item {given['Item']} does not exist, or has no sales data")
    quantity, price = Decimal(str(given.get("OrderedQuantity", 1))), Decimal(str(given.get("Price", 0)))
    amount = price * quantity * (100 - Decimal(tenant.discounts.get(given["Item"].strip(), "0"))) / 100
    row = {
        "Line": 10 * (1 + len(tenant.of(LINES, SalesOrder=order["SalesOrder"]))),
        "SequenceNumber": 0,
        "SalesUnit": sales["SalesUnit"],
        "SalesPriceUnit": sales["SalesPriceUnit"],
        "Amount": _rounded(amount, order["OrderCurrency"]),
        "Canceled": "No",
    }
    line = tenant.add(LINES, {"OrderedQuantity": 1, "Price": 0} | given | row)
    order["OrderAmount"] = _rounded(_sum(tenant, order), order["OrderCurrency"])
    tenant.touch(order)
    return line


def approve(tenant: Tenant, order: Row, _given: Row) -> str:
    """Approve an order; where one of its items is stuck, the answer is words and nothing happens."""
    lines = tenant.of(LINES, SalesOrder=order["SalesOrder"])
    if order["SalesOrderStatus"] != "Free" or not lines:
        raise functional(f"Sales order {order['SalesOrder']} cannot be approved")
    if any(line["Item"].strip() in tenant.stuck for line in lines):
        return f"Sales order {order['SalesOrder']} is not approved"
    order["SalesOrderStatus"] = "Approved"
    for line in lines:
        goods.allocate(tenant, line, order.get("Warehouse") or tenant.options.warehouse)
    tenant.touch(order)
    return ""


def cancel(tenant: Tenant, order: Row, _given: Row) -> str:
    """Cancel an order that is free."""
    if order["SalesOrderStatus"] != "Free":
        raise functional(f"Sales order {order['SalesOrder']} cannot be canceled")
    order |= {"SalesOrderStatus": "Canceled", "Canceled": "Yes"}
    for line in tenant.of(LINES, SalesOrder=order["SalesOrder"]):
        line["Canceled"] = "Yes"
        tenant.touch(line)
    tenant.touch(order)
    return ""


FREE_ACTIONS: Mapping[str, Callable[[Tenant, Row], Row]] = {"CreateOrder": create_order, "CreateLine": create_line}
BOUND_ACTIONS: Mapping[str, Callable[[Tenant, Row, Row], str]] = {"Approve": approve, "Cancel": cancel}


def matched(tenant: Tenant, number: str, etag: str | None) -> Row:
    """Give an order for a change; with an etag it must be as it was read."""
    order = tenant.first(ORDERS, SalesOrder=number)
    if order is None:
        raise not_found(f"Sales order {number} does not exist")
    if etag and etag not in ("*", order[ETAG]):
        raise Refused(412, f"Sales order {number} was changed by another user")
    return order


def _free(tenant: Tenant, number: str) -> Row:
    order = tenant.first(ORDERS, SalesOrder=number)
    if order is None or order["SalesOrderStatus"] != "Free":
        raise functional(f"Sales order {number} does not exist, or takes no lines")
    return order


def _sum(tenant: Tenant, order: Row) -> Decimal:
    amounts = (Decimal(str(line["Amount"])) for line in tenant.of(LINES, SalesOrder=order["SalesOrder"]))
    return sum(amounts, Decimal(0))


def _rounded(amount: Decimal, currency: str) -> Any:
    """Round to the currency's minor unit; JSON has no decimals but floats."""
    return float(amount.quantize(Decimal(1).scaleb(-CENTS.get(currency, 2)), ROUND_HALF_UP))
