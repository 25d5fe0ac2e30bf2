"""MMS200MI and MMS025MI: items, their own sales prices, and the codes they carry (facts/infor.md §2.9)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import takewhile

from connector.sandbox.infor.m3 import checks
from connector.sandbox.infor.m3.rows import Record
from connector.sandbox.infor.m3.tenant import Tenant


def _item(tenant: Tenant, given: Record) -> Record:
    return checks.master(tenant, "MITMAS", given["ITNO"], "WIT0103", "ITNO")


def get_item(tenant: Tenant, given: Record) -> list[Record]:
    """Give an item; its name is cut to thirty characters here, and whole in the lists."""
    return [_item(tenant, given)]


def get_price(tenant: Tenant, given: Record) -> list[Record]:
    """Give an item's own sales price, as kept per ``SACD`` units and for one basic unit."""
    item = _item(tenant, given)
    one = Decimal(item["SAPR"]) / (Decimal(item["SACD"]) or 1)
    return [item | {"SAPB": str(round(one, 6)), "SPUC": "0", "PDCC": "2"}]


def list_by_item(tenant: Tenant, given: Record) -> Iterable[Record]:
    """List items from a number on, whatever their status; configuration code and styles narrow nothing here."""
    return tenant.rows["MITMAS"].between(given["ITNO"])


def list_by_change_date(tenant: Tenant, given: Record) -> list[Record]:
    """List items changed on the days from ``FLMD`` to ``TLMD``, or in the last ``CSDS`` days, by day and number."""
    checks.date(given["FLMD"], "FLMD")
    checks.date(given["TLMD"], "TLMD")
    since = max(given["FLMD"], _days_ago(tenant, given["CSDS"]))
    until = given["TLMD"] or "99999999"
    changed = takewhile(lambda row: row["LMDT"] >= since, tenant.rows["MITMAS"].latest())
    return sorted((row for row in changed if row["LMDT"] <= until), key=lambda row: (row["LMDT"], row["ITNO"]))


def list_aliased(tenant: Tenant, given: Record) -> Iterable[Record]:
    """List the items that carry alias numbers from one on."""
    return tenant.rows["MITPOP"].between(given["POPN"])


def _days_ago(tenant: Tenant, days: str) -> str:
    """Give the day so many days before today; nothing for nothing."""
    if not days:
        return ""
    today = datetime.strptime(tenant.change_stamp()["LMDT"], "%Y%m%d")  # noqa: DTZ007 - a day has no zone
    return (today - timedelta(days=checks.whole(days, "CSDS"))).strftime("%Y%m%d")


TRANSACTIONS = {
    "MMS025MI/LstItem": list_aliased,
    "MMS200MI/GetItmBasic": get_item,
    "MMS200MI/GetItmPrice": get_price,
    "MMS200MI/LstItmByItm": list_by_item,
    "MMS200MI/LstItmByChgDate": list_by_change_date,
}
