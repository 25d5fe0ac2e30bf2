"""The shop's mapping profile before and after the operator has mended it, and the chart of accounts it names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from connector.sandbox.infor.options import Options
from connector.sandbox.store import seed as stories

GATEWAYS = {"braintree": "1091", "paypal": "1092", "bankdeposit": "1093", "custom": "1094"}
MENDED_GATEWAYS = {"newpay": "1095"}
MENDED_ITEMS = {"GHOST-SKU": "10046", '""': "10047", "HOODIE-NAVY-BLUE-XXL": "10048"}

_ACCOUNTS = {
    "1092": "Clearing PayPal",
    "1093": "Clearing bank transfers",
    "1094": "Given back by hand",
    "1095": "Clearing NewPay",
}
_ITEMS = {"10046": "Ghost of a lamp", "10047": "Article without a SKU", "10048": "Hoodie navy XXL"}


def company() -> dict[str, Any]:
    """Give the M3 company's items and accounts: an account for each gateway, an item for each article."""
    return {"items": {**stories.items(), **_ITEMS}, "accounts": {**Options().accounts, **_ACCOUNTS}}


def first(example: str) -> str:
    """Make the profile of the first day from the sandbox's example: every gateway by name, none by default."""
    return _with(example, "clearing", GATEWAYS)


def mended(example: str) -> str:
    """Make the profile that also covers what was held."""
    return _with(_with(example, "clearing", GATEWAYS | MENDED_GATEWAYS), "table", dict(stories.MAPPED) | MENDED_ITEMS)


def _with(text: str, name: str, table: Mapping[str, str]) -> str:
    written = ", ".join(f'{key}: "{value}"' for key, value in table.items())
    changed, found = re.subn(rf"\b{name}: {{.*?}}", f"{name}: {{{written}}}", text, count=1)
    if not found:
        raise ValueError(f"the example profile has no table {name}")
    return changed
