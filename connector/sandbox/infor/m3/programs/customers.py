"""CRS610MI: customers are added from a template, and listed from a position, not found by it.

Two customers may share a search key: the key is where a list starts, and M3 does not check it for uniqueness.
"""

from __future__ import annotations

import re

from connector.sandbox.infor.m3 import checks
from connector.sandbox.infor.m3.refusals import Refused
from connector.sandbox.infor.m3.rows import Record
from connector.sandbox.infor.m3.seed import add_customer
from connector.sandbox.infor.m3.tenant import Tenant


def add(tenant: Tenant, given: Record) -> list[Record]:
    """Add a customer; without a country it is only preliminary (status 12), which ``ERRM`` tells."""
    checks.master(tenant, "TEMPLATE", given["CUTM"], "WTM0103", "CUTM")
    if given["CUNO"] and tenant.rows["OCUSMA"].first(given["CUNO"]):
        raise Refused("WCU0104", "CUNO", given["CUNO"])
    if given["CSCD"] and not re.fullmatch("[A-Z]{2}", given["CSCD"]):
        raise Refused("WCS0103", "CSCD", given["CSCD"])
    kept = {name: value for name, value in checks.fitting("OCUSMA", given).items() if value}
    kept["CUNO"] = given["CUNO"] or tenant.number("customer")
    kept["ALCU"] = given["ALCU"] or given["CUNM"][:10].upper()
    kept["STAT"] = "20" if given["CSCD"] else "12"
    customer = add_customer(tenant, **kept)
    return [customer | {"ERRM": "" if given["CSCD"] else "Country code must be entered"}]


def get_basic_data(tenant: Tenant, given: Record) -> list[Record]:
    """Give one customer."""
    return [checks.master(tenant, "OCUSMA", given["CUNO"], "WCU0103", "CUNO")]


def list_by_number(tenant: Tenant, given: Record) -> list[Record]:
    """List customers from a number on."""
    rows = [row for row in tenant.rows["OCUSMA"] if row["CUNO"] >= given["CUNO"]]
    return sorted(rows, key=lambda row: row["CUNO"])


def list_by_search_key(tenant: Tenant, given: Record) -> list[Record]:
    """List customers from a search key on."""
    rows = [row for row in tenant.rows["OCUSMA"] if row["ALCU"] >= given["ALCU"]]
    return sorted(rows, key=lambda row: (row["ALCU"], row["CUNO"]))


def list_templates(tenant: Tenant, given: Record) -> list[Record]:  # noqa: ARG001 - takes no input
    """List customer templates."""
    return list(tenant.rows["TEMPLATE"])


TRANSACTIONS = {
    "CRS610MI/Add": add,
    "CRS610MI/GetBasicData": get_basic_data,
    "CRS610MI/LstByNumber": list_by_number,
    "CRS610MI/LstBySearchKey": list_by_search_key,
    "CRS610MI/LstTemplates": list_templates,
}
