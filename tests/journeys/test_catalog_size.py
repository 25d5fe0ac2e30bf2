"""What catalog work costs grows with what changed; and one poll is one publication at most."""

from __future__ import annotations

import math
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from connector.flows import catalog, setup
from tests.journeys.shop import Shop
from tests.rig import NAME, Rig, until

COUNT = 600
PREFIX = "ITEM-"
LONG_AGO = 3 * 86_400
CADENCE = 3.0
POLL, WRITTEN, COUNTED = (
    "m3 OIS100MI/LstNewBalances",
    "store PUT /v3/catalog/products",
    "store PUT /v3/inventory/adjustments/absolute",
)


class Clock:
    """The outside's clock; items made ``ago`` are no news to a poll of changes."""

    ago = 0.0

    def __call__(self) -> float:
        return time.time() - self.ago


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """Every item has its product in the store, with another name, price and stock; nothing was read yet."""
    clock, folder = Clock(), tmp_path_factory.mktemp("rig")
    clock.ago = LONG_AGO
    few = {"10045": "Tee red S", "10046": "Tee red M"}  # those that the sandbox's profile names
    made = Rig(folder, env={"CATALOG_INTERVAL": "0.5"}, now=clock, infor={"items": few}, store={"inventory_lag": 0})
    made.sandbox.infor.make_items(COUNT)
    clock.ago = 0.0
    made.sandbox.store.merchant.make_products(COUNT)
    made.sandbox.store.control["fill_catalog"]({"skus": ["TEE-RED-S", "TEE-M", "FAILSLATE", "BREAKS"]})
    with made as rig:
        rig.sandbox.dial.forget_calls()
        yield Shop(rig)


def test_a_first_sync_takes_no_more_calls_than_its_batches(shop: Shop) -> None:
    shop.sync()
    assert [one for one in shop.differences() if PREFIX in one] == []
    calls, whole = shop.rig.sandbox.dial.counts(), COUNT + 4
    store = math.ceil(whole / 250) + math.ceil(whole / 10) + math.ceil(whole / 2000)
    m3 = math.ceil(whole / 1000) + 2 * math.ceil(whole / 50)
    mode, proof_of_the_end, of_the_profiles_own = 1, 1, 4
    assert _of(calls, "store ") <= store * 1.05 + mode + proof_of_the_end + of_the_profiles_own
    assert _of(calls, "m3 ") <= m3 * 1.05 + 2


@pytest.mark.parametrize("changed", [6, 60])
def test_a_change_takes_calls_by_its_own_size(shop: Shop, changed: int) -> None:
    shop.forget_calls()
    for place in range(1, changed * 10 + 1, 10):
        number = f"{PREFIX}{place:06}"
        shop.m3.change_item(number, name=f"{changed} changed, {place}", price=f"{changed}.{place % 100:02}")
        shop.m3.set_stock(number, "001", on_hand=str(changed * 10))
    shop.sync()
    assert [one for one in shop.differences() if PREFIX in one] == []
    calls = shop.rig.sandbox.dial.counts()
    assert (calls[WRITTEN], calls[COUNTED]) == (math.ceil(changed / 10), 1)
    assert _of(calls, "store ") == calls[WRITTEN] + calls[COUNTED] + 1
    assert _of(calls, "m3 ") <= 4 + math.ceil((changed + 6) / 50)


@pytest.mark.long
def test_many_changes_are_one_publication_a_cadence_and_stock_is_never_older_than_the_last_poll(shop: Shop) -> None:
    number, pieces = f"{PREFIX}000007", 1000
    polled, told = [0], []
    _poll_every(shop.rig, CADENCE)
    dial = shop.rig.sandbox.dial
    dial.after(POLL, lambda _: polled.append(int(shop.m3.stock()[number]["001"])), times=1000)
    dial.after(COUNTED, lambda _: told.append((polled[-1], shop.truth(number)["stock"]["1"])), times=1000)
    shop.forget_calls()
    shop.rig.start("worker", "beat")
    until(lambda: dial.counts()[POLL] > 0)
    for change in range(1, 11):
        shop.m3.change_item(number, name=f"Change {change}", price=f"{change}.50")
        shop.m3.set_stock(number, "001", on_hand=str(pieces + change))
        threading.Event().wait(0.2)
    until(lambda: shop.truth(number)["stock"]["1"] == pieces + 10)
    until(lambda: shop.truth(number)["name"] == "Change 10")
    shop.rig.stop()
    calls = dial.counts()
    assert calls[WRITTEN] <= 2
    assert calls[COUNTED] <= 2
    assert all(in_store >= last_polled for last_polled, in_store in told)
    assert told


def _of(calls: Counter[str], side: str) -> int:
    return sum(times for name, times in calls.items() if name.startswith(side))


def _poll_every(rig: Rig, seconds: float) -> None:
    file = Path(rig.folder / "files" / NAME / "connection.yaml")
    every = f"{seconds:.0f}s"
    text = file.read_text().replace(
        "items: 15m, prices: 15m, inventory: 5m", f"items: {every}, prices: {every}, inventory: {every}"
    )
    file.write_text(text)
    setup.add(rig.house, file, by="test")
    catalog.ask(rig.house, NAME, whole=False)
