"""CRS630MI: the chart of accounts and the other accounting dimensions. Read only: accounts are mastered by people."""

from __future__ import annotations

from connector.sandbox.infor.m3 import checks
from connector.sandbox.infor.m3.rows import Record
from connector.sandbox.infor.m3.tenant import Tenant


def get_identity(tenant: Tenant, given: Record) -> list[Record]:
    """Give one accounting identity of a dimension, with its block code and validity."""
    return [checks.account(tenant, checks.whole(given["AITP"], "AITP"), given["AITM"])]


def list_identities(tenant: Tenant, given: Record) -> list[Record]:
    """List the identities of a dimension from one on."""
    rows = [row for row in tenant.rows["FCHACC"] if row["AITP"] == given["AITP"] and row["AITM"] >= given["AITM"]]
    return sorted(rows, key=lambda row: row["AITM"])


TRANSACTIONS = {
    "CRS630MI/GetAccountID": get_identity,
    "CRS630MI/LstAccountID": list_identities,
}
