"""What other processes may do to the catalog, over ``/_sandbox/store/<verb>``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from connector.sandbox.store.catalog.catalog import Catalog
from connector.sandbox.store.catalog.merchant import Merchant

Control = Callable[[Mapping[str, Any]], Any]


def verbs(catalog: Catalog, merchant: Merchant) -> dict[str, Control]:
    """Give every verb of the catalog; a verb's JSON object is its method's keyword arguments."""
    return {
        "make_products": lambda words: merchant.make_products(**words),
        "add_product": lambda words: {"id": merchant.add_product(**words).id},
        "edit_product": lambda words: merchant.edit_product(**words),
        "delete_product": lambda words: merchant.delete_product(**words),
        "reject_sku": lambda words: merchant.reject_sku(**words),
        "accept_sku": lambda words: merchant.accept_sku(**words),
        "catalog_truth": lambda _words: merchant.truth(),
        "inventory_lag": lambda words: setattr(catalog.stock, "lag", float(words["seconds"])),
        "price_list_seconds": lambda words: setattr(catalog.price_lists, "seconds", float(words["seconds"])),
        "half_save": lambda words: setattr(catalog, "half_saves", int(words.get("times", 1))),
    }
