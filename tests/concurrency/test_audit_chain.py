"""The trail's chain in a real database: one order of entries, whoever writes them at once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import text

from connector.domain import audit
from connector.domain.audit import NOTHING, Head, Link, Verification
from connector.records import migrate, trail
from connector.records.database import Database

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def database(server: str) -> Iterator[Database]:
    with closing(Database(server, pool_size=8)) as opened:
        with opened.begin() as tx:
            tx.execute(text("TRUNCATE audit, audit_heads"))
        yield opened


def write(database: Database, *names: str, times: int = 1) -> None:
    for number in range(times):
        with database.begin() as tx:
            for name in names:
                trail.note(
                    tx,
                    name,
                    at=NOW + timedelta(seconds=number),
                    actor="worker",
                    action="planned",
                    subject=f"order {number}",
                    order=number,
                    detail={"postings": [f"{name}:sale:{number}:1"], "profile": 1, "none": None, "ünï": "✓"},
                )


def read(database: Database, name: str) -> tuple[list[Link], Head]:
    with database.begin() as tx:
        return trail.chain(tx, name, after=0, limit=10_000)


def verify(database: Database, name: str) -> Verification:
    links, head = read(database, name)
    return audit.end(audit.follow(NOTHING, links), links[-1] if links else None, head)


def test_what_many_write_at_once_is_one_unbroken_chain_per_connection(database: Database) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: write(database, "acme", "beta", "acme", times=25), range(8)))
    acme, beta = verify(database, "acme"), verify(database, "beta")
    assert (acme.entries, acme.broken) == (400, None)
    assert (beta.entries, beta.broken) == (200, None)


def test_transactions_that_note_in_opposite_orders_do_not_wait_for_each_other(database: Database) -> None:
    with ThreadPoolExecutor(2) as pool:
        done = [pool.submit(write, database, *names, times=50) for names in (("acme", "beta"), ("beta", "acme"))]
        assert [one.result(timeout=20) for one in done] == [None, None]
    assert verify(database, "acme").entries == verify(database, "beta").entries == 100


def test_what_was_rolled_back_is_nowhere_and_leaves_no_hole(database: Database) -> None:
    write(database, "acme")
    for _ in range(3):
        with suppress(ZeroDivisionError), database.begin() as tx:
            trail.note(tx, "acme", at=NOW, actor="worker", action="held", subject="order 1")
            raise ZeroDivisionError
    write(database, "acme")
    links, _ = read(database, "acme")
    assert [link.entry.action for link in links] == ["planned", "planned"]
    assert verify(database, "acme").broken is None


@pytest.mark.parametrize(
    ("tampering", "what"),
    [
        (
            "UPDATE audit SET actor = 'nobody' WHERE number = 3",
            "entry 3, planned order 2: changed after it was written",
        ),
        ("UPDATE audit SET detail = '{}' WHERE number = 3", "entry 3, planned order 2: changed after it was written"),
        ("DELETE FROM audit WHERE number = 3", "entry 3 before it: removed"),
        ("DELETE FROM audit WHERE number > 3", "2 entries behind it: removed"),
        ("DELETE FROM audit; DELETE FROM audit_heads", "all entries: removed"),
    ],
)
def test_tampering_is_found_and_placed(database: Database, tampering: str, what: str) -> None:
    write(database, "acme", times=5)
    with database.begin() as tx:
        tx.execute(text(tampering))
    broken = verify(database, "acme").broken
    assert broken is not None
    assert broken.what == what


def test_a_trail_from_before_the_chain_is_chained_by_the_migration(tmp_path: Path, server: str) -> None:
    with closing(Database(server)) as database:
        with database.begin() as tx:
            tx.execute(text("DROP SCHEMA public CASCADE; CREATE SCHEMA public"))
        _upgrade(database, "0002")
        with database.begin() as tx:
            for number in range(2500):
                tx.execute(
                    text(
                        "INSERT INTO audit (connection, order_number, actor, action, subject, detail, at)"
                        " VALUES (:name, 7, 'worker', 'planned', 'order 7', '{\"postings\": [\"a\"]}', :at)"
                    ),
                    {"name": "acme" if number % 5 else "beta", "at": NOW},
                )
        migrate.upgrade(server)
        write(database, "acme")
        acme, beta = verify(database, "acme"), verify(database, "beta")
        assert (acme.entries, acme.broken) == (2001, None)
        assert (beta.entries, beta.broken) == (500, None)


def _upgrade(database: Database, revision: str) -> None:
    config = migrate._config()
    with database.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def test_where_a_moment_stands_in_a_chain_is_found_without_reading_it(database: Database) -> None:
    write(database, "acme", "beta", times=40)
    with database.begin() as tx:
        found = [trail.number_before(tx, "acme", NOW + timedelta(seconds=ago)) for ago in (-5, 0, 1, 17, 39, 99)]
        assert found == [0, 0, 1, 17, 39, 40]
        tx.execute(text("DELETE FROM audit WHERE number BETWEEN 10 AND 20"))
        assert trail.number_before(tx, "acme", NOW + timedelta(seconds=15)) in range(10)
        assert trail.number_before(tx, "acme", NOW + timedelta(seconds=25)) == 25
        assert trail.number_before(tx, "nobody", NOW) == 0
