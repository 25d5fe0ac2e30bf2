"""One token for all workers, renewed before it ends by whoever is first, whatever the others do meanwhile."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from connector.domain.faults import Busy, Unauthorized, Unavailable
from connector.flows import connections as journeys
from connector.flows import tokens
from connector.flows.house import House, known
from connector.records import connections
from connector.records import tokens as rows
from connector.records.connections import SavedConnection
from tests.rig import Rig, copied, until

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR = 3600.0
_numbers = itertools.count(1)
_WAITING = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")


@dataclass(frozen=True)
class Issued:
    """What the token endpoint gave."""

    access_token: str
    issued_at: datetime
    expires_at: datetime


class Office:
    """A clock that is set by hand, and a token endpoint that counts; ``door`` lets requests out."""

    def __init__(self, rig: Rig) -> None:
        self.moment = NOON
        self.life = HOUR
        self.requests = 0
        self.refuses = False
        self.door = threading.Event()
        self.door.set()
        pace = replace(rig.house.pace, token_margin=timedelta(seconds=300))
        self.house: House = replace(rig.house, clock=self, request_token=self._issue, pace=pace)
        self.saved: SavedConnection = _new_connection(rig.house)

    def now(self) -> datetime:
        return self.moment

    def passes(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)

    def current(self) -> tuple[str, int]:
        return tokens.current(self.house, self.saved)

    def other_credentials(self) -> None:
        """Save other credentials; whoever is at work goes on with those it has."""
        self.passes(1)
        journeys.save(self.house, self.saved, by="jo")

    def reads_its_connection(self) -> None:
        """Begin a step, with the connection as it is now."""
        self.saved = known(self.house, self.saved.connection.name)

    def refreshed(self) -> list[str]:
        """Let beat look."""
        return tokens.refresh_due(self.house)

    def _issue(self, asked: SavedConnection) -> Issued:
        if asked.id != self.saved.id:
            raise Unavailable("another test's connection")
        self.requests += 1
        assert self.door.wait(10)
        if self.refuses:
            raise Unauthorized("the keys are not valid")
        return Issued(f"token {self.requests}", self.moment, self.moment + timedelta(seconds=self.life))


def _new_connection(house: House) -> SavedConnection:
    """Save a copy of the rig's connection, which has had no token yet."""
    return copied(house, f"shop-{next(_numbers)}")


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    with Rig(tmp_path_factory.mktemp("tokens")) as made:
        yield made


@pytest.fixture
def office(rig: Rig) -> Office:
    return Office(rig)


def test_a_token_is_requested_once_and_used_while_it_lasts(office: Office):
    first = office.current()
    office.passes(HOUR - 11)
    assert office.current() == first == ("token 1", 1)
    assert office.requests == 1


def test_a_token_that_may_end_on_the_way_is_not_used_any_more(office: Office):
    office.current()
    office.passes(HOUR - 9)
    assert office.current() == ("token 2", 2)


def test_however_many_workers_need_one_a_token_is_requested_once(office: Office):
    office.door.clear()

    def ask(_: int) -> object:
        try:
            return office.current()
        except Busy as busy:
            return busy.retry_after

    with ThreadPoolExecutor(16) as workers:
        answers = workers.map(ask, range(16))
        while office.requests == 0:
            threading.Event().wait(0.01)
        threading.Event().wait(0.5)  # the others come to the lease meanwhile
        office.door.set()
    assert sorted(map(str, answers)) == [str(("token 1", 1)), *[str(timedelta(seconds=1))] * 15]
    assert office.requests == 1


def test_beat_renews_within_the_margin_and_no_earlier(office: Office):
    office.current()
    office.passes(HOUR - 301)
    assert office.refreshed() == []
    office.passes(2)
    assert office.refreshed() == [office.saved.connection.name]
    assert office.refreshed() == []
    assert office.current() == ("token 2", 2)
    assert office.requests == 2


def test_a_short_token_is_renewed_half_way(office: Office):
    office.life = 60
    office.current()
    office.passes(29)
    assert office.refreshed() == []
    office.passes(2)
    assert office.refreshed() == [office.saved.connection.name]


def test_a_renewal_that_fails_leaves_the_old_token_in_use(office: Office):
    office.current()
    office.passes(HOUR - 200)
    office.refuses = True
    assert office.refreshed() == []
    assert office.current() == ("token 1", 1)
    office.refuses = False
    office.passes(61)
    assert office.refreshed() == [office.saved.connection.name]
    assert office.requests == 3


def test_refused_credentials_are_tried_once_a_minute_however_many_orders_wait(office: Office):
    office.refuses = True
    for _ in range(5):
        with pytest.raises(Unauthorized):
            office.current()
    assert office.requests == 1
    office.passes(61)
    office.refuses = False
    assert office.current() == ("token 2", 1)


def test_other_credentials_are_tried_at_once_where_the_old_ones_were_refused(office: Office):
    office.refuses = True
    with pytest.raises(Unauthorized):
        office.current()
    office.refuses = False
    office.other_credentials()
    office.reads_its_connection()
    assert office.current() == ("token 2", 2)


def test_a_worker_that_dies_while_renewing_is_waited_for_no_longer_than_its_lease(office: Office):
    office.current()
    office.passes(HOUR)
    with office.house.database.begin() as tx:
        assert rows.lease(
            tx, office.saved.id, 1, saved_at=office.saved.saved_at, now=office.moment, ttl=timedelta(seconds=30)
        )
    with pytest.raises(Busy):
        office.current()
    office.passes(31)
    assert office.current() == ("token 2", 2)


def test_a_distrusted_token_is_replaced_once(office: Office):
    _, version = office.current()
    for _ in range(3):
        tokens.distrust(office.house, office.saved, version)
    assert office.current() == ("token 2", 2)
    tokens.distrust(office.house, office.saved, version)  # a worker that was slow to hear of it
    assert office.current() == ("token 2", 2)
    assert office.requests == 2


def test_other_credentials_get_a_token_of_their_own(office: Office):
    assert office.current() == ("token 1", 1)
    office.other_credentials()
    with pytest.raises(Busy):
        office.current()
    assert office.requests == 1
    office.reads_its_connection()
    assert office.current() == ("token 2", 3)


def test_a_token_requested_with_the_old_credentials_is_not_kept(office: Office):
    office.door.clear()
    with ThreadPoolExecutor(1) as worker:
        requested = worker.submit(office.current)
        while office.requests == 0:
            threading.Event().wait(0.01)
        office.other_credentials()
        office.door.set()
        assert isinstance(requested.exception(), Busy)
    office.reads_its_connection()
    assert office.current() == ("token 2", 2)


def test_no_first_token_is_requested_with_credentials_that_are_replaced_at_that_moment(office: Office):
    def waits() -> bool:
        with office.house.database.begin() as tx:
            return bool(tx.execute(_WAITING).scalar_one())

    with ThreadPoolExecutor(1) as worker:
        with office.house.database.begin() as tx:
            later = NOON + timedelta(seconds=1)
            rows.drop(tx, connections.save(tx, office.saved.connection, office.saved.sealed, now=later))
            requested = worker.submit(office.current)
            until(lambda: requested.done() or waits())
        assert isinstance(requested.exception(), Busy)
    assert office.requests == 0
    office.reads_its_connection()
    assert office.current() == ("token 1", 1)
