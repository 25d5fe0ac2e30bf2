"""Statements of their own and transactions, one after the other on the same connection to a real PostgreSQL."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path

import pytest
from sqlalchemy import text

from connector.domain.faults import Misconfigured, Unavailable
from connector.embedded import PostgreSQL
from connector.records.database import Database, Tx

ADD = text("INSERT INTO kept VALUES (1)")
CHANGE = text("UPDATE kept SET number = number WHERE number = :number")
TAKES_NOTHING = text("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY")
END_MYSELF = text("SELECT pg_terminate_backend(pg_backend_pid())")
LAST_ASKED = text("SELECT pid, query FROM pg_stat_activity WHERE query LIKE 'INSERT INTO kept%' AND state = 'idle'")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("database")
    postgres = PostgreSQL(folder, fast=True)
    postgres.start()
    yield postgres.url
    postgres.discard()


@pytest.fixture
def another(server: str) -> Iterator[Database]:
    with closing(Database(server, pool_size=1)) as opened:
        yield opened


@pytest.fixture
def database(server: str) -> Iterator[Database]:
    with closing(Database(server, pool_size=1)) as opened:
        with opened.begin() as tx:
            tx.execute(text("DROP TABLE IF EXISTS kept"))
            tx.execute(text("CREATE TABLE kept (number int)"))
        yield opened


def count(database: Database) -> int:
    with database.begin() as tx:
        return int(tx.execute(text("SELECT count(*) FROM kept")).scalar_one())


def refuse(database: Database) -> None:
    with database.alone() as tx:
        tx.execute(text("SELECT nothing FROM nowhere"))


def stall(database: Database) -> None:
    with database.begin() as tx:
        tx.execute(text("SET LOCAL statement_timeout = 50"))
        tx.execute(text("SELECT pg_sleep(5)"))


def assert_rolls_back(database: Database) -> None:
    def add_and_fail(tx: Tx) -> None:
        tx.execute(ADD)
        raise KeyError

    before = count(database)
    with suppress(KeyError), database.begin() as tx:
        add_and_fail(tx)
    assert count(database) == before


def test_a_statement_alone_is_kept_though_what_follows_fails(database: Database, another: Database) -> None:
    with suppress(KeyError), database.alone() as tx:
        tx.execute(ADD)
        assert count(another) == 1
        raise KeyError
    assert count(another) == 1


def test_a_statement_alone_is_all_that_postgresql_is_asked_for(database: Database, another: Database) -> None:
    for _ in range(2):
        with database.alone() as tx:
            tx.execute(ADD)
    with another.begin() as tx:
        assert len(tx.execute(LAST_ASKED).all()) == 1


def test_a_transaction_after_a_statement_alone_is_whole(database: Database) -> None:
    with database.alone() as tx:
        tx.execute(ADD)
    assert_rolls_back(database)


def test_a_transaction_after_a_statement_that_was_refused_is_whole(database: Database) -> None:
    with pytest.raises(Misconfigured):
        refuse(database)
    assert_rolls_back(database)


def test_a_connection_that_ended_amid_a_statement_is_replaced(database: Database) -> None:
    with pytest.raises(Unavailable), database.alone() as tx:
        tx.execute(END_MYSELF)
    assert_rolls_back(database)


def test_a_connection_to_a_server_that_takes_no_changes_any_more_is_replaced(database: Database) -> None:
    with database.begin() as tx:
        tx.execute(TAKES_NOTHING)
    with pytest.raises(Unavailable, match="takes no changes"), database.begin() as tx:
        tx.execute(ADD)
    assert count(database) == 0
    with database.alone() as tx:
        tx.execute(ADD)
    assert count(database) == 1


def test_a_server_that_vanished_without_a_word_is_given_up_within_a_minute(database: Database) -> None:
    with database.begin() as tx:
        driver = tx.connection.driver_connection
        assert driver is not None
        with socket.socket(fileno=os.dup(driver.fileno())) as wire:
            idle, every, times, unheard = (
                wire.getsockopt(socket.IPPROTO_TCP, option)
                for option in (
                    socket.TCP_KEEPIDLE,
                    socket.TCP_KEEPINTVL,
                    socket.TCP_KEEPCNT,
                    socket.TCP_USER_TIMEOUT,
                )
            )
            assert wire.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
    assert idle + every * times <= 60
    assert 0 < unheard <= 60_000


def test_a_statement_that_takes_too_long_is_told_as_that(database: Database) -> None:
    with pytest.raises(Unavailable, match="stopped a statement that took too long"):
        stall(database)


def test_transactions_that_wait_for_each_other_are_told_as_that(database: Database, another: Database) -> None:
    both = threading.Barrier(2)
    with database.begin() as tx:
        tx.execute(text("INSERT INTO kept VALUES (1), (2)"))

    def change(where: Database, *numbers: int) -> str:
        try:
            with where.begin() as tx:
                tx.execute(CHANGE, {"number": numbers[0]})
                both.wait()
                tx.execute(CHANGE, {"number": numbers[1]})
        except Unavailable as fault:
            return fault.what
        return "done"

    with ThreadPoolExecutor(2) as threads:
        ends = [threads.submit(change, database, 1, 2), threads.submit(change, another, 2, 1)]
        told = sorted(end.result() for end in ends)
    assert told == ["done", "the database ended one of two transactions that waited for each other"]
