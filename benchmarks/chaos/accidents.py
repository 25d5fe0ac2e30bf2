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
from tests.rig import Rig

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
        self._next: dict[str, Future[None]] = {}
        self._broken: list[Exception] = []
        self._strikes: dict[str, Callable[[], object]] = {
            "kill child": rig.kill_worker_child,
            "kill worker": rig.kill_worker,
            "valkey restart": rig.valkey.restart,
            "valkey flush": self._flush,
            "postgresql restart": rig.postgres.restart,
            "second beat": self._ring,
        }

    def meet(self, name: str, delay: float) -> None:
        """Let an accident happen now, while the caller's call hangs; or in a moment, while it goes on."""
        if name not in self._strikes:
            return
        if delay:
            threading.Timer(delay, self._join, (name,)).start()
        else:
            wait([self._join(name)], timeout=LONGEST)

    def _join(self, name: str) -> Future[None]:
        with self._joining:
            if name not in self._next:
                self._next[name] = self._striking.submit(self._strike, name)
            return self._next[name]

    def _strike(self, name: str) -> None:
        time.sleep(MOMENT)
        with self._joining:
            del self._next[name]
        try:
            self._strikes[name]()
        except NotUp:  # it was killed a moment ago and is on its way up
            return
        except Exception as broken:  # noqa: BLE001  told by ``check``, in the thread that waits
            self._broken.append(broken)
            return
        self.counts[name] += 1

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
