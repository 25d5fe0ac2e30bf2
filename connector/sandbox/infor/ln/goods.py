"""Items, prices and balances: how the company's own people and business change them, and what is true of them now."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from zlib import crc32

from connector.sandbox.infor.ln.options import SEGMENT
from connector.sandbox.infor.ln.tenant import Row, Tenant

ITEMS, PRICES = "tcapi.ibdItem/Items", "tdapi.isaItemSales/ItemsSales"
BALANCES = "whapi.wmdInventory/ItemInventoryByWarehouses"
_ITEM = {"name": "Description", "weight": "Weight", "type": "ItemType"}
_PRICE = {"price": "SalesPrice", "price_unit": "SalesPriceUnit"}
_BALANCE = {"on_hand": "InventoryOnHand", "allocated": "InventoryAllocated", "blocked": "InventoryBlocked"}


def code(number: str) -> str:
    """Write an item's code as LN keeps it."""
    return " " * SEGMENT + number


def add_item(
    tenant: Tenant,
    number: str,
    name: str,
    *,
    type: str = "Product",  # noqa: A002 - LN's word
    price: str = "",
    weight: str = "1",
    on_hand: Sequence[str] = ("100", "40"),
) -> None:
    """Add an item with what it costs and its balances; without a price its number decides."""
    if tenant.first(ITEMS, Item=code(number)) or not number:
        raise ValueError(f"item {number!r} is taken")
    cents = 500 + crc32(number.encode()) % 10_000
    tenant.add(
        ITEMS,
        {"Item": code(number), "Description": name, "ItemType": type, "ItemGroup": "WEB", "InventoryUnit": "ea"}
        | {"Weight": float(weight), "WeightUnit": "kg"}
        | {"CreationDate": tenant.moment, "LastModificationDate": tenant.moment},
    )
    tenant.add(
        PRICES,
        {"Item": code(number), "SalesUnit": "ea", "SalesPriceUnit": "ea", "SalesCurrency": tenant.options.currency}
        | {"SalesPrice": float(price or f"{cents // 100}.{cents % 100:02}")},
    )
    warehouses = (tenant.options.warehouse, tenant.options.second_warehouse)
    for warehouse, quantity in zip(warehouses, on_hand, strict=False):
        set_stock(tenant, number, warehouse, {"on_hand": quantity})


def make_items(tenant: Tenant, count: int, prefix: str, seed: int) -> None:
    """Add many plain items, numbered from one behind the prefix."""
    chance = random.Random(seed)
    for place in range(1, count + 1):
        number, cents = f"{prefix}{place:06}", chance.randrange(200, 20_000)
        on_hand = (str(chance.randrange(500)), str(chance.randrange(50)))
        price = f"{cents // 100}.{cents % 100:02}"
        add_item(
            tenant, number, f"Item {number}", price=price, weight=f"{chance.randrange(1, 40) / 4}", on_hand=on_hand
        )


def change_item(tenant: Tenant, number: str, words: Mapping[str, Any]) -> None:
    """Change what an item is or costs, in plain words."""
    item, price = _one(tenant, ITEMS, number), _one(tenant, PRICES, number)
    details = {_ITEM[word]: value for word, value in words.items() if word in _ITEM}
    if "Weight" in details:
        details["Weight"] = float(details["Weight"])
    if details:
        tenant.touch(item).update(details | {"LastModificationDate": tenant.moment})
    costs = {_PRICE[word]: value for word, value in words.items() if word in _PRICE}
    if "SalesPrice" in costs:
        costs["SalesPrice"] = float(costs["SalesPrice"])
    if costs:
        tenant.touch(price).update(costs)


def set_stock(tenant: Tenant, number: str, warehouse: str, words: Mapping[str, Any]) -> None:
    """Set the quantities named; begin to keep the item in the warehouse if it is not kept there."""
    _one(tenant, ITEMS, number)
    row = tenant.first(BALANCES, Item=code(number), Warehouse=warehouse)
    if row is None:
        empty = {"InventoryOnHand": 0.0, "InventoryAllocated": 0.0, "InventoryOnOrder": 0.0, "InventoryBlocked": 0.0}
        row = tenant.add(BALANCES, {"Item": code(number), "Warehouse": warehouse} | empty)
    tenant.touch(row).update({_BALANCE[word]: float(value) for word, value in words.items()})


def allocate(tenant: Tenant, line: Row, warehouse: str) -> None:
    """Allocate an approved line's quantity where its item is kept."""
    row = tenant.first(BALANCES, Item=line["Item"], Warehouse=line.get("Warehouse") or warehouse)
    if row:
        tenant.touch(row)["InventoryAllocated"] += float(line["OrderedQuantity"])


def items(tenant: Tenant) -> dict[str, dict[str, str]]:
    """Give every item in plain words, with its price where that is for the unit it is sold by."""
    return {row["Item"].strip(): _told(tenant, row) for row in tenant.of(ITEMS)}


def _told(tenant: Tenant, item: Row) -> dict[str, str]:
    price = tenant.first(PRICES, Item=item["Item"])
    told = {word: str(item[field]) for word, field in _ITEM.items()}
    if price is None or price["SalesPriceUnit"] != price["SalesUnit"]:
        return told
    return told | {"price": str(price["SalesPrice"]), "currency": price["SalesCurrency"]}


def stock(tenant: Tenant) -> dict[str, dict[str, str]]:
    """Give what each warehouse can promise, by item and warehouse."""
    found: dict[str, dict[str, str]] = {}
    for row in tenant.of(BALANCES):
        taken = Decimal(str(row["InventoryAllocated"])) + Decimal(str(row["InventoryBlocked"]))
        promised = Decimal(str(row["InventoryOnHand"])) - taken
        found.setdefault(row["Item"].strip(), {})[row["Warehouse"]] = str(promised)
    return found


def _one(tenant: Tenant, entities: str, number: str) -> Row:
    row = tenant.first(entities, Item=code(number))
    if row is None:
        raise KeyError(f"there is no item {number!r}")
    return row
