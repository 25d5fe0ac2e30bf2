"""Which item of the company a SKU is; or the gap."""

from __future__ import annotations

from connector.domain.faults import MappingGap
from connector.domain.order import OrderLine
from connector.mapping.accounts import listed
from connector.mapping.profile import Profile


def item_of(line: OrderLine, profile: Profile, longest: int) -> str | MappingGap:
    """Choose the item of an order line. A line without a SKU can be listed under the empty one."""
    sku = line.sku.strip()
    key = listed(profile.items.table, sku)
    if key is not None:
        return _fitting(profile.items.table[key], sku, longest)
    if not sku:
        what = f'line {line.id} ({line.name}) has no SKU: add items.table."" with the item to book it on'
        return MappingGap(what, kind="SKU")
    if profile.items.rule == "table":
        return MappingGap(f"no item for SKU {sku}: add items.table.{sku}", kind="SKU", name=sku)
    return _fitting(sku, sku, longest)


def _fitting(item: str, sku: str, longest: int) -> str | MappingGap:
    if len(item) <= longest:
        return item
    what = f"item {item} has {len(item)} characters, the suite takes {longest}: set items.table.{sku}"
    return MappingGap(what, kind="SKU", name=sku)
