"""A rig's catalog side: one turn after the other, what was written to the store, and whether it equals M3."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from connector.domain.faults import Busy, Transient
from connector.domain.item import ItemState
from connector.flows import catalog
from connector.flows.house import known
from connector.flows.turn import LEASE
from connector.ports import Clock
from connector.records import deliveries, items, watermarks
from connector.records.deliveries import DeliveryRow
from connector.records.items import ItemRow
from connector.records.listing import Newest
from connector.records.schema import leases
from connector.records.schema_trail import audit
from connector.sandbox.store.seed import MAPPED
from tests.rig import NAME, Rig, until

WRITE = re.compile(r"store (PUT|POST|DELETE) (?!/v2/orders|/v3/hooks)")


@dataclass
class Later:
    """A clock that runs ahead of another."""

    clock: Clock
    ahead: timedelta

    def now(self) -> datetime:
        """The present moment, there."""
        return self.clock.now() + self.ahead


class Shop:
    """The rig and its two sides."""

    def __init__(self, rig: Rig) -> None:
        self.rig, self.store, self.m3 = rig, rig.sandbox.store, rig.sandbox.infor

    def sync(self, *, whole: bool = False) -> Counter[str]:
        """Poll and publish until nothing is left to do; returns what was done. A worker at it is waited for."""
        catalog.ask(self.rig.house, NAME, whole=whole)
        done: Counter[str] = Counter()
        for _ in range(100):
            try:
                report = catalog.run(self.rig.house, NAME)
            except Busy:
                time.sleep(0.1)
                continue
            done.update(report.done)
            if not report.more:
                return done
        raise AssertionError("the turns do not end")

    @contextmanager
    def later(self, passed: timedelta) -> Iterator[None]:
        """Let time have passed for who works in this process; the outside and other processes do not notice."""
        house = self.rig.house
        self.rig.house = replace(house, clock=Later(house.clock, passed))
        try:
            yield
        finally:
            self.rig.house = house

    def turn(self) -> None:
        """Do one turn here, lost calls or not."""
        with suppress(Transient):
            catalog.run(self.rig.house, NAME)

    def lose_right(self) -> None:
        """Let another worker take the catalog over from whoever has it; it dies at once."""
        values = {"holder": "another", "until": self.rig.house.now()}
        with self.rig.house.database.begin() as tx:
            tx.execute(leases.update().where(leases.c.name == LEASE).values(**values))

    def poll(self, *, whole: bool = False) -> None:
        """Let the next turn ask M3 what changed, or the next turns read both sides whole."""
        catalog.ask(self.rig.house, NAME, whole=whole)

    def work(self, *, within: float = 60) -> None:
        """Let workers do turn after turn until nothing is on its way to the store; then what was lost goes again."""
        until(lambda: self.ring() or self.rest(), within=within, every=0.4, why=lambda: str(self.rows(ItemState.DUE)))
        with self.later(self.rig.house.pace.quiet_period):
            self.sync()

    def writes(self) -> list[str]:
        """What was written to the catalog since the calls were last forgotten."""
        return [call.name for call in list(self.rig.sandbox.dial.calls) if WRITE.match(call.name)]

    def forget_calls(self) -> None:
        """Begin to count anew."""
        self.rig.sandbox.dial.forget_calls()

    def truth(self, sku: str) -> dict[str, Any]:
        """What the store really has."""
        return self.store.merchant.truth()[sku.lower()]

    def products(self) -> set[int]:
        """The products that have SKUs."""
        return {one["product"] for one in self.store.merchant.truth().values()}

    def rows(self, state: ItemState | None = None, number: str = "") -> list[ItemRow]:
        """Where facts stand."""
        with self.rig.house.database.begin() as tx:
            owner = known(self.rig.house, NAME).id
            rows = items.listed(tx, owner, Newest(1_000_000, state.value if state else None))
        return [row for row in rows if number in ("", row.number)]

    def deliveries(self, state: str) -> list[DeliveryRow]:
        """The webhooks that ended in a state."""
        with self.rig.house.database.begin() as tx:
            return deliveries.listed(tx, known(self.rig.house, NAME).id, Newest(10_000, state))

    def trail(self, number: str) -> list[tuple[str, list[str]]]:
        """What the trail says of edits of an item: the action, and the differences."""
        mine = (audit.c.subject == f"item {number}") & audit.c.action.like("edit_%")
        with self.rig.house.database.begin() as tx:
            rows = tx.execute(audit.select().where(mine).order_by(audit.c.id))
            return [(row.action, row.detail["differences"]) for row in rows]

    def profile(self, **changed: str) -> None:
        """Import the sandbox's profile with some of its lines changed."""
        text = self.rig.profile()
        for key, value in changed.items():
            text = re.sub(rf"^{key}: .*$", f"{key}: {value}", text, flags=re.MULTILINE)
        self.rig.map(text)

    def rest(self) -> bool:
        """Tell whether M3 was asked and nothing is on its way to the store."""
        with self.rig.house.database.begin() as tx:
            owner = known(self.rig.house, NAME).id
            polls = [watermarks.standing(tx, owner, poll) for poll in catalog.POLLS]
            due = any(state is ItemState.DUE for _, state in items.counts(tx, owner))
        now = self.rig.house.now()
        return not due and not any(poll.began_at or poll.is_due(now) for poll in polls)

    def ring(self) -> None:
        """Let a worker do a turn."""
        self.rig.ring("catalog.turn", queue="catalog", connection=NAME)

    def differences(self, *, price_list: str = "") -> list[str]:
        """Say where the store is not as M3 has it: name, weight, price (of a list, if named) and pieces.

        A variant has no name of its own.
        """
        store, m3, stock = self.store.merchant.truth(), self.m3.items(), self.m3.stock()
        products = Counter(one["product"] for one in store.values())
        wrong = []
        for number, item in m3.items():
            if item["status"] != "20" or item["sale"] != "1":
                continue
            sku = next((sku for sku, of in MAPPED.items() if of == number), number)
            theirs = store.get(sku.lower())
            if theirs is None:
                wrong.append(f"{sku} is missing")
                continue
            price = Decimal(item["price"]) / Decimal(item["price_per"] or 1)
            pieces = max(0, int(Decimal(stock.get(number, {}).get("001", "0"))))
            costs = theirs["list_prices"].get(price_list, {}).get("usd", "NaN") if price_list else theirs["price"]
            name = theirs["name"] if products[theirs["product"]] == 1 else item["name"]
            ours = (item["name"], Decimal(item["weight"]), round(price, 2), pieces)
            has = (name, Decimal(theirs["weight"]), Decimal(costs), theirs["stock"].get("1"))
            wrong += [f"{sku} is {has} in the store, {ours} in M3"] if ours != has else []
        return wrong
