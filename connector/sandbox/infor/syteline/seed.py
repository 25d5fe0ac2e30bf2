"""The site's masters on its first day, with some to fail on.

Account 9998 is obsolete; customer CLOSED is on credit hold; item OLD-ITEM is obsolete, FAILSLATE keeps an order from
being ordered. Charges are items that nobody keeps.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Any
from zlib import crc32

from connector.sandbox.infor.syteline.rules import FAILS_LATE
from connector.sandbox.infor.syteline.tenant import Tenant

CHARGES = {"FRT": "Freight", "HND": "Handling", "WRP": "Gift wrap", "FEE": "Fees", "GCT": "Gift certificates"}
OBSOLETE = "9998"
_FIRST_DAY = "20200101 00:00:00.000"
_ITEM = {"name": "Description", "weight": "UnitWeight", "status": "Stat"}


def plant(tenant: Tenant) -> None:
    """Fill an empty site."""
    options = tenant.options
    tenant.rows["SLSites"].add({"Site": options.site, "SiteName": "Acme main site"})
    for warehouse, name in ((options.warehouse, "Main warehouse"), (options.second_warehouse, "Second warehouse")):
        tenant.rows["SLWhses"].add({"Whse": warehouse, "Name": name})
    for number, name, hold in (("WEBGST", "Web guest", "0"), ("WEBTMPL", "Template", "0"), ("CLOSED", "Closed", "1")):
        add_customer(tenant, CustNum=number, Name=name, CreditHold=hold)
    for number, name in options.accounts.items():
        tenant.rows["SLChartAccts"].add({"Acct": number, "Description": name, "ObsDate": ""})
    tenant.rows["SLChartAccts"].add({"Acct": OBSOLETE, "Description": "Obsolete", "ObsDate": "20191231 00:00:00.000"})
    for number, name in {**options.items, FAILS_LATE: "Fails when ordered"}.items():
        add_item(tenant, number, name)
    add_item(tenant, "OLD-ITEM", "Withdrawn", status="O", on_hand=("100",))
    for number, name in CHARGES.items():
        row = {"Item": number, "Description": name, "Stat": "A", "ProductCode": "CHARGE", "UnitWeight": "0"}
        tenant.rows["SLItems"].add(row)


def add_customer(tenant: Tenant, **fields: str) -> None:
    """Add a customer."""
    base = {
        "CustSeq": "0",
        "CurrCode": tenant.options.currency,
        "TermsCode": "N30",
        "TaxCode1": "",
        "CreditHold": "0",
    }
    tenant.rows["SLCustomers"].add(base | fields)


def add_item(
    tenant: Tenant,
    number: str,
    name: str,
    *,
    status: str = "A",
    cents: int = 0,
    weight: str = "1.000",
    on_hand: Sequence[str] = ("100", "40"),
) -> None:
    """Add an item, its price, and its balance in the main and, if on hand there, the second warehouse."""
    cents = cents or 500 + crc32(number.encode()) % 10_000
    row = {"Item": number, "Description": name[:40], "Stat": status, "UnitWeight": weight, "UM": "EA"}
    tenant.rows["SLItems"].add(row | {"ProductCode": "WEB"})
    set_price(tenant, number, f"{cents // 100}.{cents % 100:02}")
    for warehouse, quantity in zip(
        (tenant.options.warehouse, tenant.options.second_warehouse), on_hand, strict=False
    ):
        set_stock(tenant, number, warehouse, quantity)


def set_price(tenant: Tenant, item: str, amount: str, since: str = _FIRST_DAY) -> None:
    """Set what an item costs from a day on."""
    key = (item, tenant.options.currency, since)
    row = tenant.rows["SLItemprices"].first(*key)
    if row:
        tenant.rows["SLItemprices"].change(row, {"UnitPrice1": amount})
    else:
        named = dict(zip(("Item", "CurrCode", "EffectDate"), key, strict=True))
        tenant.rows["SLItemprices"].add(named | {"UnitPrice1": amount})


def set_stock(tenant: Tenant, item: str, warehouse: str, on_hand: str, taken: str | None = None) -> None:
    """Set what lies in a warehouse, and what of it is taken if that is named."""
    row = tenant.rows["SLItemwhses"].first(item, warehouse)
    values = {"QtyOnHand": on_hand} | ({} if taken is None else {"QtyAllocCo": taken})
    if row:
        tenant.rows["SLItemwhses"].change(row, values)
    else:
        tenant.rows["SLItemwhses"].add({"Item": item, "Whse": warehouse, "QtyAllocCo": "0"} | values)


def change_item(tenant: Tenant, number: str, words: Mapping[str, Any]) -> None:
    """Change name, weight, status or price of an item."""
    row = tenant.rows["SLItems"].first(number)
    if row is None:
        raise ValueError(f"there is no item {number}")
    fields = {_ITEM[word]: str(value) for word, value in words.items() if word != "price"}
    if fields:
        tenant.rows["SLItems"].change(row, fields)
    if "price" in words:
        set_price(tenant, number, str(words["price"]))


def make_items(tenant: Tenant, count: int, prefix: str, seed: int) -> None:
    """Add many plain items with prices and stock, numbered from one behind the prefix."""
    chance = random.Random(seed)
    for place in range(1, count + 1):
        number = f"{prefix}{place:06}"
        on_hand = [str(chance.randrange(500)), str(chance.randrange(50))]
        cents, weight = chance.randrange(200, 20_000), f"{chance.randrange(1, 40) / 4:.3f}"
        add_item(tenant, number, f"Item {number}", cents=cents, weight=weight, on_hand=on_hand)
