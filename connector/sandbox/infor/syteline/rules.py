"""What SyteLine checks and does when a row is inserted, changed or deleted.

A refused write changes nothing. FAILSLATE is an item that goes into an order and keeps it from being ordered.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal

from connector.sandbox.infor.spans import reference_in
from connector.sandbox.infor.syteline.refusal import Refusal
from connector.sandbox.infor.syteline.tenant import Tenant
from connector.sandbox.infor.syteline.where import Row

PLANNED, ORDERED = "P", "O"
FAILS_LATE = "FAILSLATE"


def _missing(what: str, key: str) -> Refusal:
    return Refusal(f"{what} that has [{what}: {key.strip()}] does not exist")


def _order(tenant: Tenant, given: Mapping[str, str]) -> Row:
    customer = tenant.rows["SLCustomers"].first(given.get("CustNum", ""), given.get("CustSeq", "0"))
    if customer is None:
        raise _missing("Customer", given.get("CustNum", ""))
    if tenant.rows["SLWhses"].first(given.get("Whse", "")) is None:
        raise _missing("Warehouse", given.get("Whse", ""))
    if given.get("Stat") not in {PLANNED, ORDERED, "Q"} or given.get("Type") not in {"R", "E"}:
        raise Refusal("Status or Type is not valid")
    base = {"CoNum": tenant.next_order(), "CurrCode": customer.get("CurrCode", "")}
    return base | dict(given)


def _line(tenant: Tenant, given: Mapping[str, str]) -> Row:
    order = tenant.rows["SLCos"].first(given.get("CoNum", ""))
    if order is None:
        raise _missing("Order", given.get("CoNum", ""))
    item = tenant.rows["SLItems"].first(given.get("Item", ""))
    if item is None:
        raise _missing("Item", given.get("Item", ""))
    if item["Stat"] == "O":
        raise Refusal(f"Item [Item: {item['Item']}] is obsolete")
    if Decimal(given.get("QtyOrderedConv") or 0) <= 0:
        raise Refusal("Quantity Ordered must be greater than 0")
    tenant.rows["SLCos"].touch(order)
    return dict(given)


def _customer(tenant: Tenant, given: Mapping[str, str]) -> Row:
    if not given.get("TermsCode"):
        raise Refusal("Terms Code is required")
    if not given.get("Name"):
        raise Refusal("Name is required")
    return {"CreditHold": "0", "CurrCode": tenant.options.currency} | dict(given)


def _journal_line(tenant: Tenant, given: Mapping[str, str]) -> Row:
    if given.get("Id") != tenant.options.journal:
        raise _missing("Journal", given.get("Id", ""))
    account = tenant.rows["SLChartAccts"].first(given.get("Acct", ""))
    if account is None:
        raise _missing("Account", given.get("Acct", ""))
    today = f"{datetime.fromtimestamp(tenant.now(), UTC):%Y%m%d}"
    if account.get("ObsDate") and account["ObsDate"][:8] <= today:
        raise Refusal(f"Account [Account: {account['Acct']}] is obsolete")
    for name in ("AcctUnit1", "AcctUnit2", "AcctUnit3", "AcctUnit4"):
        if given.get(name) and given[name] not in tenant.unit_codes:
            raise _missing(f"Unit Code {name[-1]}", given[name])
    if not given.get("TransDate") or not Decimal(given.get("DomAmount") or 0):
        raise Refusal("Transaction Date and Amount are required")
    tenant.will_post()
    _note(tenant, given.get("Ref", ""))
    return dict(given)


def _note(tenant: Tenant, text: str) -> None:
    """Note work on a refund from its first line to its last (``KEY/2/4 BC-1042 refund 7``)."""
    key, _, place = text.partition(" ")[0].partition("/")
    tenant.spans.work(key, text)
    if reference_in(text) and len(set(place.split("/"))) == 1:
        tenant.spans.end(key)


INSERTS: Mapping[str, Callable[[Tenant, Mapping[str, str]], Row]] = {
    "SLCos": _order,
    "SLCoitems": _line,
    "SLCustomers": _customer,
    "SLJournals": _journal_line,
}
"""What is done with the values of a new row; other IDOs are not written here."""


def changes(tenant: Tenant, ido: str, row: Row, given: Mapping[str, str]) -> None:
    """Check a change of a row and do what follows from it."""
    if ido != "SLCos":
        raise Refusal(f"User requires [Update] privilege for {ido}")
    if row["Stat"] == PLANNED and given.get("Stat") == ORDERED:
        _order_now(tenant, row)


def _order_now(tenant: Tenant, order: Row) -> None:
    lines = tenant.rows["SLCoitems"].of("CoNum", order["CoNum"])
    if any(line["Item"] == FAILS_LATE for line in lines):
        raise Refusal(f"Item [Item: {FAILS_LATE}] may not be ordered")
    for line in lines:
        balance = tenant.rows["SLItemwhses"].first(line["Item"], order["Whse"])
        if balance:
            taken = Decimal(balance["QtyAllocCo"]) + Decimal(line["QtyOrderedConv"])
            tenant.rows["SLItemwhses"].change(balance, {"QtyAllocCo": str(taken)})


def deletes(tenant: Tenant, ido: str, row: Row) -> None:
    """Check that a row may be deleted and delete what goes with it."""
    if ido == "SLCos":
        _forget_order(tenant, row)
    elif ido not in {"SLCoitems", "SLJournals"}:
        raise Refusal(f"User requires [Delete] privilege for {ido}")


def _forget_order(tenant: Tenant, order: Row) -> None:
    if order["Stat"] != PLANNED:
        raise Refusal(f"Order [Order: {order['CoNum'].strip()}] is not planned")
    lines = tenant.rows["SLCoitems"].of("CoNum", order["CoNum"])
    if lines and not tenant.options.cascades:
        raise Refusal(f"Order [Order: {order['CoNum'].strip()}] has lines")
    for line in lines:
        tenant.rows["SLCoitems"].delete(line)
