"""Price lists: the days from which each is valid (OPRICH), base prices (OPRBAS) and scales, per ``SACD`` units."""

from __future__ import annotations

from connector.sandbox.infor.m3 import checks
from connector.sandbox.infor.m3.rows import Record
from connector.sandbox.infor.m3.tenant import Tenant

_LAST_DAY = "20991231"


def validity(row: Record) -> tuple[str, str, str, str]:
    """Give what tells one validity of a price list from another: list, currency, customer and first day."""
    return row["PRRF"], row["CUCD"], row["CUNO"], row["FVDT"]


def set_price(
    tenant: Tenant,
    price_list: str,
    item: str,
    amount: str,
    *,
    per: str = "1",
    since: str = "",
    until: str = "",
    with_tax: bool = False,
    currency: str = "",
    from_quantity: str = "0",
) -> None:
    """Set the price of an item in a list, from a quantity on if one is named.

    ``since`` and ``until`` are days, yyyymmdd: the first day of one of the list's validities, which begins with it if
    there is none, and the last day of the price. Without ``since`` the current validity is meant.
    """
    checks.master(tenant, "MITMAS", item, "WIT0103", "ITNO")
    price = {"SAPR": str(amount), "SACD": str(per), "QTYL": str(from_quantity)}
    for field, text in price.items():
        checks.number(text, field)
    head = _head(tenant, price_list, currency or tenant.options.currency, since, until)
    price |= {"TINC": str(int(with_tax)), "LVDT": until or head["LVDT"]}
    rows = tenant.rows["SCALES" if checks.number(price["QTYL"], "QTYL") else "OPRBAS"]
    for row in rows.of(item):
        if validity(row) == validity(head) and row["QTYL"] == price["QTYL"]:
            rows.change(row, price | tenant.change_stamp())
            return
    place = {name: head[name] for name in ("CONO", "PRRF", "CUCD", "CUNO", "FVDT")}
    rows.add(place | price | {"ITNO": item, "SPUN": "EA", "NTCD": "0"} | tenant.stamp())


def _head(tenant: Tenant, price_list: str, currency: str, since: str, until: str) -> Record:
    """Give the validity that begins on a day, or the current one; begin it where there is none."""
    checks.date(until, "LVDT")
    today = tenant.change_stamp()["LMDT"]
    heads = [row for row in tenant.rows["OPRICH"].of(price_list) if row["CUCD"] == currency]
    fitting = [row for row in heads if row["FVDT"] == since or (not since and row["FVDT"] <= today)]
    if fitting:
        head = max(fitting, key=lambda row: row["FVDT"])
        head["LVDT"] = max(head["LVDT"], until)
        return head
    checks.decimals(tenant, currency)
    checks.date(since, "FVDT")
    days = {"FVDT": since or today, "LVDT": until or _LAST_DAY}
    texts = {"CONO": tenant.options.company, "PRRF": price_list, "CUCD": currency, "CUNO": ""}
    name = {"TX15": f"Prices {price_list}"[:15], "TX40": f"Prices of {price_list}"}
    return tenant.rows["OPRICH"].add(texts | days | name | tenant.stamp())


def price_today(tenant: Tenant, price_list: str, item: str) -> Record | None:
    """Give the base price that counts today in the company's currency: of those that hold, the last to begin."""
    today, currency = tenant.change_stamp()["LMDT"], tenant.options.currency
    rows = [row for row in tenant.rows["OPRBAS"].of(item) if validity(row)[:3] == (price_list, currency, "")]
    holding = [row for row in rows if row["FVDT"] <= today <= row["LVDT"]]
    return max(holding, key=lambda row: row["FVDT"], default=None)
