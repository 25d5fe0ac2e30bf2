"""Who may work an order: one run at a time, one holder within it, and a backlog that never starves itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from connector.domain.connection import Booking, Connection
from connector.domain.identity import OrderRef
from connector.domain.plan import Unposting
from connector.domain.progress import OrderState
from connector.records import connections, orders, removal, runs, unposting
from connector.records.database import Database, Tx
from connector.records.orders import OrderRow
from connector.records.runs import QUEUED, Run

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
LEASE, GRACE = timedelta(seconds=180), timedelta(seconds=120)


class Claims:
    """Claims of one connection's orders, at moments told in seconds."""

    def __init__(self, database: Database) -> None:
        self.database = database
        with database.begin() as tx:
            for saved in connections.every(tx):
                removal.end(tx, saved.id)
        self.connection = self.connect("acme")

    def connect(self, name: str) -> int:
        with self.database.begin() as tx:
            shop = Connection(name, "abc", "m3", Booking.FULL, NOW, {}, {})
            return connections.save(tx, shop, b"", now=NOW)

    def find(self, tx: Tx, number: int) -> OrderRow:
        row = orders.find(tx, OrderRef("acme", number))
        assert row is not None
        return row

    def want(self, number: int, connection: int | None = None) -> int:
        with self.database.begin() as tx:
            return orders.want(tx, connection or self.connection, number, now=NOW)

    def claim(self, number: int, *, at: float = 0) -> Run | None:
        order_id, now = self.want(number), NOW + timedelta(seconds=at)
        with self.database.begin() as tx:
            return runs.claim(tx, order_id, now=now, until=now + GRACE)

    def sweep(self, *, at: float) -> list[Run]:
        now = NOW + timedelta(seconds=at)
        with self.database.begin() as tx:
            return runs.claim_due(tx, self.connection, now=now, until=now + GRACE)

    def is_abandoned(self, run: Run, *, at: float) -> bool:
        with self.database.begin() as tx:
            return runs.is_abandoned(tx, run, now=NOW + timedelta(seconds=at))

    def hold(self, run: Run, holder: str, *, at: float) -> bool:
        now = NOW + timedelta(seconds=at)
        with self.database.begin() as tx:
            return runs.hold(tx, run, holder, now=now, lease=LEASE, grace=GRACE) is not None

    def keep(self, run: Run, holder: str, *, at: float) -> bool:
        now = NOW + timedelta(seconds=at)
        with self.database.begin() as tx:
            return runs.keep(tx, run, holder, now=now, lease=LEASE, grace=GRACE)


@pytest.fixture
def claims(server: str) -> Iterator[Claims]:
    database = Database(server)
    yield Claims(database)
    database.close()


def _run(run: Run | None) -> Run:
    assert run is not None
    return run


def test_an_order_has_one_run_at_a_time(claims: Claims):
    assert claims.claim(1) is not None
    assert claims.claim(1, at=1) is None
    assert claims.sweep(at=GRACE.total_seconds() - 1) == []


def test_a_run_has_one_holder_until_its_lease_ends(claims: Claims):
    run = _run(claims.claim(1))
    assert claims.hold(run, "first", at=1)
    assert not claims.hold(run, "second", at=2)
    assert claims.keep(run, "first", at=100)
    assert not claims.hold(run, "second", at=200)
    assert claims.hold(run, "second", at=281)
    assert not claims.keep(run, "first", at=282)


def test_a_holder_that_was_slow_goes_on_where_nobody_took_over(claims: Claims):
    run = _run(claims.claim(1))
    assert claims.hold(run, "first", at=1)
    assert claims.keep(run, "first", at=1000)
    assert not claims.hold(run, "second", at=1001)


def test_a_run_is_abandoned_only_where_nobody_holds_it(claims: Claims):
    run = _run(claims.claim(1))
    assert claims.is_abandoned(run, at=0)
    assert claims.hold(run, "first", at=1)
    assert not claims.is_abandoned(run, at=2)
    assert claims.is_abandoned(run, at=1000)
    with claims.database.begin() as tx:
        runs.finish(tx, run, values={})
    assert not claims.is_abandoned(run, at=1001)


@pytest.mark.parametrize(("asked_meanwhile", "at_once"), [(True, 1), (False, 0)])
def test_what_is_asked_for_while_a_run_works_waits_for_nothing(claims: Claims, asked_meanwhile: bool, at_once: int):
    run = _run(claims.claim(1))
    with claims.database.begin() as tx:
        orders.write(tx, claims.find(tx, 1).id, covered=1)
    if asked_meanwhile:
        claims.want(1)
    with claims.database.begin() as tx:
        runs.finish(tx, run, values={"not_before": orders.unless_asked(NOW + timedelta(minutes=15))})
    assert len(claims.sweep(at=1)) == at_once


def test_a_run_that_never_came_to_a_worker_is_dispatched_again(claims: Claims):
    lost = _run(claims.claim(1))
    [again] = claims.sweep(at=121)
    assert again.token != lost.token
    assert claims.hold(again, "worker", at=122)


def test_a_run_that_only_stood_in_a_long_queue_takes_its_place_back(claims: Claims):
    slow = _run(claims.claim(1))
    [instead] = claims.sweep(at=121)
    assert claims.hold(slow, "worker", at=122)
    assert not claims.hold(instead, "other", at=123)
    assert claims.keep(slow, "worker", at=124)


def test_a_run_whose_successor_has_begun_is_over(claims: Claims):
    slow = _run(claims.claim(1))
    [instead] = claims.sweep(at=121)
    assert claims.hold(instead, "worker", at=122)
    assert not claims.hold(slow, "late", at=1000)


def test_a_run_that_was_put_aside_is_over_though_its_successor_has_not_come_to_a_worker(claims: Claims):
    failed = _run(claims.claim(1))
    assert claims.hold(failed, "worker", at=1)
    with claims.database.begin() as tx:
        runs.finish(tx, failed, values={"not_before": NOW + timedelta(seconds=2)})
    [instead] = claims.sweep(at=3)
    assert not claims.hold(failed, "its next step", at=4)
    assert claims.hold(instead, "worker", at=5)


def test_a_finished_order_is_no_longer_worked_by_an_old_message(claims: Claims):
    run = _run(claims.claim(1))
    assert claims.hold(run, "worker", at=1)
    with claims.database.begin() as tx:
        runs.finish(tx, run, values={"covered": 1})
    assert not claims.hold(run, "redelivered", at=2)
    assert claims.sweep(at=1000) == []


def test_a_backlog_waits_in_the_database_and_is_let_out_as_room_comes(claims: Claims):
    for number in range(1, QUEUED + 11):
        claims.want(number)
    first = claims.sweep(at=0)
    assert len(first) == QUEUED
    assert claims.sweep(at=1) == []
    assert claims.claim(10_000, at=1) is None
    with claims.database.begin() as tx:
        runs.finish(tx, first[0], values={"covered": 1})
    assert [run.ref for run in claims.sweep(at=2)] == [OrderRef("acme", QUEUED + 1)]


def test_another_is_let_out_for_each_order_that_a_worker_has_in_hand(claims: Claims):
    for number in range(1, 2 * QUEUED + 1):
        claims.want(number)
    first = claims.sweep(at=0)
    assert claims.hold(first[0], "worker", at=1)
    assert claims.hold(first[1], "other worker", at=1)
    assert len(claims.sweep(at=2)) == 2
    assert claims.sweep(at=3) == []


def test_a_run_that_rests_gives_its_place_to_another_and_is_still_nobody_elses(claims: Claims):
    for number in range(1, QUEUED + 3):
        claims.want(number)
    first = claims.sweep(at=0)
    with claims.database.begin() as tx:
        runs.rest(tx, first[0], until=NOW + timedelta(seconds=5))
    assert [run.ref for run in claims.sweep(at=1)] == [OrderRef("acme", QUEUED + 1)]
    assert claims.claim(first[0].ref.order, at=1) is None
    assert claims.sweep(at=6) == []
    assert claims.hold(first[0], "worker", at=6)


def test_one_connections_backlog_takes_no_room_from_another(claims: Claims):
    for number in range(1, QUEUED + 11):
        claims.want(number)
    claims.sweep(at=0)
    order_id = claims.want(1, claims.connect("beta"))
    with claims.database.begin() as tx:
        run = runs.claim(tx, order_id, now=NOW, until=NOW + GRACE)
    assert _run(run).ref == OrderRef("beta", 1)


def test_an_unposting_of_an_order_at_work_waits_for_its_end_and_is_asked_for_once(claims: Claims):
    run = _run(claims.claim(1))
    assert claims.hold(run, "worker", at=1)
    with claims.database.begin() as tx:
        orders.write(tx, claims.find(tx, 1).id, covered=1)
        assert unposting.unpost(tx, claims.find(tx, 1).id, by="operator:jo", now=NOW)
        assert not unposting.unpost(tx, claims.find(tx, 1).id, by="operator:bo", now=NOW)
        row = claims.find(tx, 1)
    assert claims.keep(run, "worker", at=2)
    assert (row.wanted, row.covered, row.unposting) == (2, 1, Unposting("operator:jo", NOW))
    with claims.database.begin() as tx:
        runs.finish(tx, run, values={})
    assert [again.ref.order for again in claims.sweep(at=3)] == [1]


def test_an_idle_order_is_unposted_on_what_is_known_of_it_and_let_back_only_when_it_is_out(claims: Claims):
    order_id = claims.want(1)
    with claims.database.begin() as tx:
        orders.write(tx, order_id, covered=1)
        assert unposting.unpost(tx, order_id, by="operator:jo", now=NOW)
        assert not unposting.post_again(tx, order_id, now=NOW)
        assert claims.find(tx, 1).wanted == 1
    run = _run(claims.sweep(at=1)[0])
    with claims.database.begin() as tx:
        runs.finish(tx, run, values={"state": OrderState.LEFT_OUT.value})
        assert unposting.post_again(tx, order_id, now=NOW)
        assert not unposting.post_again(tx, order_id, now=NOW)
        assert claims.find(tx, 1).unposting == Unposting("operator:jo", NOW, NOW)
