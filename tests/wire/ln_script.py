"""An LN that answers by script: for what the simulator does not do by itself."""

from __future__ import annotations

from typing import Any

from infor_script import House, Script

from connector.domain.connection import Booking, Connection, ErpCredentials
from connector.infor.registry import build_erp

SERVICE = "tdapi.slsSalesOrder"
ORDERS, LINES = f"{SERVICE}/Orders", f"{SERVICE}/Lines"
CREATE, ADD_LINE, APPROVE, CANCEL = (
    f"{SERVICE}/{name}" for name in ("CreateOrder", "CreateLine", "Approve", "Cancel")
)
ITEMS = "tcapi.ibdItem/Items"
COMPANY = {
    "company": "1300",
    "sales_office": "SO1",
    "order_type": "WEB",
    "bod_from": "lid://infor.ims.bigcommerce",
    "accounting_entity": "401",
}


def listed(*rows: dict[str, Any], **more: Any) -> tuple[int, dict[str, Any]]:
    return 200, {"@odata.count": len(rows), "value": list(rows), **more}


def refused(status: int, text: str, *details: str) -> tuple[int, dict[str, Any]]:
    return status, {"error": {"code": "ERROR", "message": text, "details": [{"message": one} for one in details]}}


def order(number: str = "WEB000101", status: str = "Free", reference: str = "BC-1042", **more: str) -> dict[str, Any]:
    return {
        "@odata.etag": f'W/"{number}"',
        "SalesOrder": number,
        "CustomerOrder": reference,
        "SoldtoBusinessPartner": "WEBGUEST",
        "SalesOrderStatus": status,
        "Canceled": "No",
        "ChangeRequest": "NotApplicable",
        **more,
    }


def line(position: str = "1", **more: Any) -> dict[str, Any]:
    return {
        "Line": 10,
        "Item": "         10045",
        "OrderedQuantity": 1,
        "Amount": 1.0,
        "CustomerOrderPosition": position,
        "Canceled": "No",
        **more,
    }


def ln(*steps: tuple[str, object], **company: str):
    script, house = Script(*steps), House()
    connection = Connection("acme", "abc", "ln", Booking.FULL, house.now(), COMPANY | company, {})
    credentials = ErpCredentials({"ti": "ACME", "iu": "https://ion.example.com"})
    erp = build_erp(connection, credentials, tokens=house, transport=script, budget=house, clock=house)
    return erp, script
