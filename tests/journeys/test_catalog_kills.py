"""kill -9 right after every write call of publishing: the store ends equal to M3, nothing is there twice.

Both a worker's child and the whole worker are killed; what was written is as new to the next one as to M3's readers.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from connector.domain.item import ItemState
from tests.journeys.catalog_writes import WRITES, numbers, open_shop, wrong
from tests.journeys.shop import Shop
from tests.rig import Rig

pytestmark = pytest.mark.long

MARKS = {"worker": "1", "child": "2"}
RIG = {
    "env": {
        "QUIET_PERIOD": "60",
        "CALL_CONNECT_TIMEOUT": "0.5",
        "CALL_READ_TIMEOUT": "1",
        "CLAIM_LEASE": "1.6",
        "WORKER_CONCURRENCY": "1",
    },
    "infor": {"items": numbers(MARKS.values())},
    "store": {"inventory_lag": 0},
}
PROCESSES = ("worker",)


@dataclass
class Case:
    """One item with the call after which its worker is killed."""

    sku: str
    killed: list[int] = field(default_factory=list)


@pytest.fixture(scope="module")
def shop(rig: Rig) -> Shop:
    """Everything of M3 is in the store, but the items that shall be new."""
    made = Shop(rig)
    open_shop(made)
    return made


@pytest.fixture(scope="module")
def cases(shop: Shop) -> dict[tuple[str, str], Case]:
    """All kills, one after the other, run to their end."""
    workers = {(name, "worker"): _case(shop, name, "worker") for name in WRITES}
    cases = workers | {(name, "child"): _case(shop, name, "child", workers[name, "worker"]) for name in WRITES}
    shop.poll()
    shop.work(within=150)
    return cases


def _case(shop: Shop, name: str, whom: str, before: Case | None = None) -> Case:
    """Let the worker be killed after a call; not after one that another case needs ``before``, in the same batch."""
    write, case = WRITES[name], Case(f"{name}-{MARKS[whom]}")
    write.change(shop, case.sku, 1)
    mine = write.when(shop, case.sku)

    def kill(_: str) -> None:
        case.killed.extend([shop.rig.kill_worker()] if whom == "worker" else shop.rig.kill_worker_child())
        if name != "NEW":  # there the dead one's lease is waited for
            shop.lose_right()

    shop.rig.sandbox.dial.after(
        write.call, kill, when=lambda body: mine(body) and (not before or before.killed != [])
    )
    return case


@pytest.mark.parametrize("whom", MARKS)
@pytest.mark.parametrize("name", WRITES)
def test_a_killed_worker_leaves_the_store_equal_to_m3(
    shop: Shop, cases: dict[tuple[str, str], Case], name: str, whom: str
) -> None:
    case = cases[name, whom]
    assert case.killed
    assert wrong(shop, case.sku) == []
    assert {row.state for row in shop.rows(number=case.sku)} == {ItemState.PUBLISHED}


def test_nothing_is_in_the_store_twice_and_nothing_more_is_written(
    shop: Shop, cases: dict[tuple[str, str], Case]
) -> None:
    assert wrong(shop) == []
    assert len({pid for case in cases.values() for pid in case.killed}) >= len(WRITES)
    assert len(shop.products()) == len(shop.store.catalog.shelf.products)
    shop.forget_calls()
    shop.sync(whole=True)
    assert shop.writes() == []
