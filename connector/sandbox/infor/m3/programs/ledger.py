"""The general ledger: posting a controlled batch as one voucher, and reading vouchers (GLS200MI)."""

from __future__ import annotations

from decimal import Decimal

from connector.sandbox.infor.m3 import checks
from connector.sandbox.infor.m3.refusals import Refused
from connector.sandbox.infor.m3.rows import Record
from connector.sandbox.infor.m3.tables import TABLES
from connector.sandbox.infor.m3.tenant import Tenant


def signed(tenant: Tenant, line: Record) -> Decimal:
    """Give a line's amount, debit positive, read as the interface's template says."""
    amount = checks.amount(tenant, line["CUAM"], line["CUCD"], "CUAM")
    if not amount:
        raise Refused("WAM0001", "CUAM", line["CUAM"], line["CUCD"])
    if tenant.options.sign == "signed":
        return amount
    if line["DBCR"] not in {"D", "C"} or amount < 0:
        raise Refused("WDC0001", "DBCR", line["DBCR"])
    return amount if line["DBCR"] == "D" else -amount


def post(tenant: Tenant, head: Record) -> Record:
    """Write a batch's lines to FGLEDG under one new voucher; gives the voucher's keys."""
    lines = tenant.rows["FGLINF"].of(head["KEY1"])
    voucher = {"VONO": tenant.number("voucher"), "YEA4": lines[0]["ACDT"][:4], "VSER": "GL1"}
    common = head | tenant.stamp() | voucher | {"JRNO": tenant.number("journal"), "FEID": "GL90", "FNCN": "1"}
    for sequence, line in enumerate(lines, start=1):
        amount = signed(tenant, line)
        recorded = _recorded(tenant, line, amount)
        sums = {"CUAM": str(amount), "ACAM": str(recorded), "DBCR": "D" if amount > 0 else "C", "TRCD": "10"}
        row = common | line | sums | {"JSNO": str(sequence)}
        tenant.rows["FGLEDG"].add({name: row.get(name, "") for name in TABLES["FGLEDG"].columns})
    return voucher


def _recorded(tenant: Tenant, line: Record, amount: Decimal) -> Decimal:
    """Give the amount in the company's currency: as told, else by the line's rate, else one to one."""
    if checks.number(line["ACAM"], "ACAM"):
        return abs(checks.number(line["ACAM"], "ACAM")).copy_sign(amount)
    rate = checks.number(line["ARAT"], "ARAT") or Decimal(1)
    return checks.minor(tenant, amount * rate, tenant.options.currency)


def _voucher(tenant: Tenant, given: Record) -> list[Record]:
    wanted = (str(checks.whole(given["YEA4"], "YEA4")), given["DIVI"])
    lines = tenant.rows["FGLEDG"].of(str(checks.whole(given["VONO"], "VONO")))
    found = [line for line in lines if (line["YEA4"], line["DIVI"]) == wanted]
    if not found:
        raise Refused("WVO0103", "VONO", given["VONO"])
    return found


def get_voucher(tenant: Tenant, given: Record) -> list[Record]:
    """Give a voucher's sums."""
    lines = _voucher(tenant, given)
    sums = {}
    for column, debit, credit in (("ACAM", "DSUM", "CSUM"), ("CUAM", "CUAD", "CUAC")):
        amounts = [Decimal(line[column]) for line in lines]
        sums[debit] = str(sum((amount for amount in amounts if amount > 0), Decimal(0)))
        sums[credit] = str(sum((amount for amount in amounts if amount < 0), Decimal(0)))
    return [lines[0] | sums]


def list_voucher_lines(tenant: Tenant, given: Record) -> list[Record]:
    """List a voucher's lines."""
    return _voucher(tenant, given)


TRANSACTIONS = {
    "GLS200MI/GetVoucherHead": get_voucher,
    "GLS200MI/LstVoucherLines": list_voucher_lines,
}
