"""What somebody changes while orders are at work reaches them, and neither side locks the other out."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from connector.domain.faults import Busy, Superseded, Throttled, Unavailable
from connector.domain.identity import OrderRef
from connector.domain.item import Aspect, ItemState, ItemStock
from connector.domain.order import Snapshot
from connector.domain.period import AccountingPeriod
from connector.domain.progress import OrderState
from connector.flows import connections, orders, periods
from connector.flows.house import known
from connector.flows.turn import turn
from connector.ports import Clock, Store
from connector.records import items
from connector.records import orders as rows
from connector.records.orders import Run
from tests.rig import Rig, copied, until

_numbers = itertools.count(1)
_WAITING = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
_HELD = text("SELECT FROM orders WHERE id = :id FOR UPDATE")


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    with Rig(tmp_path_factory.mktemp("meanwhile")) as made:
        yield made


class Two:
    """A connection without a mapping profile, and another thread."""

    def __init__(self, rig: Rig, other: ThreadPoolExecutor) -> None:
        self.rig, self.house, self._other = rig, rig.house, other
        self.name = f"shop-{next(_numbers)}"
        self.id = copied(self.house, self.name).id

    def order(self) -> tuple[int, Run]:
        """Place an order and claim it."""
        number = self.rig.sandbox.store.place_orders(1)[0]
        now = self.house.now()
        with self.house.database.begin() as tx:
            order_id = rows.want(tx, self.id, number, now=now)
            run = rows.claim_run(tx, order_id, now=now, until=now + self.house.pace.run_grace)
        assert run is not None
        return order_id, run

    def held(self) -> tuple[int, Run]:
        """Place an order that is held, for nothing is mapped; its run goes on."""
        order_id, run = self.order()
        orders.pull(self.house, run)
        return order_id, run

    def idle(self) -> tuple[int, Run]:
        """Place an order that is held, and nobody works on it any more."""
        order_id, run = self.held()
        orders.settle(self.house, run)
        return order_id, run

    def row(self, order_id: int) -> rows.OrderRow:
        with self.house.database.begin() as tx:
            found = rows.by_id(tx, order_id)
        assert found is not None
        return found

    def swept(self) -> set[OrderRef]:
        return {run.ref for run in orders.claim_due(self.house) if run.ref.connection == self.name}

    def imports(self) -> tuple[int, int]:
        """Import a mapping profile."""
        return connections.import_profile(self.house, self.name, self.rig.profile(), by="jo")

    def meanwhile(self, work: Any, *words: Any, **named: Any) -> Future[Any]:
        """Let the other thread begin, until it has ended or waits for a lock."""
        before = self._waiting()
        begun = self._other.submit(work, *words, **named)
        until(lambda: begun.done() or self._waiting() > before)
        return begun

    def _waiting(self) -> int:
        with self.house.database.begin() as tx:
            return int(tx.execute(_WAITING).scalar_one())

    @contextmanager
    def held_up(self, order_id: int) -> Iterator[None]:
        """Hold an order's row, so that whoever needs it waits."""
        with self.house.database.begin() as tx:
            tx.execute(_HELD, {"id": order_id})
            yield


class Books:
    """An ERP that tells its periods."""

    def periods(self, since: date) -> list[AccountingPeriod]:
        return [AccountingPeriod("2026-01", since, since + timedelta(days=30), closed=True)]


@dataclass
class Slow:
    """A store whose answer lies there for a while."""

    store: Store
    meanwhile: Callable[[], object]

    def read_order(self, order: int) -> Snapshot:
        read = self.store.read_order(order)
        self.meanwhile()
        return read


class NoLocks:
    """Redis is away."""

    def acquire(self, *_: object) -> bool:
        return True

    def release(self, *_: object) -> None:
        pass


@dataclass(frozen=True)
class Later:
    """A clock that runs ahead of another."""

    clock: Clock

    def now(self) -> datetime:
        return self.clock.now() + timedelta(minutes=10)


@pytest.fixture
def two(rig: Rig) -> Iterator[Two]:
    with ThreadPoolExecutor(4) as other:
        yield Two(rig, other)


def test_an_order_that_ends_while_a_profile_is_imported_is_planned_by_it(two: Two) -> None:
    first, idle = two.idle()
    ended, at_work = two.held()
    with two.held_up(first):
        imported = two.meanwhile(two.imports)
        begun, late = two.held()
        settled = [two.meanwhile(orders.settle, two.house, run) for run in (at_work, late)]
    assert imported.result() == (1, 1)
    assert {two.row(one).state for one in (first, ended, begun)} == {OrderState.HELD}
    again = {run.ref for one in settled for run in one.result()} | two.swept()
    assert again == {idle.ref, at_work.ref, late.ref}


def test_orders_are_heard_of_while_a_profile_is_imported(two: Two) -> None:
    first, _ = two.idle()
    with two.held_up(first):
        imported = two.meanwhile(two.imports)
        heard = two.meanwhile(two.order)
        assert (imported.done(), heard.done()) == (False, True)


def test_a_connection_is_saved_while_orders_are_heard_of(two: Two) -> None:
    with two.house.database.begin() as tx:
        rows.want(tx, two.id, 1, now=two.house.now())
        assert two.meanwhile(connections.save, two.house, known(two.house, two.name), by="jo").done()


def test_periods_that_are_read_twice_at_a_time_are_kept_once(two: Two) -> None:
    first, idle = two.idle()
    house = replace(two.house, erp=lambda _: Books())
    with two.held_up(first):
        both = [two.meanwhile(periods.read, house, two.name) for _ in range(2)]
    assert [len(one.result()) for one in both] == [1, 1]
    assert two.swept() == {idle.ref}


def test_a_worker_that_stalled_while_it_read_writes_nothing_over_its_successors_reading(two: Two) -> None:
    house: Any = replace(two.house, locks=NoLocks())
    order_id, run = two.order()

    def successor() -> None:
        two.rig.sandbox.store.set_status(run.ref.order, 2, announce=False)
        later = replace(house, clock=Later(house.clock))
        [again] = [one for one in orders.claim_due(later) if one.ref == run.ref]
        orders.pull(later, again)
        orders.settle(later, again)

    with pytest.raises(Superseded):
        orders.pull(replace(house, store=lambda saved: Slow(house.store(saved), successor)), run)
    row = two.row(order_id)
    assert (row.status_id, row.state) == (2, OrderState.HELD)
    assert two.swept() == set()


def test_a_copy_of_a_step_that_gave_up_leaves_the_order_to_the_worker_that_has_it(two: Two) -> None:
    order_id, run = two.order()
    now, lease = two.house.now(), two.house.pace.claim_lease
    with two.house.database.begin() as tx:
        rows.hold(tx, run, "worker", now=now, lease=lease, grace=lease)
    orders.park(two.house, run, Busy("another worker holds it"))
    with two.house.database.begin() as tx:
        assert rows.keep(tx, run, "worker", now=now, lease=lease, grace=lease)
        rows.let_go(tx, run, "worker", run_until=now)
    assert two.row(order_id).failures == 0
    orders.park(two.house, run, Busy("another worker holds it"))
    assert two.row(order_id).failures == 1


def test_of_a_call_that_failed_nothing_is_taken_for_what_the_store_has(two: Two) -> None:
    stock = ItemStock("10046", "001", Decimal(5))
    with two.house.database.begin() as tx:
        items.save(tx, two.id, [stock], day=date(2026, 11, 26), now=two.house.now())
        [fact] = items.of_items(tx, two.id, ["10046"], Aspect.STOCK)
        items.settle(tx, [items.End(fact, ItemState.PUBLISHED, sent="five")], now=two.house.now())
        items.recount(tx, two.id, ["10046"])
        [fact] = items.of_items(tx, two.id, ["10046"], Aspect.STOCK)
    with turn(two.house, two.name) as at, pytest.raises(Throttled), at.writing([fact]):
        raise Throttled("the second half of the batch was not taken")
    with two.house.database.begin() as tx:
        [fact] = items.of_items(tx, two.id, ["10046"], Aspect.STOCK)
    assert (fact.taken, fact.again_at) == ("", None)


def test_a_catalog_worker_that_was_overtaken_strikes_out_nothing_of_its_successors(two: Two) -> None:
    def facts() -> list[items.ItemRow]:
        with two.house.database.begin() as tx:
            return items.of_items(tx, two.id, ["10045"], Aspect.STOCK)

    later: Any = replace(two.house, clock=Later(two.house.clock))
    stock = ItemStock("10045", "001", Decimal(5))
    with two.house.database.begin() as tx:
        items.save(tx, two.id, [stock], day=date(2026, 11, 26), now=two.house.now())

    def succeed() -> None:
        with turn(later, two.name) as successor, successor.writing(facts()):
            raise Unavailable("the answer was lost")

    with turn(two.house, two.name) as at, pytest.raises(Superseded), at.writing(facts()):  # noqa: PT012
        succeed()
        at.guard()
    [fact] = facts()
    assert fact.again_at is not None
