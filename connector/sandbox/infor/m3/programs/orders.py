"""OIS100MI before confirmation: a batch order is written piece by piece under a temporary number.

Statuses (facts/infor.md §2.7): 15 the head has errors, 20 the head is right, 25 a line has errors, 30 stopped for
credit, 55 interrupted, 90 a customer order was made. ``CUOR`` is not checked for uniqueness, as in M3.
"""

from __future__ import annotations

import re
from decimal import Decimal

from connector.sandbox.infor.m3 import checks
from connector.sandbox.infor.m3.refusals import Refused
from connector.sandbox.infor.m3.rows import Record
from connector.sandbox.infor.m3.tenant import Tenant

_PARTS = ("OXHEAD", "OXLINE", "OXADDR", "OXTEXT", "OXCHRG", "OXMESS")


def head_of(tenant: Tenant, number: str) -> Record:
    """Give a batch order's head."""
    return checks.master(tenant, "OXHEAD", number, "WOR0103", "ORNO")


def open_head(tenant: Tenant, number: str) -> Record:
    """Give the head of a batch order that may still be changed."""
    head = head_of(tenant, number)
    if number in tenant.confirming:
        raise Refused("XOR1001", "ORNO", number)
    if head["STAT"] == "90":
        raise Refused("XOR1002", "ORNO", number)
    return head


def add_batch_head(tenant: Tenant, given: Record) -> list[Record]:
    """Begin a batch order for an active customer."""
    options = tenant.options
    customer = checks.master(tenant, "OCUSMA", given["CUNO"], "WCU0103", "CUNO")
    if customer["STAT"] != "20":
        raise Refused("WCU0902", "CUNO", given["CUNO"], customer["STAT"])
    defaults = {"ORTP": options.order_type, "FACI": options.facility, "WHLO": options.warehouse}
    defaults |= {"CUCD": customer["CUCD"], "PYNO": given["CUNO"], "ORDT": tenant.stamp()["RGDT"]}
    head = checks.fitting("OXHEAD", given | {name: given[name] or value for name, value in defaults.items()})
    checks.master(tenant, "OOTYPE", head["ORTP"], "WOT0103", "ORTP")
    checks.master(tenant, "CFACIL", head["FACI"], "WFA0103", "FACI")
    checks.master(tenant, "MITWHL", head["WHLO"], "WWH0103", "WHLO")
    checks.decimals(tenant, head["CUCD"])
    for day in ("ORDT", "RLDT", "CUDT"):
        checks.date(head[day], day)
    number = tenant.number("batch order")
    payer_known = tenant.rows["OCUSMA"].first(head["PYNO"]) is not None
    status = {"STAT": "20" if payer_known else "15", "ORNR": "", "DIVI": options.division}
    tenant.rows["OXHEAD"].add(head | tenant.stamp() | status | {"ORNO": number})
    if not payer_known:
        add_message(tenant, number, "WPY0103", head["PYNO"])
    return [{"ORNO": number}]


def add_message(tenant: Tenant, number: str, code: str, *values: str) -> None:
    """Write what LstErrMsgOrder lists."""
    text = Refused(code, "", *values).text(tenant.options.language).rstrip()
    tenant.rows["OXMESS"].add(
        {"ORNO": number, "LEVL": "40", "MSID": code, "MDTA": " ".join(values), "TX60": text[:60]}
    )


def add_batch_line(tenant: Tenant, given: Record) -> list[Record]:
    """Add a line; nothing stops the same line from being added twice."""
    head = open_head(tenant, given["ORNO"])
    item = checks.master(tenant, "MITMAS", given["ITNO"], "WIT0103", "ITNO")
    if item["STAT"] != "20":
        raise Refused("WIT0902", "ITNO", given["ITNO"], item["STAT"])
    checks.master(tenant, "MITWHL", given["WHLO"] or head["WHLO"], "WWH0103", "WHLO")
    checks.date(given["DWDT"], "DWDT")
    filled = given | {
        "PONR": str(len(tenant.rows["OXLINE"].of(given["ORNO"])) + 1),
        "POSX": "0",
        "WHLO": given["WHLO"] or head["WHLO"],
        "ITDS": given["ITDS"] or item["ITDS"][:30],
        "CUOR": given["CUOR"] or head["CUOR"],
        "SPUN": given["SPUN"] or item["UNMS"],
        "CUCD": head["CUCD"],
        "LNAM": str(_line_amount(tenant, head, given)),
    }
    line = tenant.rows["OXLINE"].add(checks.fitting("OXLINE", filled))
    return [line | {"ATNR": "0"}]


def _line_amount(tenant: Tenant, head: Record, given: Record) -> Decimal:
    """Quantity by price less discount amounts, all per ``SACD`` units (facts/infor.md §2.9)."""
    quantity = checks.number(given["ORQT"], "ORQT")
    credit = checks.master(tenant, "OOTYPE", head["ORTP"], "WOT0103", "ORTP")["OT11"] == "1"
    if not quantity or (quantity < 0 and not credit):
        raise Refused("WQT0001", "ORQT", given["ORQT"])
    price = checks.number(given["SAPR"], "SAPR")
    discounts = sum((checks.number(given[f"DIA{n}"], f"DIA{n}") for n in range(1, 7)), Decimal(0))
    per = checks.number(given["SACD"], "SACD") or Decimal(1)
    return checks.minor(tenant, quantity * (price - discounts) / per, head["CUCD"])


def add_batch_address(tenant: Tenant, given: Record) -> list[Record]:
    """Add an address; one per type."""
    open_head(tenant, given["ORNO"])
    if given["CSCD"] and not re.fullmatch("[A-Z]{2}", given["CSCD"]):
        raise Refused("WCS0103", "CSCD", given["CSCD"])
    if any(row["ADRT"] == given["ADRT"] for row in tenant.rows["OXADDR"].of(given["ORNO"])):
        raise Refused("WAD0104", "ADRT", given["ADRT"], given["ORNO"])
    tenant.rows["OXADDR"].add(dict(given))
    return []


def add_batch_text(tenant: Tenant, given: Record) -> list[Record]:
    """Add a text to the head (type 1) or to a line (type 2)."""
    open_head(tenant, given["ORNO"])
    for field, allowed in (("TYPE", "12"), ("TYTR", "123")):
        if given[field] not in allowed:
            raise Refused("WTY0001", field, given[field])
    if given["TYPE"] == "2":
        _line(tenant, given)
    tenant.rows["OXTEXT"].add(dict(given))
    return []


def _line(tenant: Tenant, given: Record) -> Record:
    for row in tenant.rows["OXLINE"].of(given["ORNO"]):
        if row["PONR"] == given["PONR"]:
            return row
    raise Refused("WLI0103", "PONR", given["PONR"])


def add_batch_charge(tenant: Tenant, given: Record) -> list[Record]:
    """Add a charge to the head, or to a line where one is named; one per charge id."""
    head = open_head(tenant, given["ORNO"])
    checks.master(tenant, "CHARGE", given["CRID"], "WCH0103", "CRID")
    if "PONR" in given:
        _line(tenant, given)
    checks.amount(tenant, given["CRAM"], given.get("CUCD") or head["CUCD"], "CRAM")
    place = (given["CRID"], given.get("PONR", ""))
    if any((row["CRID"], row.get("PONR", "")) == place for row in tenant.rows["OXCHRG"].of(given["ORNO"])):
        raise Refused("WCH0104", "CRID", given["CRID"], given["ORNO"])
    tenant.rows["OXCHRG"].add(dict(given))
    return []


def delete_batch(tenant: Tenant, given: Record) -> list[Record]:
    """Delete a batch order that is neither being confirmed nor confirmed."""
    open_head(tenant, given["ORNO"])
    for table in _PARTS:
        tenant.rows[table].remove(given["ORNO"])
    return []


def get_batch_head(tenant: Tenant, given: Record) -> list[Record]:
    """Give a batch order's head."""
    return [head_of(tenant, given["ORNO"])]


def list_batch_heads(tenant: Tenant, given: Record) -> list[Record]:
    """List a customer's batch orders, confirmed ones too, with the order number they became."""
    checks.master(tenant, "OCUSMA", given["CUNO"], "WCU0103", "CUNO")
    low, high = given["ORSL"] or "00", given["ORST"] or "99"
    return [
        row | {"ORSL": row["STAT"], "ORST": row["STAT"]}
        for row in tenant.rows["OXHEAD"]
        if row["CUNO"] == given["CUNO"] and low <= row["STAT"] <= high
    ]


def list_batch_lines(tenant: Tenant, given: Record) -> list[Record]:
    """List a batch order's lines."""
    head_of(tenant, given["ORNO"])
    return tenant.rows["OXLINE"].of(given["ORNO"])


def list_messages(tenant: Tenant, given: Record) -> list[Record]:
    """List what is wrong with a batch order."""
    head_of(tenant, given["ORNO"])
    return tenant.rows["OXMESS"].of(given["ORNO"])


TRANSACTIONS = {
    "OIS100MI/AddBatchHead": add_batch_head,
    "OIS100MI/AddBatchLine": add_batch_line,
    "OIS100MI/AddBatchAddress": add_batch_address,
    "OIS100MI/AddBatchText": add_batch_text,
    "OIS100MI/AddBatchHeadChg": add_batch_charge,
    "OIS100MI/AddBatchLineChg": add_batch_charge,
    "OIS100MI/DelBatchHead": delete_batch,
    "OIS100MI/GetBatchHead": get_batch_head,
    "OIS100MI/LstBatchHead": list_batch_heads,
    "OIS100MI/LstBatchLine": list_batch_lines,
    "OIS100MI/LstErrMsgOrder": list_messages,
}
