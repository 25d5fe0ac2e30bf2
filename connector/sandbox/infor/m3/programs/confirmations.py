"""OIS100MI from Confirm on: the batch order is worked on in the background and becomes a customer order, or fails.

Confirm answers at once with the temporary number and the status as it is; only ``batch_seconds`` later the status
is 90 and ``ORNR`` is set, or it is 25, 30 or 55 and LstErrMsgOrder says why.
"""

from __future__ import annotations

from decimal import Decimal
from functools import partial

from connector.sandbox.infor.m3 import checks, goods
from connector.sandbox.infor.m3.programs.orders import add_message, head_of, open_head
from connector.sandbox.infor.m3.refusals import Refused
from connector.sandbox.infor.m3.rows import Record
from connector.sandbox.infor.m3.seed import BREAKS, CREDIT_STOPPED, FAILS_LATE
from connector.sandbox.infor.m3.tenant import Tenant


def confirm(tenant: Tenant, given: Record) -> list[Record]:
    """Hand a batch order to the background."""
    number = given["ORNO"]
    head = open_head(tenant, number)
    if head["STAT"] == "15":
        raise Refused("XOR1004", "ORNO", number)
    if not tenant.rows["OXLINE"].of(number):
        raise Refused("XOR1003", "ORNO", number)
    tenant.rows["OXMESS"].remove(number)
    head["STAT"] = "20"
    tenant.confirming.add(number)
    tenant.later(partial(_work_on, tenant, head))
    return [{"ORNO": number, "STAT": head["STAT"]}]


def _work_on(tenant: Tenant, head: Record) -> None:
    tenant.confirming.discard(head["ORNO"])
    trouble = _trouble(tenant, head)
    if trouble is None:
        _make_order(tenant, head)
        return
    head["STAT"], code, value = trouble
    add_message(tenant, head["ORNO"], code, value)


def _trouble(tenant: Tenant, head: Record) -> tuple[str, str, str] | None:
    """Say what stops the order, as (status, message, value): the seeded records to fail on."""
    items = {line["ITNO"] for line in tenant.rows["OXLINE"].of(head["ORNO"])}
    if head["CUNO"] == CREDIT_STOPPED:
        return "30", "XOR1006", head["CUNO"]
    if BREAKS in items:
        return "55", "XOR1007", head["ORNO"]
    if FAILS_LATE in items:
        return "25", "XOR1005", FAILS_LATE
    return None


def _make_order(tenant: Tenant, head: Record) -> None:
    number = tenant.number("order")
    lines = tenant.rows["OXLINE"].of(head["ORNO"])
    net = sum((Decimal(line["LNAM"]) for line in lines), Decimal(0))
    order = head | tenant.stamp() | {"ORNO": number, "ORSL": "22", "ORST": "22", "NTAM": str(net)}
    tenant.rows["OOHEAD"].add({name: value for name, value in order.items() if name not in {"STAT", "ORNR"}})
    for line in lines:
        tenant.rows["OOLINE"].add(line | {"ORNO": number, "ORST": "22"})
        goods.allocate(tenant, line)
    for batch_table, table in (("OXADDR", "OOADDR"), ("OXTEXT", "OOTEXT"), ("OXCHRG", "OOCHRG")):
        for row in tenant.rows[batch_table].of(head["ORNO"]):
            tenant.rows[table].add(row | {"ORNO": number})
    head["STAT"], head["ORNR"] = "90", number


def get_order_number(tenant: Tenant, given: Record) -> list[Record]:
    """Give the order number a batch order became: blank until it did."""
    return [head_of(tenant, given["ORNO"])]


def _order(tenant: Tenant, number: str) -> Record:
    return checks.master(tenant, "OOHEAD", number, "WOR0103", "ORNO")


def get_head(tenant: Tenant, given: Record) -> list[Record]:
    """Give a customer order's head with its totals; tax is left to invoicing."""
    head = _order(tenant, given["ORNO"])
    charges = sum((Decimal(row["CRAM"] or 0) for row in tenant.rows["OOCHRG"].of(head["ORNO"])), Decimal(0))
    total = str(Decimal(head["NTAM"]) + charges)
    sums = {"EXAM": str(charges), "ONET": head["NTAM"], "ORVA": total, "VTAM": "0", "TOAM": total, "TOPY": total}
    return [head | sums | {"STAT": head["ORST"]}]


def list_heads(tenant: Tenant, given: Record) -> list[Record]:
    """List a customer's orders."""
    checks.master(tenant, "OCUSMA", given["CUNO"], "WCU0103", "CUNO")
    low, high = given["ORSL"] or "00", given["ORST"] or "99"
    return [
        row | {"STAT": row["ORST"]}
        for row in tenant.rows["OOHEAD"]
        if row["CUNO"] == given["CUNO"] and low <= row["ORSL"] and row["ORST"] <= high
    ]


def list_lines(tenant: Tenant, given: Record) -> list[Record]:
    """List a customer order's lines."""
    _order(tenant, given["ORNO"])
    return [row | {"NLAM": row["LNAM"]} for row in tenant.rows["OOLINE"].of(given["ORNO"])]


TRANSACTIONS = {
    "OIS100MI/Confirm": confirm,
    "OIS100MI/GetOrderNo": get_order_number,
    "OIS100MI/GetHead": get_head,
    "OIS100MI/LstHead": list_heads,
    "OIS100MI/LstLine": list_lines,
    "OIS275MI/GetTmpOrderStat": get_order_number,
}
