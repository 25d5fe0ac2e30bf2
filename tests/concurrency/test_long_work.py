"""Work that is too much for one sitting goes on where it was stopped, and is seen to be late."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from sqlalchemy import text

from connector.domain.connection import Booking, Connection
from connector.domain.faults import Unavailable
from connector.domain.gauge import Gauge
from connector.flows import backfill, gauges, retention
from connector.flows.house import House, Pace
from connector.ports import OrderHead, RefundHead
from connector.records import connections
from connector.records.database import Database

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
BEGAN = NOON - timedelta(days=2)
SAVED = NOON - timedelta(hours=2)
MINUTE = timedelta(minutes=1)
BATCH = 250


@dataclass
class Store:
    """A store that changed an order each minute, and falls silent after so many."""

    tells: int
    since: datetime = BEGAN
    asked: list[tuple[str, datetime]] = field(default_factory=list)

    def orders_modified(self, since: datetime, until: datetime | None) -> Iterator[OrderHead]:
        assert until is None
        self.asked.append(("orders", since))
        for number in range(self.tells):
            yield OrderHead(number, self.since + number * MINUTE, "")
        if self.tells > BATCH:
            raise Unavailable("the store fell silent")

    def refunds_created(self, since: datetime) -> Iterator[RefundHead]:
        self.asked.append(("refunds", since))
        return iter(())


@dataclass
class Noon:
    """A clock that stands."""

    def now(self) -> datetime:
        return NOON


@pytest.fixture
def house(server: str) -> Iterator[House]:
    database = Database(server)
    nothing = cast("Any", None)
    day = timedelta(days=1)
    pace = Pace(day, day, day, day, day, day, day, day)
    with database.begin() as tx:
        tx.execute(text("TRUNCATE connections, exchanges RESTART IDENTITY CASCADE"))
        connections.save(tx, Connection("acme", "abc", "m3", Booking.FULL, BEGAN, {}, {}), b"", now=SAVED)
    parts = dict.fromkeys(House.__dataclass_fields__, nothing)
    yield House(**parts | {"pace": pace, "clock": Noon(), "database": database})
    database.close()


def polled(house: House, store: Store) -> list[tuple[str, datetime]]:
    with_store = replace(house, store=cast("Any", lambda _: store))
    if store.tells > BATCH:
        with pytest.raises(Unavailable):
            backfill.poll(with_store, "acme")
    else:
        backfill.poll(with_store, "acme")
    return store.asked


def age(house: House) -> list[Gauge]:
    return [gauge for gauge in gauges.read(house) if gauge.name == "ml_connector_poll_age_seconds"]


def test_a_poll_that_was_cut_off_goes_on_where_it_came_to(house: House) -> None:
    assert backfill.due(house) == ["acme"]
    assert age(house) == [Gauge("ml_connector_poll_age_seconds", ("acme", "orders"), 2 * 3600.0)]
    assert polled(house, Store(BATCH + 1)) == [("orders", BEGAN)]
    came = BEGAN + (BATCH - 1) * MINUTE - backfill.OVERLAP
    assert polled(house, Store(10)) == [("orders", came), ("refunds", BEGAN)]
    mark = NOON - backfill.OVERLAP
    assert polled(house, Store(0)) == [("orders", mark), ("refunds", mark)]
    assert age(house) == [Gauge("ml_connector_poll_age_seconds", ("acme", "orders"), 0.0)]


@pytest.mark.parametrize("tells", [20, BATCH + 1])
def test_what_changed_while_a_long_poll_was_reading_is_read_by_the_next(house: House, tells: int) -> None:
    polled(house, Store(tells, since=NOON))
    [orders, *_] = polled(house, Store(0))
    assert orders == ("orders", NOON - backfill.OVERLAP)


MANY_CALLS = text(
    "INSERT INTO exchanges (connection, step, system, call, effect, outcome, seconds, request_id, sealed, started_at)"
    " SELECT 'acme', '', '', '', '', '', 0, '', 'who', CAST(:began AS timestamptz) - interval '10 days' + number"
    " * interval '1 second' FROM generate_series(1, :many) AS number"
)
TOO_LONG = """
    CREATE FUNCTION too_long() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'too long' USING ERRCODE = 'query_canceled'; END $$;
    CREATE TRIGGER too_long BEFORE UPDATE ON exchanges FOR EACH ROW WHEN (OLD.id % 7000 = 0)
        EXECUTE FUNCTION too_long()
"""


def test_what_was_forgotten_before_the_database_stopped_it_stays_forgotten(house: House) -> None:
    with house.database.begin() as tx:
        tx.execute(MANY_CALLS, {"began": BEGAN, "many": 7000})
        tx.execute(text(TOO_LONG))
    with pytest.raises(Unavailable):
        retention.forget(house)
    with house.database.begin() as tx:
        tx.execute(text("DROP FUNCTION too_long CASCADE"))
    assert retention.forget(house)["exchanges"] == 2000
