"""Sales orders that come by BOD: LN's integration makes and approves each whole, or refuses it whole."""

from __future__ import annotations

import copy
from decimal import Decimal

from connector.sandbox.infor.bod.documents import Bod, every, text
from connector.sandbox.infor.bod.documents import Refused as NotTaken
from connector.sandbox.infor.ln import sales
from connector.sandbox.infor.ln.refusals import Refused
from connector.sandbox.infor.ln.tenant import Tenant

NOUN = "SalesOrder"
HEADER = "SalesOrderHeader"


def take(tenant: Tenant, bod: Bod) -> str:
    """Make the order and give its number.

    :raises NotTaken: LN's reason; nothing of the order stands.
    """
    before = copy.deepcopy(tenant.rows)
    try:
        return _make(tenant, bod)
    except Refused as why:
        tenant.rows.clear()
        tenant.rows.update(before)
        raise NotTaken(str(why)) from None


def _make(tenant: Tenant, bod: Bod) -> str:
    reference = text(bod.content, f"{HEADER}/AlternateDocumentID/ID")
    given = {
        "SoldtoBusinessPartner": text(bod.content, f"{HEADER}/CustomerParty/PartyIDs/ID"),
        "CustomerOrder": reference,
        "SalesOffice": text(bod.content, f"{HEADER}/SupplierParty/Location/ID"),
    }
    order = sales.create_order(tenant, {name: value for name, value in given.items() if value})
    for node in every(bod.content, "SalesOrderLine"):
        quantity, per = Decimal(text(node, "Quantity")), Decimal(text(node, "UnitPrice/PerQuantity"))
        price = Decimal(text(node, "UnitPrice/Amount")) / per
        item = " " * 9 + text(node, "Item/ItemID/ID")
        line = {
            "SalesOrder": order["SalesOrder"],
            "Item": item,
            "OrderedQuantity": float(quantity),
            "Price": float(price),
        }
        sales.create_line(tenant, line)
    sales.approve(tenant, order, {})
    return str(order["SalesOrder"])
