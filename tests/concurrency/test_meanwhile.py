"""What somebody changes while orders are at work reaches them, and neither side locks the other out."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from connector.domain.connection import Place
from connector.domain.faults import Busy, CannotOpen, Misconfigured, Superseded, Throttled, Unavailable, Unknown
from connector.domain.identity import OrderRef
from connector.domain.item import Aspect, ItemState, ItemStock
from connector.domain.order import Snapshot
from connector.domain.period import AccountingPeriod
from connector.domain.progress import OrderState
from connector.domain.reconciliation import Difference
from connector.flows import (
    backfill,
    catalog,
    connections,
    customers,
    golive,
    orders,
    periods,
    postings,
    reconciliation,
    removal,
    search,
    settling,
)
from connector.flows.house import known
from connector.flows.turn import turn
from connector.ports import Clock, OrderHead, RefundHead, Store
from connector.records import connections as saved_connections
from connector.records import deliveries, items, messages, runs
from connector.records import orders as rows
from connector.records import postings as saved_postings
from connector.records import removal as removed
from connector.records.connections import SavedConnection
from connector.records.runs import Run
from tasks import app as workshop
from tasks import postings as steps
from tests.rig import NAME, Rig, copied, until

_numbers = itertools.count(1)
_WAITING = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
EARLY = datetime(2025, 12, 20, 12, tzinfo=UTC)
START, EARLIER = datetime(2026, 1, 1, tzinfo=UTC), datetime(2025, 12, 1, tzinfo=UTC)
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
        saved = copied(self.house, self.name)
        self.id, self.was = saved.id, saved.connection

    def order(self, **words: Any) -> tuple[int, Run]:
        """Place an order and claim it."""
        number = self.rig.sandbox.store.place_orders(1, **words)[0]
        now = self.house.now()
        with self.house.database.begin() as tx:
            order_id = rows.want(tx, self.id, number, now=now)
            run = runs.claim(tx, order_id, now=now, until=now + self.house.pace.run_grace)
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

    def heard_of(self, number: int) -> rows.OrderRow | None:
        with self.house.database.begin() as tx:
            return rows.find(tx, OrderRef(self.name, number))

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


class Away:
    """An ERP that is away."""

    def ledger(self, *_: object) -> list[object]:
        raise Unavailable("maintenance")


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


@dataclass
class Paged:
    """A store whose list of orders takes a while, or that of its refunds."""

    store: Store
    meanwhile: Callable[[], object]
    within: str

    def orders_modified(self, since: datetime, until: datetime | None = None) -> Iterator[OrderHead]:
        return self._told("orders", self.store.orders_modified(since, until))

    def refunds_created(self, since: datetime) -> Iterator[RefundHead]:
        return self._told("refunds", self.store.refunds_created(since))

    def _told(self, what: str, rows: Iterable[Any]) -> Iterator[Any]:
        yield from rows
        if what == self.within:
            self.meanwhile()


@dataclass
class Stalling:
    """An ERP; who makes a customer there stands still right before."""

    erp: Any
    meanwhile: Callable[[], object]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.erp, name)

    def post_customer(self, *words: Any, **named: Any) -> Any:
        self.meanwhile()
        return self.erp.post_customer(*words, **named)


@dataclass
class Asked:
    """An ERP that answers an inquiry late."""

    erp: Any
    meanwhile: Callable[[], object]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.erp, name)

    def find_document(self, *words: Any, **named: Any) -> Any:
        found = self.erp.find_document(*words, **named)
        self.meanwhile()
        return found


@dataclass
class Reading:
    """An ERP whose ledger is read for a while."""

    erp: Any
    meanwhile: Callable[[], object]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.erp, name)

    def ledger(self, *words: Any) -> Any:
        self.meanwhile()
        return self.erp.ledger(*words)


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
    minutes: int = 10

    def now(self) -> datetime:
        return self.clock.now() + timedelta(minutes=self.minutes)


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
        runs.hold(tx, run, "worker", now=now, lease=lease, grace=lease)
    orders.park(two.house, run, Busy("another worker holds it"))
    with two.house.database.begin() as tx:
        assert runs.keep(tx, run, "worker", now=now, lease=lease, grace=lease)
        runs.let_go(tx, run, "worker", run_until=now)
    assert two.row(order_id).failures == 0
    orders.park(two.house, run, Busy("another worker holds it"))
    assert two.row(order_id).failures == 1


def test_of_a_call_that_failed_nothing_is_taken_for_what_the_store_has(two: Two) -> None:
    stock = ItemStock("10046", "001", Decimal(5))
    with two.house.database.begin() as tx:
        items.save(tx, two.id, [stock], day=date(2026, 11, 26), now=two.house.now())
        [fact] = items.of_items(tx, two.id, ["10046"], Aspect.STOCK)
        items.settle(tx, [items.FactEnd(fact, ItemState.PUBLISHED, sent="five")], now=two.house.now())
        items.review(tx, two.id, ["10046"], Aspect.STOCK)
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


def goes_live(two: Two) -> object:
    return golive.go_live(two.house, two.name, EARLIER, require_approved=None, by="jo")


def is_saved_anew(two: Two) -> None:
    saved = known(two.house, two.name)
    earlier = replace(saved.connection, start_from=EARLIER)
    connections.save(two.house, replace(saved, connection=earlier), by="jo")


@pytest.mark.parametrize("begins_earlier", [goes_live, is_saved_anew])
@pytest.mark.parametrize("within", ["orders", "refunds"])
def test_a_start_that_moves_back_while_the_store_is_polled_leaves_no_order_unread(
    two: Two, within: str, begins_earlier: Callable[[Two], object]
) -> None:
    two.imports()
    [early] = two.rig.sandbox.store.place_orders(1, created=EARLY)
    two.rig.sandbox.store.place_orders(1)
    backfill.poll(two.house, two.name)
    assert two.heard_of(early) is None
    slow: Any = replace(
        two.house, store=lambda saved: Paged(two.house.store(saved), lambda: begins_earlier(two), within)
    )
    with pytest.raises(Busy, match="posting begins elsewhere"):
        backfill.poll(slow, two.name)
    backfill.poll(two.house, two.name)
    assert two.heard_of(early) is not None


def moved(two: Two, *, tenant: str = "ACME_TST", **changes: str) -> SavedConnection:
    """Give the connection as another file says it: of another tenant, or with other settings of its company."""
    saved = known(two.house, two.name)
    credentials = connections.open_credentials(two.house.vault, saved)
    erp = replace(credentials.erp, document={**credentials.erp.document, "ti": tenant})
    sealed = connections.seal(two.house.vault, two.name, replace(credentials, erp=erp))
    company = {**saved.connection.company, **changes}
    return replace(saved, connection=replace(saved.connection, company=company), sealed=sealed)


def copied_anew(two: Two) -> None:
    """Add the connection as if it had never been."""
    connections.save(two.house, replace(known(two.house, NAME), connection=two.was), by="jo")


@pytest.mark.parametrize(
    ("elsewhere", "told"),
    [
        ({"company": "200"}, "infor.company would change from 100 to 200"),
        ({"division": "BBB"}, "infor.division would change from AAA to BBB"),
        ({"tenant": "ACME_PRD"}, "tenant of the .ionapi file would change from ACME_TST to ACME_PRD"),
    ],
)
def test_a_connection_leaves_nothing_behind_in_another_company(
    two: Two, elsewhere: dict[str, str], told: str
) -> None:
    two.imports()
    _, run = two.order(customer=0)
    orders.pull(two.house, run)
    connections.save(two.house, moved(two, warehouse="002"), by="jo")
    before = known(two.house, two.name)
    assert postings.post_sale(two.house, run) == 0
    [again] = orders.settle(two.house, run)
    orders.pull(two.house, again)
    postings.post_sale(two.house, again)
    with pytest.raises(Misconfigured, match=rf"{told}, but .* 1 are booked there or may be \(1 under way\)"):
        connections.save(two.house, moved(two, **elsewhere), by="jo")
    assert known(two.house, two.name) == before


def test_what_is_under_way_is_looked_for_where_it_went(two: Two) -> None:
    two.imports()
    house: Any = replace(
        two.house, place=lambda saved: Place({}, {"infor.gl": saved.connection.company["warehouse"]})
    )
    connections.save(house, moved(two, warehouse="002"), by="jo")
    _, run = two.order(customer=0)
    orders.pull(house, run)
    postings.post_sale(house, run)
    with pytest.raises(Misconfigured, match=r"infor\.gl would change from 002 to 001, but .* 1 are under way"):
        connections.save(house, moved(two, warehouse="001"), by="jo")


def test_a_name_is_one_stores_for_ever(two: Two) -> None:
    saved = known(two.house, two.name)
    connections.save(two.house, saved, by="jo")
    removal.remove(two.house, two.name, by="jo")
    connections.check_name(two.house, saved.connection)
    with pytest.raises(Misconfigured, match=f"{two.name} was the connection of store {saved.connection.store_hash}"):
        connections.check_name(two.house, replace(saved.connection, store_hash="fghij67890"))


def test_a_removal_that_was_cut_off_leaves_nothing_to_be_seen_and_is_ended_by_another(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    two.imports()
    _, run = two.order(customer=0)
    orders.pull(two.house, run)
    for _ in range(3):
        two.order()
    monkeypatch.setattr(removal, "_PORTION", 1)

    def cut_off(table: str, _: int) -> None:
        if table == "orders":
            raise Unavailable("the database went away")

    with pytest.raises(Unavailable):
        removal.remove(two.house, two.name, by="jo", told=cut_off)
    assert two.name not in [one.connection for one in search.find(two.house, str(run.ref.order))]
    assert two.name not in [one.connection.name for one in connections.every(two.house)]
    assert (removal.cut_off(two.house), two.swept()) == ([two.name], set())
    with pytest.raises(Unknown):
        postings.post_sale(two.house, run)
    with pytest.raises(Misconfigured, match=f"`ml-connector connection remove {two.name}` end first"):
        copied_anew(two)

    told: list[tuple[str, int]] = []
    removal.remove(two.house, two.name, by="jo", told=lambda *some: told.append(some))
    assert ("orders", 3) in told
    assert removal.cut_off(two.house) == []
    copied_anew(two)
    assert two.heard_of(run.ref.order) is None


def test_what_a_removed_connection_sent_by_message_is_not_sent_again_by_the_next_of_its_name(two: Two) -> None:
    two.imports()
    _, run = two.order(customer=0)
    orders.pull(two.house, run)
    with two.house.database.begin() as tx:
        messages.sending(tx, two.id, "BC1", 1, reference=f"BC-{run.ref.order}", now=two.house.now())
    removal.remove(two.house, two.name, by="jo")
    with pytest.raises(Misconfigured, match=f"{two.name} was removed, and had sent orders up to .* by message"):
        copied_anew(two)
    elsewhere = replace(two.was, company={**two.was.company, "company": "200"})
    connections.save(two.house, replace(known(two.house, NAME), connection=elsewhere), by="jo")
    removal.remove(two.house, two.name, by="jo")
    two.was = replace(two.was, start_from=two.house.now())
    copied_anew(two)
    two.imports()
    with pytest.raises(Misconfigured, match=f"{two.name} was removed"):
        golive.go_live(two.house, two.name, EARLIER, require_approved=None, by="jo")


def test_what_a_worker_has_in_hand_is_not_sent_to_a_company_that_is_its_connections_no_more(two: Two) -> None:
    two.imports()
    house: Any = two.house
    order_id, run = two.order(customer=0)
    orders.pull(house, run)
    sent = two.rig.sandbox.dial.counts()["m3 OIS100MI/AddBatchHead"]

    def move() -> None:
        connections.save(house, moved(two, division="BBB"), by="jo")

    slow = replace(house, erp=lambda saved: Asked(house.erp(saved), move))
    with pytest.raises(Busy, match="was changed meanwhile"):
        postings.post_sale(slow, run)
    assert two.rig.sandbox.dial.counts()["m3 OIS100MI/AddBatchHead"] == sent
    assert postings.post_sale(house, run) == 0
    [again] = orders.settle(house, run)
    assert again.ref == run.ref
    assert two.row(order_id).state is OrderState.OPEN


def test_a_shorter_cadence_takes_hold_at_once(two: Two) -> None:
    assert two.name in backfill.due(two.house)
    assert two.name not in backfill.due(two.house)
    saved = known(two.house, two.name)
    often = replace(saved.connection, cadence={**saved.connection.cadence, "orders": timedelta(seconds=4)})
    connections.save(two.house, replace(saved, connection=often), by="jo")
    assert two.name in backfill.due(two.house)
    assert two.name not in backfill.due(two.house)


def test_a_broker_that_goes_away_between_two_steps_is_no_fault_of_the_order(two: Two) -> None:
    two.imports()
    order_id, run = two.order(customer=0)
    orders.pull(two.house, run)
    workshop.house.cache_clear()
    two.rig.valkey.stop()
    try:
        told = {"connection": two.name, "order": run.ref.order, "run": run.token}
        steps.post_refunds.apply(kwargs=told)
    finally:
        two.rig.valkey.start()
    row = two.row(order_id)
    assert (row.failures, row.fault_code) == (0, "")
    later: Any = replace(two.house, clock=Later(two.house.clock))
    assert run.ref in {one.ref for one in orders.claim_due(later)}


def test_orders_wait_no_longer_for_what_a_connection_is_saved_with_anew(two: Two) -> None:
    _, idle = two.idle()
    is_saved_anew(two)
    assert two.swept() == {idle.ref}


def test_nothing_is_sent_that_was_planned_before_approvals_were_asked_for(two: Two) -> None:
    two.imports()
    order_id, run = two.order(customer=0)
    orders.pull(two.house, run)
    golive.go_live(two.house, two.name, START, require_approved=True, by="jo")
    assert postings.post_sale(two.house, run) == 0
    assert postings.post_payments(two.house, run) == 0
    [again] = orders.settle(two.house, run)
    orders.pull(two.house, again)
    orders.settle(two.house, again)
    row = two.row(order_id)
    assert (row.state, row.fault_code) == (OrderState.HELD, "not_approved")


def test_what_is_booked_while_the_ledger_is_read_is_not_called_strange(two: Two) -> None:
    two.imports()
    house: Any = two.house
    _, run = two.order(customer=0)
    orders.pull(house, run)
    postings.post_sale(house, run)

    def book() -> None:
        postings.post_payments(house, run)
        until(lambda: f"BC-{run.ref.order}" in two.rig.m3.balances_by_reference())

    slow = replace(house, erp=lambda saved: Reading(house.erp(saved), book))
    day = reconciliation.today(house, two.name)
    found = reconciliation.reconcile(slow, two.name, day - timedelta(days=3), day)
    mine = {one.difference for one in found.discrepancies if one.order == run.ref.order}
    assert Difference.UNKNOWN not in mine
    assert Difference.UNCERTAIN in mine


def test_days_that_an_outage_kept_from_being_reconciled_are_due_within_the_hour(two: Two) -> None:
    house: Any = two.house
    hours = {hour: replace(house, clock=Later(house.clock, 60 * hour + 1)) for hour in (0, 1, 2, 24)}
    two.imports()
    assert two.name in reconciliation.due(hours[0])
    with pytest.raises(Unavailable):
        reconciliation.catch_up(replace(hours[0], erp=lambda _: Away()), two.name)
    assert two.name not in reconciliation.due(hours[0])
    assert two.name in reconciliation.due(hours[1])
    reconciliation.catch_up(hours[1], two.name)
    assert two.name not in reconciliation.due(hours[2])
    assert two.name not in reconciliation.due(hours[24])
    assert two.name in reconciliation.due(replace(house, clock=Later(house.clock, 60 * 25 + 2)))


def test_a_profile_that_was_written_upon_an_older_one_replaces_nothing(two: Two) -> None:
    two.imports()
    with pytest.raises(Misconfigured, match="somebody saved version 1 meanwhile"):
        connections.import_profile(two.house, two.name, two.rig.profile(), by="jo", upon=0)
    with two.house.database.begin() as tx:
        assert [one.version for one in saved_connections.profiles_of(tx, two.id, 9)] == [1]
    assert connections.import_profile(two.house, two.name, two.rig.profile(), by="jo", upon=1) == (2, 0)


def test_what_a_person_says_of_a_paused_connections_order_is_refused_with_what_to_do(two: Two) -> None:
    two.imports()
    order_id, run = two.order(customer=0)
    orders.pull(two.house, run)
    with two.house.database.begin() as tx:
        [sale, *_] = saved_postings.of_order(tx, order_id)
    connections.pause(two.house, two.name, paused=True, by="jo")
    with (
        pytest.raises(Misconfigured, match=f"{two.name} is paused: `ml-connector connection resume"),
        settling.at_hand(two.house, sale),
    ):
        pass


def test_a_database_that_takes_no_changes_is_not_said_to_be_ready(two: Two) -> None:
    def check(*settings: str) -> None:
        with two.house.database.begin() as tx:
            for setting in settings:
                tx.execute(text(setting))
            deliveries.check(tx)

    check()
    with pytest.raises(Unavailable, match="takes no changes"):
        check("SET TRANSACTION READ ONLY")


def test_a_worker_that_stalled_over_a_buyer_makes_no_second_customer_of_whom_another_order_made(two: Two) -> None:
    two.imports()
    house: Any = two.house
    _, first = two.order(customer=4711)
    _, second = two.order(customer=4711)

    def other() -> None:
        for minutes in (10, 20):  # the quiet period lies between
            assert customers.align(replace(house, clock=Later(house.clock, minutes)), second) == minutes // 20

    before = len(two.rig.sandbox.infor.state()["customers"])
    for run in (first, second):
        orders.pull(house, run)
    with pytest.raises(Busy, match="another order makes the customer"):
        customers.align(replace(house, erp=lambda saved: Stalling(house.erp(saved), other)), first)
    assert len(two.rig.sandbox.infor.state()["customers"]) == before + 1
    assert customers.align(house, first) == 0


def test_a_connection_whose_key_is_lost_keeps_no_others_catalog_from_its_turn(two: Two) -> None:
    two.imports()
    owner = known(two.house, two.name)
    with two.house.database.begin() as tx:
        saved_connections.save(tx, owner.connection, b"of a lost key", now=owner.saved_at)
    assert {NAME, two.name} <= set(catalog.due(two.house))
    with pytest.raises(CannotOpen):
        catalog.ring(two.house, two.name)
    with two.house.database.begin() as tx:
        removed.end(tx, two.id)
