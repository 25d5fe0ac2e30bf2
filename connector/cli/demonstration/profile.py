"""The shop's mapping profile before and after the operator has mended it, and the chart of accounts it names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from connector.sandbox.infor.options import IonOptions
from connector.sandbox.store import seed as stories

GATEWAYS = {"braintree": "1091", "paypal": "1092", "bankdeposit": "1093", "custom": "1094"}
TAXES = {
    "default": "2200",
    **dict.fromkeys(('"CA State Tax"', '"CA County Tax"', '"CA City Tax"'), "2210"),
    '"UK VAT"': "2220",
    '"MwSt 7%"': "2230",
    '"JP Consumption Tax"': "2240",
}
"""All taxes of one order lie on one account: the store tells a refund's tax as one sum, not what it is made of."""

MENDED_GATEWAYS = {"newpay": "1095"}
MENDED_ITEMS = {"GHOST-SKU": "10046", '""': "10047", "HOODIE-NAVY-BLUE-XXL": "10048"}

_ACCOUNTS = {
    "1092": "Clearing PayPal",
    "1093": "Clearing bank transfers",
    "1094": "Given back by hand",
    "1095": "Clearing NewPay",
    "2200": "Tax payable, Texas",
    "2210": "Tax payable, California",
    "2220": "VAT payable, United Kingdom",
    "2230": "VAT payable, Germany",
    "2240": "Consumption tax payable, Japan",
}
_ITEMS = {"10046": "Ghost of a lamp", "10047": "Article without a SKU", "10048": "Hoodie navy XXL"}


def company() -> dict[str, Any]:
    """Give the company's items and accounts: an account for each gateway, an item for each article."""
    return {"items": {**stories.items(), **_ITEMS}, "accounts": {**IonOptions().accounts, **_ACCOUNTS}}


def first(example: str) -> str:
    """Make the profile of the first day from the sandbox's example: gateways and taxes by name."""
    return _with(_with(example, "clearing", GATEWAYS), "tax", TAXES)


def mended(example: str) -> str:
    """Make the profile that also covers what was held."""
    with_gateway = _with(first(example), "clearing", GATEWAYS | MENDED_GATEWAYS)
    return _with(with_gateway, "table", stories.MAPPED | MENDED_ITEMS)


def _with(text: str, name: str, table: Mapping[str, str]) -> str:
    written = ", ".join(f'{key}: "{value}"' for key, value in table.items())
    changed, found = re.subn(rf"\b{name}: {{.*?}}", f"{name}: {{{written}}}", text, count=1)
    if not found:
        raise ValueError(f"the example profile has no table {name}")
    return changed
