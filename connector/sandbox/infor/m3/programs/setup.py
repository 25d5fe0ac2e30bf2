"""Reads of the company's set-up: user, division, facility, warehouse, order types and charges."""

from __future__ import annotations

from collections.abc import Callable

from connector.sandbox.infor.m3 import checks
from connector.sandbox.infor.m3.rows import Record
from connector.sandbox.infor.m3.tenant import Tenant

_Transaction = Callable[[Tenant, Record], list[Record]]


def _get(table: str, field: str, code: str) -> _Transaction:
    """Make a transaction that gives one record by its key."""

    def get(tenant: Tenant, given: Record) -> list[Record]:
        return [checks.master(tenant, table, given[field], code, field)]

    return get


def _list(table: str, field: str) -> _Transaction:
    """Make a transaction that lists records from a key on."""

    def listing(tenant: Tenant, given: Record) -> list[Record]:
        return sorted((row for row in tenant.rows[table] if row[field] >= given[field]), key=lambda row: row[field])

    return listing


def get_user(tenant: Tenant, given: Record) -> list[Record]:
    """Give a user, the caller's own when none is named."""
    return [checks.master(tenant, "CMNUSR", given["USID"] or tenant.options.user, "WUS0103", "USID")]


TRANSACTIONS: dict[str, _Transaction] = {
    "MNS150MI/GetUserData": get_user,
    "MNS100MI/GetBasicData": _get("CMNDIV", "DIVI", "WDI0103"),
    "MNS100MI/LstDivisions": _list("CMNDIV", "DIVI"),
    "CRS008MI/Get": _get("CFACIL", "FACI", "WFA0103"),
    "MMS005MI/GetWarehouse": _get("MITWHL", "WHLO", "WWH0103"),
    "OIS010MI/LstOrderTypes": _list("OOTYPE", "ORTP"),
    "OIS030MI/LstOrderCharges": _list("CHARGE", "CRID"),
}
