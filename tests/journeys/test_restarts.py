"""PostgreSQL or Valkey goes away in mid-run: nothing is lost or doubled, and the workers come back by themselves."""

from __future__ import annotations

import itertools
import os
import signal
from collections.abc import Callable

import pytest
from redis import Redis

from tests.journeys.books import Books
from tests.rig import Rig, children, until

ORDERS, MANY = 12, 40
_buyers = itertools.count(1)


def restart_postgresql(rig: Rig) -> None:
    rig.postgres.restart()


def kill_postgresql(rig: Rig) -> None:
    rig.postgres.kill()
    rig.postgres.start()


def restart_valkey(rig: Rig) -> None:
    rig.valkey.restart()


def kill_valkey(rig: Rig) -> None:
    rig.valkey.kill()
    rig.valkey.start()


def forget_everything_in_valkey(rig: Rig) -> None:
    with Redis.from_url(rig.valkey.url) as redis:
        redis.flushall()


def kill_one_child_of_postgresql(rig: Rig) -> None:
    """What a crash of one backend does: PostgreSQL ends all sessions and recovers."""
    os.kill(children(rig.postgres.pid)[-1], signal.SIGKILL)


@pytest.mark.parametrize("orders", [ORDERS, pytest.param(MANY, marks=pytest.mark.long)])
@pytest.mark.parametrize(
    "accident",
    [
        pytest.param(restart_postgresql, marks=pytest.mark.long),
        kill_postgresql,
        pytest.param(kill_one_child_of_postgresql, marks=pytest.mark.long),
        pytest.param(restart_valkey, marks=pytest.mark.long),
        kill_valkey,
        forget_everything_in_valkey,
    ],
)
def test_an_accident_loses_and_doubles_nothing(rig: Rig, accident: Callable[[Rig], None], orders: int) -> None:
    store = rig.sandbox.store
    numbers = [store.place_orders(1, seed=n, customer=next(_buyers), announce=True)[0] for n in range(orders)]
    until(lambda: len(rig.ended() & set(numbers)) >= orders // 8, why=rig.output.getvalue)
    accident(rig)
    assert len(rig.ended() & set(numbers)) < orders
    assert store.webhooks.settle(60)
    rig.wait_settled(numbers, within=180)
    books = Books(rig)
    books.assert_nothing_left()
    for number in numbers:
        books.assert_booked_once(number)
