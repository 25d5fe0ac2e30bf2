"""Every write call of publishing, applied and its answer lost: the store ends equal to M3, nothing is there twice.

The items of one module go side by side, each with the one fault that is meant for it. The hard one is a write that
the store applies behind a newer one.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from connector.cli.processes import ROOT, environment
from connector.domain.faults import ContractBroken, Superseded
from connector.domain.item import ItemState
from connector.flows import catalog
from connector.ports import BatchSizes
from connector.sandbox.faults import Rule
from tests.journeys.catalog_writes import PROFILE, WRITES, numbers, open_shop, wrong
from tests.journeys.shop import Shop
from tests.rig import NAME, Rig, until

FAULTS = {"apply-504": 0.0, "apply-reset": 0.0, "apply-garbage": 0.0, "apply-hang": 1.5}
"""Each with its seconds of silence, longer than a worker listens."""
MARKS = {fault: str(place) for place, fault in enumerate(FAULTS, 1)}

RIG = {
    "env": {"QUIET_PERIOD": "60", "CALL_CONNECT_TIMEOUT": "0.5", "CALL_READ_TIMEOUT": "0.7", "CLAIM_LEASE": "1.5"},
    "infor": {"items": numbers([*MARKS.values(), "LATE", "DEAD"])},
    "store": {"inventory_lag": 0},
}
PROCESSES = ("worker",)


@dataclass
class Case:
    """One item with the fault that is meant for it."""

    sku: str
    rule: Rule

    @property
    def happened(self) -> bool:
        return self.rule.times == 0


Cases = dict[tuple[str, str], Case]


@pytest.fixture(scope="module")
def shop(rig: Rig) -> Shop:
    """Everything of M3 is in the store, but the items that shall be new."""
    made = Shop(rig)
    open_shop(made)
    return made


@pytest.fixture(scope="module")
def cases(shop: Shop) -> Cases:
    """All writes with all faults, run to their end."""
    cases = {(name, fault): _case(shop, name, fault) for name in WRITES for fault in FAULTS}
    shop.poll()
    shop.work()
    return cases


def _case(shop: Shop, name: str, fault: str) -> Case:
    write, sku = WRITES[name], f"{name}-{MARKS[fault]}"
    write.change(shop, sku, 1)
    rule = shop.rig.sandbox.dial.add(write.call, fault, times=1, seconds=FAULTS[fault], when=write.when(shop, sku))
    return Case(sku, rule)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("name", WRITES)
def test_a_lost_answer_leaves_the_store_equal_to_m3(shop: Shop, cases: Cases, name: str, fault: str) -> None:
    case = cases[name, fault]
    assert case.happened
    assert wrong(shop, case.sku) == []
    assert {row.state for row in shop.rows(number=case.sku)} == {ItemState.PUBLISHED}


@pytest.mark.usefixtures("cases")
def test_nothing_is_in_the_store_twice_and_nothing_more_is_written(shop: Shop) -> None:
    assert wrong(shop) == []
    assert len(shop.products()) == len(shop.store.catalog.shelf.products)
    shop.forget_calls()
    shop.sync(whole=True)
    assert shop.writes() == []


def test_a_page_in_the_place_of_an_answer_keeps_the_catalog_waiting_for_half_a_minute_only(shop: Shop) -> None:
    shop.poll()
    shop.rig.sandbox.dial.add("m3 *", "apply-garbage", times=1)
    with pytest.raises(ContractBroken):
        catalog.ring(shop.rig.house, NAME)
    assert catalog.due(shop.rig.house) == []
    with shop.later(catalog.ODD):
        assert catalog.due(shop.rig.house) == [NAME]
        shop.sync()


def _on_its_way(shop: Shop, name: str, sku: str, then: Callable[[], object] = lambda: None) -> list[bytes]:
    """Keep the first call for an item on its way: it is given up, and the store has not got it yet."""
    write, kept = WRITES[name], list[bytes]()
    mine = write.when(shop, sku)

    def keep(body: bytes) -> bool:
        if kept or not mine(body):
            return False
        kept.append(body)
        then()
        return True

    shop.rig.sandbox.dial.add(write.call, "503", times=1, when=keep)
    return kept


def _arrives(shop: Shop, name: str, body: bytes) -> None:
    """Let a call arrive at the store that was kept on its way."""
    method, path = WRITES[name].call.split(" ")[1:]
    headers = {"X-Auth-Token": shop.store.token, "Content-Type": "application/json"}
    url = f"{shop.rig.sandbox.url}/stores/{shop.store.store_hash}{path}"
    asked = Request(url, body, headers, method=method)  # noqa: S310  the sandbox's
    with suppress(HTTPError):  # the store may refuse it by now
        urlopen(asked).close()  # noqa: S310  the sandbox's


@pytest.mark.parametrize("name", WRITES)
def test_an_old_value_that_arrives_behind_a_newer_one_is_written_over(shop: Shop, name: str) -> None:
    write, sku = WRITES[name], f"{name}-LATE"
    write.change(shop, sku, 1)
    [old] = _lost(shop, name, sku)
    write.change(shop, sku, 2)
    shop.sync()
    assert wrong(shop, sku) == []
    _arrives(shop, name, old)
    assert len(wrong(shop, sku)) == (name != "NEW")  # the store makes no second product of a SKU
    with shop.later(shop.rig.house.pace.quiet_period):
        shop.sync()
    assert wrong(shop) == []
    assert len(shop.products()) == len(shop.store.catalog.shelf.products)


def _lost(shop: Shop, name: str, sku: str) -> list[bytes]:
    kept = _on_its_way(shop, name, sku)
    shop.poll()
    until(lambda: kept or shop.turn() is None)
    return kept


@pytest.mark.parametrize("name", ["PRODUCT", "STOCK"])
def test_what_a_killed_process_sent_may_arrive_behind_a_newer_value_too(shop: Shop, name: str) -> None:
    write, sku = WRITES[name], f"{name}-DEAD"
    write.change(shop, sku, 1)
    running: list[subprocess.Popen[bytes]] = []
    kept = _on_its_way(shop, name, sku, then=lambda: [one.kill() for one in running])
    command = [sys.executable, "-c", "from connector.cli import main; main()", "catalog", "sync", NAME]
    running.append(subprocess.Popen(command, env=environment(shop.rig.settings), cwd=ROOT))
    assert running[0].wait(30) == -signal.SIGKILL
    write.change(shop, sku, 2)
    with shop.later(shop.rig.house.pace.claim_lease):
        shop.sync()
    assert wrong(shop, sku) == []
    _arrives(shop, name, kept[0])
    assert wrong(shop, sku) != []
    with shop.later(shop.rig.house.pace.quiet_period):
        shop.sync()
    assert wrong(shop) == []


def test_a_call_that_always_fails_keeps_no_other_out(shop: Shop) -> None:
    named = [number for number in shop.m3.items() if number.split("-")[0] in {"LIST", "PRODUCT", "STOCK"}]
    when = WRITES["PRODUCT"].when(shop, "LIST-1")
    shop.rig.sandbox.dial.add(WRITES["PRODUCT"].call, "503", when=when)
    for number in named:
        WRITES["PRODUCT"].change(shop, number, 3)
    shop.poll()
    shop.turn()
    assert wrong(shop, "LIST-1") != []
    assert wrong(shop, "STOCK-1") == []
    assert len(shop.rows(ItemState.DUE)) == BatchSizes().products
    shop.rig.sandbox.dial.clear()
    shop.sync()
    assert wrong(shop) == []


def test_a_profile_that_is_imported_while_a_fact_is_on_its_way_is_heeded(shop: Shop) -> None:
    write, sku = WRITES["PRODUCT"], "PRODUCT-LATE"
    write.change(shop, sku, 4)
    in_kilos = PROFILE.replace("}", ", weight_unit: kg}")
    shop.rig.sandbox.dial.after(write.call, lambda _: shop.profile(catalog=in_kilos), when=write.when(shop, sku))
    shop.sync()
    assert shop.truth(sku)["weight"] == "2.2046"
    shop.profile(catalog=PROFILE)
    shop.sync()
    assert wrong(shop) == []


def test_a_turn_that_lost_its_right_while_it_read_neither_keeps_that_nor_writes(shop: Shop) -> None:
    WRITES["STOCK"].change(shop, "STOCK-LATE", 5)
    shop.rig.sandbox.dial.after("m3 OIS100MI/LstNewBalances", lambda _: shop.lose_right())
    shop.poll()
    shop.forget_calls()
    with pytest.raises(Superseded):
        catalog.run(shop.rig.house, NAME)
    assert (shop.rows(ItemState.DUE), shop.writes()) == ([], [])
    shop.sync()
    assert wrong(shop) == []
