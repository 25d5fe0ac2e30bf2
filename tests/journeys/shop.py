"""A rig's catalog side: one turn after the other, what was written to the store, and whether it equals M3."""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal
from typing import Any

from connector.domain.faults import Busy, Transient
from connector.domain.item import ItemState
from connector.flows import catalog
from connector.flows.house import known
from connector.records import deliveries, items
from connector.records.deliveries import DeliveryRow
from connector.records.items import ItemRow
from tests.rig import NAME, Rig

WRITE = re.compile(r"store (PUT|POST|DELETE) (?!/v2/orders|/v3/hooks)")


class Shop:
    """The rig and its two sides."""

    def __init__(self, rig: Rig) -> None:
        self.rig, self.store, self.m3 = rig, rig.sandbox.store, rig.sandbox.infor

    def sync(self, *, whole: bool = False, patient: bool = False) -> Counter[str]:
        """Poll and publish until nothing is left to do; returns what was done. ``patient`` goes on after faults."""
        catalog.ask(self.rig.house, NAME, whole=whole)
        done: Counter[str] = Counter()
        for _ in range(100):
            try:
                report = catalog.run(self.rig.house, NAME)
            except (Busy, Transient):
                if not patient:
                    raise
                continue
            done.update(report.done)
            if not report.more:
                return done
        raise AssertionError("the turns do not end")

    def writes(self) -> list[str]:
        """What was written to the catalog since the calls were last forgotten."""
        return [call.name for call in list(self.rig.sandbox.dial.calls) if WRITE.match(call.name)]

    def forget_calls(self) -> None:
        """Begin to count anew."""
        self.rig.sandbox.dial.forget_calls()

    def truth(self, sku: str) -> dict[str, Any]:
        """What the store really has."""
        return self.store.merchant.truth()[sku.lower()]

    def rows(self, state: ItemState | None = None, number: str = "") -> list[ItemRow]:
        """Where facts stand."""
        with self.rig.house.database.begin() as tx:
            owner = known(self.rig.house, NAME).id
            rows = items.listed(tx, owner, state=state.value if state else None, limit=1_000_000)
        return [row for row in rows if number in ("", row.number)]

    def deliveries(self, state: str) -> list[DeliveryRow]:
        """The webhooks that ended in a state."""
        with self.rig.house.database.begin() as tx:
            return deliveries.listed(tx, known(self.rig.house, NAME).id, state=state, limit=10_000)

    def profile(self, **changed: str) -> None:
        """Import the sandbox's profile with some of its lines changed."""
        text = self.rig.profile()
        for key, value in changed.items():
            text = re.sub(rf"^{key}: .*$", f"{key}: {value}", text, flags=re.MULTILINE)
        self.rig.map(text)

    def differences(self, skus: dict[str, str] | None = None) -> list[str]:
        """Say where the store is not as M3 has it, name, price and pieces; ``skus``: SKU to item, if not the same."""
        store, m3, stock = self.store.merchant.truth(), self.m3.items(), self.m3.stock()
        wrong = []
        for number, item in m3.items():
            if item["status"] != "20" or item["sale"] != "1":
                continue
            sku = next((sku for sku, of in (skus or {}).items() if of == number), number)
            theirs = store.get(sku.lower())
            if theirs is None:
                wrong.append(f"{sku} is missing")
                continue
            price = Decimal(item["price"]) / Decimal(item["price_per"] or 1)
            pieces = max(0, int(Decimal(stock.get(number, {}).get("001", "0"))))
            ours = (item["name"], round(price, 2), pieces)
            has = (theirs["name"], Decimal(theirs["price"]), theirs["stock"].get("1"))
            wrong += [f"{sku} is {has} in the store, {ours} in M3"] if ours != has else []
        return wrong
