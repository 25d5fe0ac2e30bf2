"""The catalog cases: companies whose items change, each change with the one call of it that goes wrong."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from celery import Celery
from kombu.exceptions import OperationalError

from benchmarks.chaos.accidents import Accidents
from benchmarks.chaos.judge import Verdict
from benchmarks.chaos.matrix import FAULTS, Case
from connector.domain.faults import Unavailable
from connector.flows import catalog
from connector.sandbox.faults import Rule, When
from connector.sandbox.serve import Sandbox
from tests.rig import Rig, m3_of

CALLS = {
    "product create": ("store POST /v3/catalog/products", "sku"),
    "product batch": ("store PUT /v3/catalog/products", "id"),
    "variant batch": ("store PUT /v3/catalog/variants", "id"),
    "list prices": ("store PUT /v3/pricelists/1/records", "variant_id"),
    "inventory": ("store PUT /v3/inventory/adjustments/absolute", "product_id"),
}
"""Each with the word by which a body names the article."""
LIST, CURRENCY, WAREHOUSE, LOCATION = "1", "usd", "001", "1"
IN_THE_PROFILE = {number: f"Item {number}" for number in ("10045", "10046")}
"""Items that the sandbox's mapping profile names."""


@dataclass
class Changed:
    """The item of a case."""

    case: Case
    rule: Rule | None = None
    struck: bool = False

    @property
    def item(self) -> str:
        """Its number, which is its SKU as well."""
        return f"C-{self.case.number}"

    def be_struck(self) -> None:
        """Note that its accident happened."""
        self.struck = True

    @property
    def happened(self) -> bool:
        """Whether its fault was injected."""
        return self.rule is not None and self.rule.times == 0


class Shelf:
    """One company and its store, whose catalog is worked on apart from the others."""

    def __init__(self, rig: Rig, accidents: Accidents, name: str, cases: Sequence[Case], *, listed: bool) -> None:
        self.name, self.listed = name, listed
        self.changes = [Changed(case) for case in cases]
        self._rig, self._accidents = rig, accidents
        items = {one.item: f"Item {one.item}" for one in self.changes if one.case.call != "product create"}
        self.sandbox = Sandbox(
            seed=(),
            store={"store_hash": name.replace("-", ""), "inventory_lag": 0.0},
            infor={"tenant": f"{name.upper().replace('-', '')}_TST", "items": IN_THE_PROFILE | items},
        )
        self.m3, self.merchant = m3_of(self.sandbox), self.sandbox.store.merchant
        self._before: dict[str, dict[str, Any]] = {}

    def open(self, folder: Path) -> None:
        """Connect it, and bring everything to the store once while nothing goes wrong."""
        self.sandbox.start()
        for one in self.changes:
            if one.case.call == "variant batch":
                self._make_family(one.item)
        self._rig.connect(name=self.name, sandbox=self.sandbox)
        if self.listed:
            text = (folder / "files" / self.name / "mapping.yaml").read_text()
            self._rig.map(text.replace("catalog: {", f"catalog: {{price_list: {LIST}, "), name=self.name)
        catalog.ask(self._rig.house, self.name, whole=True)
        while catalog.run(self._rig.house, self.name).more:
            pass
        self.note()

    def note(self) -> None:
        """Remember what the store has before anything changes."""
        self._before = self.merchant.truth()

    def close(self) -> None:
        """Stop the sandbox."""
        self.sandbox.stop()

    def _make_family(self, sku: str) -> None:
        variants = [
            {"sku": one, "option_values": [{"option_display_name": "Size", "label": one}]}
            for one in (sku, f"{sku}-L")
        ]
        self.merchant.add_product(
            name=f"Family {sku}", inventory_tracking="variant", variants=variants, announce=False
        )

    def begin(self) -> None:
        """Let every item change, each call of a change with its fault and accident."""
        for one in self.changes:
            self._arm(one)
            self._change(one, 1)

    def _change(self, one: Changed, times: int) -> None:
        if one.case.call == "product create" and times == 1:
            self.m3.control["add_items"]({one.item: f"Item {one.item}"})
        elif one.case.call == "inventory":
            self.m3.set_stock(one.item, WAREHOUSE, on_hand=str(200 + times))
        else:
            self.m3.change_item(one.item, price=f"{30 + times}.75")

    def _arm(self, one: Changed) -> None:
        case, (match, word) = one.case, CALLS[one.case.call]
        when = self._named(one, word)
        one.rule = self.sandbox.dial.add(match, case.fault, times=1, seconds=FAULTS[case.fault], when=when)

        def strike(_: str) -> None:
            if case.again:
                self._change(one, 2)
            self._accidents.meet(case.accident, case.delay, one.be_struck)

        self.sandbox.dial.after(match, strike, when=when)

    def _named(self, one: Changed, word: str) -> When:
        if word == "sku":
            return lambda body: one.item in _values(json.loads(body), word)
        owner = self.merchant.truth()[one.item.lower()]
        ours = owner["product"] if one.case.call in ("product batch", "inventory") else owner["variant"]
        return lambda body: ours in _values(json.loads(body), word)

    def ring(self, client: Celery) -> None:
        """Poll and publish now, as a user who does not wait for the cadence."""
        with suppress(Unavailable, OperationalError):
            catalog.ask(self._rig.house, self.name, whole=False)
            client.send_task("catalog.turn", kwargs={"connection": self.name}, queue="catalog", expires=5)

    @property
    def is_done(self) -> bool:
        """Whether every fault was injected and the store is as the company says."""
        return all(one.happened for one in self.changes) and all(verdict.right for verdict in self.verdicts())

    def verdicts(self) -> list[Verdict]:
        """Judge every item, by what the company has and what the store has."""
        items, stock, store = self.m3.items(), self.m3.stock(), self.merchant.truth()
        skus = Counter(variant.sku.lower() for variant in self.sandbox.store.catalog.shelf.variants.values())
        return [self._judge(one, items[one.item], stock[one.item], store, skus) for one in self.changes]

    def as_a_whole(self) -> Verdict:
        """Judge what nobody changed: it is as it was, and no article or product is there that nobody made."""
        verdict, now = Verdict(), self.merchant.truth()
        ours = {one.item.lower() for one in self.changes}
        for sku in sorted((self._before.keys() | now.keys()) - ours):
            if now.get(sku) != self._before.get(sku):
                verdict.differ(f"{self.name}, {sku}: {now.get(sku)}, before {self._before.get(sku)}")
        shelf = self.sandbox.store.catalog.shelf
        made = {told["product"] for told in now.values()}
        verdict.count(f"{self.name}, products", len(shelf.products), len(made))
        verdict.count(f"{self.name}, articles", len(shelf.variants), len(self._before.keys() | ours))
        return verdict

    def _judge(
        self, one: Changed, item: dict[str, str], stock: dict[str, str], store: dict[str, Any], skus: Counter[str]
    ) -> Verdict:
        verdict, sku = Verdict(), one.item.lower()
        verdict.count(f"articles with SKU {sku}", skus[sku], 1)
        if sku in store:
            ours, theirs = list(self._wanted(one, item, stock)), list(self._had(one, store[sku]))
            verdict.differing = int(ours != theirs)
            verdict.said += [f"{sku}: {theirs} in the store, {ours} in M3"] if ours != theirs else []
        return verdict

    def _wanted(self, one: Changed, item: dict[str, str], stock: dict[str, str]) -> Iterator[object]:
        if one.case.call != "variant batch":  # its product is the merchant's
            yield item["name"]
        yield round(Decimal(item["price"]) / Decimal(item["price_per"] or 1), 2)
        yield max(0, int(Decimal(stock.get(WAREHOUSE, "0"))))

    def _had(self, one: Changed, article: dict[str, Any]) -> Iterator[object]:
        if one.case.call != "variant batch":
            yield article["name"]
        listed = article["list_prices"].get(LIST, {})
        yield Decimal(listed.get(CURRENCY, "0") if self.listed else article["price"])
        yield article["stock"].get(LOCATION)


def _values(body: Any, word: str) -> set[Any]:
    """Give every value that stands under a word, however deep."""
    if isinstance(body, list):
        return {value for each in body for value in _values(each, word)}
    if not isinstance(body, dict):
        return set()
    own = {body[word]} if word in body and not isinstance(body[word], list | dict) else set()
    return own | {value for each in body.values() for value in _values(each, word)}


class Calm:
    """How long something has been true without a break."""

    def __init__(self) -> None:
        self._since: float | None = None

    def lasts(self, seconds: float, *, now: bool) -> bool:
        """Tell whether it is true, and has been for so many seconds."""
        if not now:
            self._since = None
            return False
        self._since = self._since or time.monotonic()
        return time.monotonic() - self._since >= seconds
