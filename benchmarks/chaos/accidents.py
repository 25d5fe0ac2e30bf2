"""What happens to the system in the middle of a call: killed workers, restarted servers, a second beat's rings.

Those that meet the same accident within a moment meet it together, each in the middle of its own call.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait

from celery import Celery
from redis import Redis

from connector.cli.processes import NotUp
from tests.rig import Rig, children

MOMENT = 0.15
"""Seconds in which others join an accident that is about to happen."""
LONGEST = 20.0
RUNG = ("upkeep.sweep", "orders.poll_due", "tokens.refresh", "catalog.due")


class Accidents:
    """Strikes a system, one accident at a time. What it starts again lives as long as its own thread."""

    def __init__(self, rig: Rig) -> None:
        self.counts: Counter[str] = Counter()
        self._rig = rig
        self._striking = ThreadPoolExecutor(max_workers=1)
        self._joining = threading.Lock()
        self._next: dict[str, Future[bool]] = {}
        self._to_come: set[Future[bool]] = set()
        self._broken: list[Exception] = []
        self._strikes: dict[str, Callable[[], bool]] = {
            "kill child": lambda: bool(rig.kill_worker_child()),
            "kill worker": lambda: bool(children(rig.pid("worker")) and rig.kill_worker()),
            "valkey restart": _always(rig.valkey.restart),
            "valkey flush": _always(self._flush),
            "postgresql restart": _always(rig.postgres.restart),
            "second beat": _always(self._ring),
        }

    @property
    def are_over(self) -> bool:
        """Whether none is still to come."""
        with self._joining:
            return not self._to_come

    def meet(self, name: str, delay: float, happened: Callable[[], object]) -> None:
        """Let an accident happen now, while the caller's call hangs; or in a moment, while it goes on.

        ``happened`` is called when it really did.
        """
        if name not in self._strikes:
            return
        if delay:
            threading.Timer(delay, self._join, (name, happened)).start()
        else:
            wait([self._join(name, happened)], timeout=LONGEST)

    def _join(self, name: str, happened: Callable[[], object]) -> Future[bool]:
        with self._joining:
            if name not in self._next:
                self._next[name] = self._striking.submit(self._strike, name)
                self._to_come.add(self._next[name])
            joined = self._next[name]
        joined.add_done_callback(lambda ended: self._told(ended, happened))
        return joined

    def _told(self, ended: Future[bool], happened: Callable[[], object]) -> None:
        if ended.result():
            happened()
        with self._joining:
            self._to_come.discard(ended)

    def _strike(self, name: str) -> bool:
        """Strike, again and again where nobody was there to be struck; tell whether it happened."""
        time.sleep(MOMENT)
        with self._joining:
            del self._next[name]
        deadline = time.monotonic() + LONGEST
        while not self._struck(name):
            if self._broken or time.monotonic() > deadline:
                return False
            time.sleep(MOMENT)
        self.counts[name] += 1
        return True

    def _struck(self, name: str) -> bool:
        try:
            return self._strikes[name]()
        except NotUp:  # it was killed a moment ago and is on its way up
            return False
        except Exception as broken:  # noqa: BLE001  told by ``check``, in the thread that waits
            self._broken.append(broken)
            return False

    def check(self) -> None:
        """Make sure that every accident did what it should, and left a system that can go on.

        :raises ExceptionGroup: one did not.
        """
        if self._broken:
            raise ExceptionGroup("accidents that went wrong themselves", self._broken)

    def _flush(self) -> None:
        with Redis.from_url(self._rig.valkey.url) as redis:
            redis.flushall()

    def _ring(self) -> None:
        with Celery(broker=self._rig.valkey.url, set_as_current=False) as client:
            for task in RUNG:
                client.send_task(task, queue="orders")


def _always(act: Callable[[], object]) -> Callable[[], bool]:
    def struck() -> bool:
        act()
        return True

    return struck
