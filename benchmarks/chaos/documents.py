"""Whether a sales order in M3 is the one that the shop sold, by the shop's own record of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from connector.sandbox.store.orders import Order
from connector.sandbox.store.seed import MAPPED

FREIGHT = "FRT"
"""The charge for shipping in the sandbox's mapping profile."""

Parts = Counter[tuple[object, ...]]


def differences(order: Order, head: Mapping[str, Any], buyer: str) -> Iterator[str]:
    """Compare piece by piece; ``buyer`` is the shopper whom M3's customer of the order stands for."""
    pairs: dict[str, tuple[Parts, Parts]] = {
        "lines": (_sold(order), _ordered(head)),
        "freight": (_shipping(order), _charges(head)),
        "addresses": (_parcels(order), _addresses(head)),
        "buyer": (Counter([(str(order.spec.customer),)]), Counter([(buyer,)])),
    }
    for what, (shop, company) in pairs.items():
        if shop != company:
            yield f"{what}: {_told(company - shop)} in M3, {_told(shop - company)} in the shop"


def _sold(order: Order) -> Parts:
    lines = order.spec.lines
    return Counter((MAPPED.get(line.sku, line.sku), Decimal(line.quantity), Decimal(line.price)) for line in lines)


def _ordered(head: Mapping[str, Any]) -> Parts:
    return Counter((line["ITNO"], Decimal(line["ORQT"]), _price(line)) for line in head["lines"])


def _price(line: Mapping[str, str]) -> Decimal:
    off = sum((Decimal(line.get(f"DIA{number}") or 0) for number in range(1, 7)), Decimal(0))
    return (Decimal(line["SAPR"]) - off) / Decimal(line.get("SACD") or 1)


def _shipping(order: Order) -> Parts:
    return Counter([(FREIGHT, sum((cost.exact for cost in order.priced.of("shipping")), Decimal(0)))])


def _charges(head: Mapping[str, Any]) -> Parts:
    return Counter((row["CRID"], Decimal(row["CRAM"])) for row in head["charges"])


def _parcels(order: Order) -> Parts:
    places = [{**order.spec.billing, **parcel.address} for parcel in order.spec.consignments]
    return Counter((place["city"], place["zip"]) for place in places)


def _addresses(head: Mapping[str, Any]) -> Parts:
    return Counter((row["TOWN"], row["PONO"]) for row in head["addresses"])


def _told(parts: Parts) -> list[str]:
    return [" ".join(map(str, part)) for part in parts.elements()]
