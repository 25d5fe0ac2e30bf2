"""Items and their balances: how the company's own people and business change them, and what is true of them now.

Every change is stamped with its day and its milliseconds. A new item costs one less in the price list ``WEB`` than by
its own sales price.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from zlib import crc32

from connector.sandbox.infor.m3 import checks, price_lists
from connector.sandbox.infor.m3.rows import Record
from connector.sandbox.infor.m3.tenant import Tenant

PRICE_LIST = "WEB"
_FIRST_DAY = "20200101"
_ITEM = {
    "name": "ITDS",
    "description": "FUDS",
    "weight": "NEWE",
    "price": "SAPR",
    "price_per": "SACD",
    "status": "STAT",
    "sale": "SALE",
}
_BALANCE = {"on_hand": "STQT", "allocated": "ALQT", "reserved": "REQT"}


def add_item(
    tenant: Tenant,
    number: str,
    name: str,
    *,
    status: str = "20",
    cents: int = 0,
    weight: str = "1.000",
    on_hand: Sequence[str] = ("100", "40"),
) -> None:
    """Add an item, its price in the list, and its balance in the main and, if on hand there, the second warehouse.

    Without ``cents`` its number decides what it costs.
    """
    if tenant.rows["MITMAS"].first(number) or not 0 < len(number) <= 15:
        raise ValueError(f"item number {number!r} is taken, or too long")
    cents = cents or 500 + crc32(number.encode()) % 10_000
    texts = {"CONO": tenant.options.company, "ITNO": number, "STAT": status, "ITDS": name[:60], "FUDS": name[:120]}
    kind = {"UNMS": "EA", "ITTY": "FIN", "ITGR": "WEB", "SALE": "1", "NEWE": weight, "GRWE": weight}
    price = {"SAPR": _money(cents), "SACD": "1", "CUCS": tenant.options.currency, "SPUN": "EA"}
    tenant.rows["MITMAS"].add(texts | kind | price | tenant.stamp())
    warehouses = (tenant.options.warehouse, tenant.options.second_warehouse)
    for warehouse, quantity in zip(warehouses, on_hand, strict=False):
        _keep(tenant, number, warehouse, {"STQT": quantity})
    price_lists.set_price(tenant, PRICE_LIST, number, _money(cents - 100), since=_FIRST_DAY)


def add_alias(tenant: Tenant, number: str, code: str) -> None:
    """Print a code on an item: an EAN-13, alias category 2."""
    tenant.rows["MITPOP"].add(
        {"CONO": tenant.options.company, "ALWT": "02", "ALWQ": "EA13", "ITNO": number, "POPN": code} | tenant.stamp()
    )


def _money(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02}"


def make_items(tenant: Tenant, count: int, prefix: str, seed: int) -> None:
    """Add many plain items with prices and stock, numbered from one behind the prefix."""
    chance = random.Random(seed)
    for place in range(1, count + 1):
        number = f"{prefix}{place:06}"
        weight, on_hand = f"{chance.randrange(1, 40) / 4:.3f}", (chance.randrange(500), chance.randrange(50))
        quantities = [str(quantity) for quantity in on_hand]
        cents = chance.randrange(200, 20_000)
        add_item(tenant, number, f"Item {number}", cents=cents, weight=weight, on_hand=quantities)


def change_item(tenant: Tenant, number: str, words: Mapping[str, Any]) -> None:
    """Change what an item is or costs, in plain words."""
    item = checks.master(tenant, "MITMAS", number, "WIT0103", "ITNO")
    fields = checks.fitting("MITMAS", {_ITEM[word]: str(value) for word, value in words.items()})
    tenant.rows["MITMAS"].change(item, fields | tenant.change_stamp())


def balance(tenant: Tenant, item: str, warehouse: str) -> Record | None:
    """Give an item's balance in a warehouse, if it is kept there."""
    return next((row for row in tenant.rows["MITBAL"].of(item) if row["WHLO"] == warehouse), None)


def set_stock(tenant: Tenant, item: str, warehouse: str, words: Mapping[str, Any]) -> None:
    """Set the quantities named, in plain words; begin to keep the item in the warehouse if it is not kept there."""
    checks.master(tenant, "MITMAS", item, "WIT0103", "ITNO")
    checks.master(tenant, "MITWHL", warehouse, "WWH0103", "WHLO")
    fields = checks.fitting("MITBAL", {_BALANCE[word]: str(value) for word, value in words.items()})
    row = balance(tenant, item, warehouse)
    if row is None:
        _keep(tenant, item, warehouse, fields)
    else:
        _change(tenant, row, fields)


def _keep(tenant: Tenant, item: str, warehouse: str, fields: Record) -> None:
    place = {"CONO": tenant.options.company, "WHLO": warehouse, "ITNO": item, "STAT": "20"}
    quantities = {"STQT": "0", "ALQT": "0", "REQT": "0"} | fields
    tenant.rows["MITBAL"].add(place | quantities | {"AVAL": quantities["STQT"]} | tenant.change_stamp())


def _change(tenant: Tenant, row: Record, fields: Record) -> None:
    """Change a balance; all that is on hand can be allocated."""
    tenant.rows["MITBAL"].change(row, fields | {"AVAL": fields.get("STQT", row["STQT"])} | tenant.change_stamp())


def allocate(tenant: Tenant, line: Record) -> None:
    """Allocate a confirmed order line's quantity where its item is kept; what is given back allocates nothing."""
    row, quantity = balance(tenant, line["ITNO"], line["WHLO"]), Decimal(line["ORQT"])
    if row and quantity > 0:
        _change(tenant, row, {"ALQT": str(Decimal(row["ALQT"]) + quantity)})


def allocable(row: Record) -> str:
    """Give a balance's ``AV01``: allocable on hand less allocated, exact."""
    return str(Decimal(row["AVAL"]) - Decimal(row["ALQT"]))


def unreserved(row: Record) -> str:
    """Give a balance's ``AV02``: on hand less reserved, exact."""
    return str(Decimal(row["STQT"]) - Decimal(row["REQT"]))


def stock(tenant: Tenant) -> dict[str, dict[str, str]]:
    """Give what each warehouse can promise (``AV01``), by item and warehouse."""
    found: dict[str, dict[str, str]] = {}
    for row in tenant.rows["MITBAL"]:
        found.setdefault(row["ITNO"], {})[row["WHLO"]] = allocable(row)
    return found


def items(tenant: Tenant, price_list: str = "") -> dict[str, dict[str, str]]:
    """Give every item in plain words, with today's price in a list, or its own sales price without one.

    Where the list has no price for it today, ``price`` and what belongs to it are missing.
    """
    return {item["ITNO"]: _told(tenant, item, price_list) for item in tenant.rows["MITMAS"]}


def _told(tenant: Tenant, item: Record, price_list: str) -> dict[str, str]:
    told = {word: item[field] for word, field in _ITEM.items()} | {"currency": item["CUCS"], "with_tax": "0"}
    if not price_list:
        return told
    row = price_lists.price_today(tenant, price_list, item["ITNO"])
    told = {word: told[word] for word in ("name", "description", "weight", "status", "sale")}
    listed = {"price": "SAPR", "price_per": "SACD", "currency": "CUCD", "with_tax": "TINC"}
    return told | ({word: row[field] for word, field in listed.items()} if row else {})
