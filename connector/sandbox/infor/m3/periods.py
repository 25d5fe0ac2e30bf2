"""The company's accounting periods: calendar months, each open until somebody closes it (CRS910).

How M3 marks a closed period is documented nowhere. Here it is ``CPSTAT`` 90 in CSYPER, invented for this sandbox.
"""

from __future__ import annotations

from calendar import monthrange

from connector.sandbox.infor.m3.refusals import Refused
from connector.sandbox.infor.m3.rows import Record
from connector.sandbox.infor.m3.tenant import Tenant

BOOKS = "1"
"""The period type that the division keeps its books by."""
OPEN, CLOSED = "20", "90"


def plant(tenant: Tenant) -> None:
    """Give last year, this one and the next their months."""
    this_year = int(tenant.stamp()["RGDT"][:4])
    place = {"CONO": tenant.options.company, "DIVI": tenant.options.division, "PETP": BOOKS}
    for year in range(this_year - 1, this_year + 2):
        for month in range(1, 13):
            days = {"FDAT": f"{year}{month:02}01", "TDAT": f"{year}{month:02}{monthrange(year, month)[1]}"}
            tenant.rows["CSYPER"].add(place | days | {"YEA4": str(year), "PERI": str(month), "STAT": OPEN})


def set_closed(tenant: Tenant, name: str, *, closed: bool) -> bool:
    """Close a period such as ``2026-10``, or open it again; False where there is none."""
    year, _, month = name.partition("-")
    found = [row for row in _rows(tenant) if (row["YEA4"], int(row["PERI"])) == (year, int(month))]
    for row in found:
        row["STAT"] = CLOSED if closed else OPEN
    return bool(found)


def check(tenant: Tenant, day: str) -> None:
    """Refuse a day of a closed period; a day of other years than these has none and passes."""
    for period in _rows(tenant):
        if period["FDAT"] <= day <= period["TDAT"] and period["STAT"] == CLOSED:
            raise Refused("WPE0203", "ACDT", f"{period['YEA4']}-{int(period['PERI']):02}")


def _rows(tenant: Tenant) -> list[Record]:
    return tenant.rows["CSYPER"].of(tenant.options.division)
