"""GLS840MI: a GL batch is entered under its ``KEY1``, controlled (option 6) and handed to the update (option 9).

CtrlBatch answers when it is done: a refusal names the first fault, and the head is left at status 25. UpdBatch
answers at once; the voucher appears ``batch_seconds`` later. A ``KEY1`` and a line number can be used once only. The
division must be told, in the record or for the whole call: the company has divisions.
"""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from connector.sandbox.infor.m3 import checks, periods
from connector.sandbox.infor.m3.programs import ledger
from connector.sandbox.infor.m3.refusals import Refused
from connector.sandbox.infor.m3.rows import Record
from connector.sandbox.infor.m3.tenant import Tenant

_ENTERED, _CONTROLLED, _FAULTY, _UPDATING, _UPDATED = "10", "20", "25", "60", "90"


def _open_batch(tenant: Tenant, given: Record) -> Record:
    """Give a batch that may still be worked on."""
    key = given["KEY1"]
    checks.master(tenant, "CMNDIV", given["DIVI"], "WDI0103", "DIVI")
    head = checks.master(tenant, "FGLINH", key, "WKE0103", "KEY1")
    if head["STAT"] == _UPDATED:
        raise Refused("XGL1003", "KEY1", key)
    if head["STAT"] == _UPDATING:
        raise Refused("XGL1004", "KEY1", key)
    return head


def add_head(tenant: Tenant, given: Record) -> list[Record]:
    """Begin a batch of a known interface."""
    checks.master(tenant, "CMNDIV", given["DIVI"], "WDI0103", "DIVI")
    if tenant.rows["FGLINH"].first(given["KEY1"]):
        raise Refused("WKE0104", "KEY1", given["KEY1"])
    checks.master(tenant, "GLS850", given["INTN"], "WIN0103", "INTN")
    head = checks.fitting("FGLINH", given) | dict.fromkeys(("VONO", "YEA4", "VSER", "MSID"), "")
    head |= tenant.stamp() | {"STAT": _ENTERED, "USID": given["USID"] or tenant.options.user}
    tenant.rows["FGLINH"].add(head)
    tenant.spans.work(given["KEY1"], head["DESC"])
    return [head]


def add_line(tenant: Tenant, given: Record) -> list[Record]:
    """Add a positions line; this company's interface takes fields instead."""
    _lines_for(tenant, given, usage="1")
    tenant.rows["FGLINL"].add(dict(given))
    return [given]


def add_line_by_field(tenant: Tenant, given: Record) -> list[Record]:
    """Add a line by field; what it says is looked at by CtrlBatch only."""
    head = _lines_for(tenant, given, usage="2")
    if given["INRI"] != "I1":
        raise Refused("WIR0103", "INRI", given["INRI"])
    tenant.spans.work(head["KEY1"], f"{head['DESC']} {given['VTXT']}")
    line = checks.fitting("FGLINF", given)
    tenant.rows["FGLINF"].add(line | {"CONO": head["CONO"], "DIVI": head["DIVI"]})
    head["STAT"] = _ENTERED
    return []


def _lines_for(tenant: Tenant, given: Record, usage: str) -> Record:
    """Give the batch a line may be added to."""
    head = _open_batch(tenant, given)
    if checks.master(tenant, "GLS850", head["INTN"], "WIN0103", "INTN")["USAGE"] != usage:
        raise Refused("WIN0203", "KEY1", head["INTN"])
    taken = [row["LINE"] for table in ("FGLINF", "FGLINL") for row in tenant.rows[table].of(given["KEY1"])]
    if checks.whole(given["LINE"], "LINE") in {checks.whole(line, "LINE") for line in taken}:
        raise Refused("WLN0104", "LINE", given["LINE"], given["KEY1"])
    return head


def control(tenant: Tenant, given: Record) -> list[Record]:
    """Check every line and every group's balance, and keep the verdict on the head."""
    head = _open_batch(tenant, given)
    tenant.spans.work(head["KEY1"], head["DESC"])
    try:
        _control_lines(tenant, head)
    except Refused as refused:
        head["STAT"], head["MSID"] = _FAULTY, refused.code
        tenant.spans.end(head["KEY1"])
        raise
    head["STAT"], head["MSID"] = _CONTROLLED, ""
    return [head]


def _control_lines(tenant: Tenant, head: Record) -> None:
    lines = tenant.rows["FGLINF"].of(head["KEY1"])
    if not lines:
        raise Refused("XGL1005", "KEY1", head["KEY1"])
    groups: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for line in lines:
        _control_identities(tenant, line)
        groups[line["GRNR"], line["CUCD"]] += ledger.signed(tenant, line)
    for (group, currency), balance in groups.items():
        if balance:
            raise Refused("XGL1001", "CUAM", group or "1", str(balance), currency)


def _control_identities(tenant: Tenant, line: Record) -> None:
    """Check the accounting date, then the account and its dimensions: known, open, valid on that date."""
    if not line["ACDT"]:
        raise Refused("WDT0001", "ACDT", "")
    checks.date(line["ACDT"], "ACDT")
    periods.check(tenant, line["ACDT"])
    for dimension in range(1, 8):
        field = f"AIT{dimension}"
        if dimension > 1 and not line[field]:
            continue
        identity = checks.account(tenant, dimension, line[field])
        if identity["LCCD"] == "1":
            raise Refused("WAI0203", field, line[field])
        if not identity["VFDT"] <= line["ACDT"] <= identity["VTDT"]:
            raise Refused("WAI0303", field, line[field], line["ACDT"])


def update(tenant: Tenant, given: Record) -> list[Record]:
    """Hand a controlled batch to the background."""
    head = _open_batch(tenant, given)
    if head["STAT"] != _CONTROLLED:
        raise Refused("XGL1002", "KEY1", head["KEY1"])
    head["STAT"] = _UPDATING
    tenant.later(lambda: _update(tenant, head))
    tenant.spans.end(head["KEY1"])
    return [head]


def _update(tenant: Tenant, head: Record) -> None:
    """Post, unless something closed since the control."""
    try:
        _control_lines(tenant, head)
    except Refused as refused:
        head["STAT"], head["MSID"] = _FAULTY, refused.code
        return
    head |= ledger.post(tenant, head)
    head["STAT"] = _UPDATED


def delete(tenant: Tenant, given: Record) -> list[Record]:
    """Delete a batch that is neither being updated nor updated; its key is free again."""
    head = _open_batch(tenant, given)
    tenant.spans.end(head["KEY1"])
    for table in ("FGLINH", "FGLINF", "FGLINL"):
        tenant.rows[table].remove(head["KEY1"])
    return [head]


TRANSACTIONS = {
    "GLS840MI/AddBatchHead": add_head,
    "GLS840MI/AddBatchLine": add_line,
    "GLS840MI/AddBatchLineFld": add_line_by_field,
    "GLS840MI/CtrlBatch": control,
    "GLS840MI/UpdBatch": update,
    "GLS840MI/DelBatch": delete,
}
