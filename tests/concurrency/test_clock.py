"""Workers on machines whose clocks are wrong: they share PostgreSQL's time, and go on counting while it is away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from freezegun import freeze_time

from connector.bootstrap import SharedClock, build_house
from connector.embedded import PostgreSQL
from connector.records.database import Database
from connector.settings import load_settings

NEARLY = timedelta(seconds=5)


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgreSQL]:
    postgres = PostgreSQL(tmp_path_factory.mktemp("clock"), fast=True).start()
    yield postgres
    postgres.discard()


@pytest.fixture
def database(server: PostgreSQL) -> Iterator[Database]:
    made = Database(server.url)
    yield made
    made.close()


def wrong_by(seconds: float) -> freeze_time:
    """A machine whose clock is off, and goes on."""
    return freeze_time(datetime.now(UTC) + timedelta(seconds=seconds), tick=True, ignore=["connector.records"])


@pytest.mark.parametrize("off", [90, -90])
def test_a_machines_wrong_clock_counts_for_nothing(
    server: PostgreSQL, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, off: float
) -> None:
    monkeypatch.setenv("ML_CONNECTOR_HOME", str(tmp_path))
    house = build_house(load_settings().on(database_url=server.url, redis_url="redis://127.0.0.1:1/0"))
    true = datetime.now(UTC)
    with wrong_by(off):
        assert abs(datetime.now(UTC) - true - timedelta(seconds=off)) < NEARLY
        assert abs(house.now() - true) < NEARLY
    house.database.close()


def test_time_goes_on_while_the_database_is_away(server: PostgreSQL, database: Database) -> None:
    clock = SharedClock(database)
    before = clock.now()
    server.kill()
    clock._look_at = 0.0  # as a minute later
    after = clock.now()
    assert timedelta(0) < after - before < NEARLY


def test_without_a_database_the_machines_clock_is_better_than_none(server: PostgreSQL, database: Database) -> None:
    server.kill()
    assert abs(SharedClock(database).now() - datetime.now(UTC)) < NEARLY
