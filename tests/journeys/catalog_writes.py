"""Every write call of publishing, each brought about by an item of its own, so that its call is told from others."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.journeys.shop import Shop

LIST = "1"
PROFILE = "{create: true, visible: false, fields: [name, description, price, weight], price_list: 1}"
"""Prices go to a price list, so that one profile needs every write call there is."""


@dataclass(frozen=True)
class Write:
    """One write call: its name, what lets an item need it, and where its body names an article."""

    call: str
    change: Callable[[Shop, str, int], None]
    entries: Callable[[Any], list[Mapping[str, Any]]]
    name: str
    of: str

    def when(self, shop: Shop, sku: str) -> Callable[[bytes], bool]:
        """Tell the call for this SKU from the same call for another."""
        wanted = sku if self.of == "sku" else shop.truth(sku)[self.of]
        return lambda body: any(entry.get(self.name) == wanted for entry in self.entries(json.loads(body)))


def _rename(shop: Shop, number: str, version: int) -> None:
    shop.m3.change_item(number, name=f"{number} in version {version}")


def _weigh(shop: Shop, number: str, version: int) -> None:
    shop.m3.change_item(number, weight=f"{version}.500")


def _price(shop: Shop, number: str, version: int) -> None:
    shop.m3.change_item(number, price=f"{version}0.50")


def _count(shop: Shop, number: str, version: int) -> None:
    shop.m3.set_stock(number, "001", on_hand=str(1000 + version))


def _add(shop: Shop, number: str, version: int) -> None:
    if number not in shop.m3.items():
        shop.m3.control["add_items"]({number: f"Item {number}"})
    shop.m3.change_item(number, name=f"{number} in version {version}", price=f"{version}0.50")


WRITES = {
    "NEW": Write("store POST /v3/catalog/products", _add, lambda body: [body], "sku", "sku"),
    "PRODUCT": Write("store PUT /v3/catalog/products", _rename, lambda body: body, "id", "product"),
    "VARIANT": Write("store PUT /v3/catalog/variants", _weigh, lambda body: body, "id", "variant"),
    "LIST": Write("store PUT /v3/pricelists/1/records", _price, lambda body: body, "variant_id", "variant"),
    "STOCK": Write(
        "store PUT /v3/inventory/adjustments/absolute", _count, lambda body: body["items"], "product_id", "product"
    ),
}


def numbers(marks: Iterable[str]) -> dict[str, str]:
    """Name an item for each write and mark, but those that shall be new; and the one that the profile names."""
    return {"10045": "Tee"} | {
        f"{name}-{mark}": f"Item {name} {mark}" for name in WRITES if name != "NEW" for mark in marks
    }


def open_shop(shop: Shop) -> None:
    """Bring all items to the store; those that are variants are of one product."""
    kinds = [number for number in shop.m3.items() if number.startswith("VARIANT")]
    options = [{"sku": sku, "option_values": [{"option_display_name": "Kind", "label": sku}]} for sku in kinds]
    shop.store.merchant.add_product(
        name="Of many kinds", inventory_tracking="variant", variants=options, announce=False
    )
    shop.profile(catalog=PROFILE)
    shop.sync()
    found = wrong(shop)
    assert not found, found


def wrong(shop: Shop, sku: str = "") -> list[str]:
    """Say where the store is not as M3 has it, of all or of one SKU."""
    return [line for line in shop.differences(price_list=LIST) if line.startswith(f"{sku} " if sku else "")]
