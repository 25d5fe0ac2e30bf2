"""Workers keep off each other's records through a real Valkey, and go on without it."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from connector.coordination.link import ping
from connector.coordination.locks import RedisLocks
from connector.domain.faults import Misconfigured, Unavailable
from connector.embedded import Valkey

MINUTE = timedelta(minutes=1)


@pytest.fixture(scope="module")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with Valkey(tmp_path_factory.mktemp("valkey"), fast=True) as server:
        yield server.url


@pytest.fixture
def mortal(tmp_path: Path) -> Iterator[Valkey]:
    """A server that the test may stop."""
    with Valkey(tmp_path / "valkey", fast=True) as server:
        yield server


def test_one_token_holds_a_lock_and_another_waits_until_it_is_given_back(redis_url: str) -> None:
    ours, theirs = RedisLocks(redis_url), RedisLocks(redis_url)
    assert ours.acquire("acme/1", "a", MINUTE)
    assert not theirs.acquire("acme/1", "b", MINUTE)
    assert theirs.acquire("acme/2", "b", MINUTE)
    ours.release("acme/1", "a")
    assert theirs.acquire("acme/1", "b", MINUTE)


def test_a_token_extends_its_own_lock(redis_url: str) -> None:
    locks = RedisLocks(redis_url)
    assert locks.acquire("acme/3", "a", timedelta(milliseconds=80))
    assert locks.acquire("acme/3", "a", MINUTE)
    time.sleep(0.12)
    assert not locks.acquire("acme/3", "b", MINUTE)


def test_a_lock_ends_by_itself(redis_url: str) -> None:
    locks = RedisLocks(redis_url)
    assert locks.acquire("acme/4", "a", timedelta(milliseconds=50))
    time.sleep(0.08)
    assert locks.acquire("acme/4", "b", MINUTE)


def test_nobody_gives_back_a_lock_that_another_holds(redis_url: str) -> None:
    locks = RedisLocks(redis_url)
    assert locks.acquire("acme/5", "b", MINUTE)
    locks.release("acme/5", "a")
    assert not locks.acquire("acme/5", "a", MINUTE)


def test_of_many_at_once_one_gets_the_lock(redis_url: str) -> None:
    locks = RedisLocks(redis_url)
    with ThreadPoolExecutor(16) as pool:
        got = list(pool.map(lambda token: locks.acquire("acme/6", str(token), MINUTE), range(16)))
    assert got.count(True) == 1


def test_without_redis_every_lock_is_given_and_the_loss_is_told_once(mortal: Valkey) -> None:
    locks = RedisLocks(mortal.url)
    assert locks.acquire("acme/7", "a", MINUTE)
    mortal.stop()
    with capture_logs() as lines:
        assert locks.acquire("acme/7", "b", MINUTE)
        assert locks.acquire("acme/7", "c", MINUTE)
        locks.release("acme/7", "b")
        mortal.start()
        assert locks.acquire("acme/7", "a", MINUTE)
        assert not locks.acquire("acme/7", "b", MINUTE)
    assert [(line["log_level"], line["event"]) for line in lines] == [
        ("warning", "redis.lost"),
        ("info", "redis.back"),
    ]


def test_a_silent_redis_costs_a_lock_only_moments() -> None:
    with _port_that_never_answers() as port:
        began = time.monotonic()
        assert RedisLocks(f"redis://127.0.0.1:{port}/0").acquire("acme/8", "a", MINUTE)
        assert time.monotonic() - began < 5


def test_a_ping_says_whether_redis_is_there(redis_url: str, mortal: Valkey) -> None:
    ping(redis_url)
    port = mortal.port
    mortal.stop()
    with pytest.raises(Unavailable, match="Redis does not answer"):
        ping(f"redis://:hunter2@127.0.0.1:{port}/0")
    with pytest.raises(Misconfigured, match="REDIS_URL"):
        ping("http://127.0.0.1")


@contextmanager
def _port_that_never_answers() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]
