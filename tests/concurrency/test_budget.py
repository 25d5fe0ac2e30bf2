"""Workers share one budget of outside calls through a real Valkey, and never ask for more than it leaves."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from structlog.testing import capture_logs

from connector.coordination.budget import PROBE, Rate, RedisBudget
from connector.coordination.link import connect
from connector.domain.faults import Throttled
from connector.embedded import Valkey

WINDOW_MS = 30_000


@pytest.fixture(scope="module")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with Valkey(tmp_path_factory.mktemp("valkey"), fast=True) as server:
        yield server.url


@pytest.fixture
def budget(redis_url: str, request: pytest.FixtureRequest) -> Callable[..., RedisBudget]:
    """Another worker's budget of the same store, each time with a connection of its own."""

    def make(rate: Rate | None = None, spare: int = 0) -> RedisBudget:
        return RedisBudget(connect(redis_url), request.node.name, rate=rate, spare=spare)

    return make


def said(left: int, *, quota: int = 150, reset: int = 20_000, window: int = WINDOW_MS) -> dict[str, str]:
    return {
        "X-Rate-Limit-Requests-Quota": str(quota),
        "X-Rate-Limit-Requests-Left": str(left),
        "X-Rate-Limit-Time-Reset-Ms": str(reset),
        "X-Rate-Limit-Time-Window-Ms": str(window),
    }


def admitted(budget: RedisBudget, tries: int) -> int:
    """Count how many of ``tries`` single reservations are let through."""
    return sum(refusal(budget) is None for _ in range(tries))


def refusal(budget: RedisBudget, calls: int = 1) -> timedelta | None:
    try:
        budget.reserve(calls)
    except Throttled as fault:
        return fault.retry_after
    return None


def test_before_the_first_answer_a_few_calls_go_ahead_to_ask(budget: Callable[..., RedisBudget]) -> None:
    ours, theirs = budget(), budget()
    assert admitted(ours, PROBE + 5) == PROBE
    wait = refusal(theirs)
    assert wait is not None
    assert timedelta(milliseconds=500) <= wait <= timedelta(milliseconds=750)


def test_the_first_answer_opens_what_the_window_leaves_to_all_workers(budget: Callable[..., RedisBudget]) -> None:
    ours, theirs = budget(), budget()
    ours.reserve()
    ours.observe(said(left=12), 200)
    assert admitted(ours, 7) == 7
    assert admitted(theirs, 20) == 5


def test_a_spent_window_says_when_it_turns(budget: Callable[..., RedisBudget]) -> None:
    ours = budget()
    ours.reserve()
    ours.observe(said(left=0, reset=8_000), 200)
    wait = refusal(ours)
    assert wait is not None
    assert timedelta(seconds=7.9) <= wait <= timedelta(seconds=8.8)


def test_a_reservation_is_whole_or_nothing(budget: Callable[..., RedisBudget]) -> None:
    ours = budget()
    ours.reserve()
    ours.observe(said(left=5), 200)
    with pytest.raises(Throttled):
        ours.reserve(6)
    ours.reserve(5)
    with pytest.raises(Throttled):
        ours.reserve()


def test_what_other_apps_use_is_gone_for_us_too(budget: Callable[..., RedisBudget]) -> None:
    ours = budget()
    ours.reserve(2)
    ours.observe(said(left=100), 200)
    ours.observe(said(left=3), 200)
    assert admitted(ours, 10) == 3


def test_an_older_answer_opens_nothing_again(budget: Callable[..., RedisBudget]) -> None:
    ours = budget()
    ours.reserve(3)
    ours.observe(said(left=4), 200)  # the third call's answer overtakes the others
    ours.observe(said(left=140, reset=20_100), 200)
    ours.observe(said(left=139, reset=20_050), 200)
    assert admitted(ours, 10) == 4


def test_calls_on_their_way_are_not_given_out_twice(budget: Callable[..., RedisBudget]) -> None:
    ours = budget()
    ours.reserve(4)
    ours.observe(said(left=10), 200)  # three of ours may not be counted in these ten
    assert admitted(ours, 20) == 7


def test_a_new_window_is_asked_before_it_is_used(budget: Callable[..., RedisBudget]) -> None:
    ours = budget()
    ours.reserve()
    ours.observe(said(left=0, quota=200, reset=60, window=1000), 200)
    with pytest.raises(Throttled):
        ours.reserve()
    time.sleep(0.1)
    assert admitted(ours, 40) == 20  # a tenth of the quota
    ours.observe(said(left=150, quota=200, reset=950, window=1000), 200)
    assert admitted(ours, 200) == 150 - 19


def test_a_late_answer_of_the_last_window_does_not_close_the_new_one(budget: Callable[..., RedisBudget]) -> None:
    ours = budget()
    ours.reserve(2)
    ours.observe(said(left=0, reset=60), 200)
    time.sleep(0.1)
    ours.reserve()
    ours.observe(said(left=149, reset=29_950), 200)
    ours.observe(said(left=0, reset=10), 200)
    assert admitted(ours, 3) == 3


def test_a_very_late_answer_is_not_taken_for_a_new_window(budget: Callable[..., RedisBudget]) -> None:
    ours = budget()
    ours.reserve(2)
    ours.observe(said(left=2, reset=10_000), 200)
    ours.observe(said(left=140, reset=29_000), 200)  # said 19 s ago
    assert admitted(ours, 10) == 2


def test_stores_do_not_share_a_budget(redis_url: str) -> None:
    one, other = RedisBudget(connect(redis_url), "store one"), RedisBudget(connect(redis_url), "store two")
    one.reserve()
    one.observe(said(left=0), 200)
    assert refusal(one) is not None
    assert refusal(other) is None


def test_a_429_closes_the_window_for_every_worker_until_the_reset(budget: Callable[..., RedisBudget]) -> None:
    ours, theirs = budget(), budget()
    ours.reserve()
    ours.observe(said(left=0, reset=5_000), 429)
    wait = refusal(theirs)
    assert wait is not None
    assert timedelta(seconds=4.9) <= wait <= timedelta(seconds=5.6)


def test_of_two_waits_the_longer_is_kept(budget: Callable[..., RedisBudget]) -> None:
    ours = budget()
    ours.reserve()
    ours.observe({**said(left=0, reset=2_000), "x-retry-after": "9"}, 429)
    wait = refusal(ours)
    assert wait is not None
    assert timedelta(seconds=8.9) <= wait <= timedelta(seconds=10)


def test_a_late_success_does_not_open_a_closed_window(budget: Callable[..., RedisBudget]) -> None:
    ours = budget()
    ours.reserve(2)
    ours.observe(said(left=0, reset=5_000), 429)
    ours.observe(said(left=90, reset=5_100), 200)
    assert refusal(ours) is not None


def test_429s_that_name_no_time_close_longer_each_time_and_a_success_forgives(
    budget: Callable[..., RedisBudget], redis_url: str, request: pytest.FixtureRequest
) -> None:
    ours, redis = budget(), connect(redis_url)
    window = f"ml-connector:budget:{{{request.node.name}}}:window"

    def closed_for() -> int:
        wait = refusal(ours)
        assert wait is not None
        redis.hset(window, "closed", "0")  # its time passes
        return int(wait.total_seconds() * 1.01)

    def refused() -> int:
        ours.reserve()
        ours.observe({}, 429)
        return closed_for()

    assert [refused() for _ in range(4)] == pytest.approx([1, 2, 4, 8], rel=0.15)
    for _ in range(4):
        longest = refused()
    assert 59 <= longest <= 67
    ours.reserve()
    ours.observe({}, 200)
    assert refused() == 1


def test_a_crowd_of_bare_429s_is_one_refusal(budget: Callable[..., RedisBudget]) -> None:
    ours = budget()
    ours.reserve(8)
    for _ in range(8):
        ours.observe({}, 429)
    wait = refusal(ours)
    assert wait is not None
    assert wait <= timedelta(seconds=1.25)


def test_who_serves_without_naming_a_quota_is_not_limited(budget: Callable[..., RedisBudget]) -> None:
    ours = budget()
    ours.reserve()
    ours.observe({}, 200)
    assert admitted(ours, 100) == 100


def test_a_rate_of_our_own_is_never_exceeded_in_any_period(budget: Callable[..., RedisBudget]) -> None:
    ours = budget(Rate(5, timedelta(milliseconds=300)))
    ours.reserve()
    ours.observe({}, 200)
    assert admitted(ours, 10) == 4
    wait = refusal(ours)
    assert wait is not None
    assert wait <= timedelta(milliseconds=301 + 250)
    time.sleep(0.31)
    assert admitted(ours, 10) == 5


def test_who_leaves_a_spare_share_stops_where_it_begins_and_the_others_go_on(
    budget: Callable[..., RedisBudget],
) -> None:
    catalog, orders = budget(spare=30), budget()
    catalog.reserve()
    catalog.observe(said(left=149), 200)
    assert admitted(catalog, 200) == 149 - 45
    assert admitted(orders, 200) == 45


def test_calls_of_the_others_come_out_of_what_is_not_spared(budget: Callable[..., RedisBudget]) -> None:
    catalog, orders = budget(spare=30), budget()
    orders.reserve(4)
    orders.observe(said(left=99), 200)  # three of the orders' may not be counted in these
    calls = admitted(catalog, 200)
    assert calls == 99 - 3 - 45
    for _ in range(calls):
        catalog.observe(said(left=48), 200)
    wait = refusal(catalog)
    assert wait is not None
    assert timedelta(seconds=19) <= wait <= timedelta(seconds=22.1)
    assert admitted(orders, 100) == 45


@pytest.mark.parametrize(("quota", "all_in_all"), [(10, 7), (3, 2), (1, 1)])
def test_a_tiny_quota_lets_the_sparing_through_in_every_window(
    budget: Callable[..., RedisBudget], quota: int, all_in_all: int
) -> None:
    catalog = budget(spare=30)
    for _ in range(2):
        catalog.reserve()
        catalog.observe(said(left=quota - 1, quota=quota, reset=400, window=500), 200)
        assert 1 + admitted(catalog, all_in_all + 3) == all_in_all
        for left in range(quota - 2, quota - all_in_all - 1, -1):
            catalog.observe(said(left, quota=quota, reset=350, window=500), 200)
        time.sleep(0.41)


def test_an_unknown_window_is_asked_by_fewer_who_leave_a_share(budget: Callable[..., RedisBudget]) -> None:
    catalog, orders = budget(spare=30), budget()
    assert admitted(catalog, PROBE + 5) == 7
    assert admitted(orders, PROBE + 5) == PROBE - 7


def test_an_unknown_window_of_a_small_quota_is_not_spent_by_asking(budget: Callable[..., RedisBudget]) -> None:
    catalog, orders = budget(spare=30), budget()
    catalog.reserve()
    catalog.observe(said(left=4, quota=5, reset=10, window=1000), 200)
    time.sleep(0.02)
    assert admitted(catalog, 20) == 3
    assert admitted(orders, 20) == PROBE - 3


def test_a_share_of_a_quota_nobody_named_is_nothing(budget: Callable[..., RedisBudget]) -> None:
    catalog = budget(spare=30)
    catalog.reserve()
    catalog.observe({}, 200)
    assert admitted(catalog, 100) == 100


@pytest.mark.parametrize("value", ["", "-1", "1e9", "١٢", "9" * 40, "soon", "Wed, 21 Oct 2026 07:28:00 GMT"])
def test_headers_that_make_no_sense_are_not_believed(budget: Callable[..., RedisBudget], value: str) -> None:
    ours = budget()
    ours.reserve()
    ours.observe(dict.fromkeys([*said(left=0), "Retry-After"], value), 200)
    assert admitted(ours, 20) == 20


def test_without_redis_every_call_is_let_through(tmp_path: Path) -> None:
    mortal = Valkey(tmp_path / "valkey", fast=True).start()
    ours = RedisBudget(connect(mortal.url), "acme")
    ours.reserve()
    ours.observe(said(left=0), 200)
    assert refusal(ours) is not None
    mortal.stop()
    with capture_logs() as lines:
        assert admitted(ours, 20) == 20
        ours.observe(said(left=0), 429)
        assert admitted(ours, 1) == 1
    assert [line["event"] for line in lines] == ["redis.lost"]


class CountingStore:
    """Windows of a fixed length, a quota for all apps together, answers that overtake each other."""

    def __init__(self, quota: int, window: float, seed: int) -> None:
        self.quota, self.window = quota, window
        self.served = self.refused = 0
        self._left, self._turns = quota, time.monotonic() + window
        self._lock, self._random = threading.Lock(), Random(seed)  # noqa: S311 - a seed makes the run repeatable

    def call(self) -> tuple[dict[str, str], int]:
        time.sleep(self._random.uniform(0, 0.01))
        answer = self._count()
        time.sleep(self._random.uniform(0, 0.02))
        return answer

    def used_by_others(self, calls: int) -> None:
        with self._lock:
            self._turn()
            self._left = max(0, self._left - calls)

    def _count(self) -> tuple[dict[str, str], int]:
        with self._lock:
            self._turn()
            reset = int((self._turns - time.monotonic()) * 1000) + 1
            served = self._left > 0
            self._left -= served
            self.served += served
            self.refused += not served
            headers = said(self._left, quota=self.quota, reset=reset, window=int(self.window * 1000))
            return headers, 200 if served else 429

    def _turn(self) -> None:
        while time.monotonic() >= self._turns:
            self._left, self._turns = self.quota, self._turns + self.window


def work(store: CountingStore, budget: RedisBudget, until: float) -> None:
    while time.monotonic() < until:
        wait = refusal(budget)
        if wait is None:
            budget.observe(*store.call())
        else:
            time.sleep(min(wait.total_seconds(), 0.05))


def crowd(store: CountingStore, make: Callable[..., RedisBudget], seconds: float) -> None:
    until = time.monotonic() + seconds
    with ThreadPoolExecutor(12) as pool:
        for worker in [pool.submit(work, store, make(), until) for _ in range(12)]:
            worker.result()


def test_many_workers_never_ask_for_more_than_the_window_leaves(budget: Callable[..., RedisBudget]) -> None:
    store = CountingStore(quota=60, window=1.5, seed=1)
    crowd(store, budget, 4.0)
    assert store.refused == 0
    assert store.served > 120  # three windows, nearly spent


def test_other_apps_in_the_same_window_cost_hardly_a_refusal(budget: Callable[..., RedisBudget]) -> None:
    store = CountingStore(quota=100, window=1.5, seed=2)
    until = time.monotonic() + 3.0
    random = Random(3)  # noqa: S311 - a seed makes the run repeatable

    def others() -> None:
        while time.monotonic() < until:
            store.used_by_others(random.randint(0, 3))
            time.sleep(0.05)

    thread = threading.Thread(target=others)
    thread.start()
    crowd(store, budget, 3.0)
    thread.join()
    assert store.served > 90
    assert store.refused <= store.served // 20  # a call of theirs may slip in between our look and our call
