"""What requests of one process share: a transaction, and a doorbell."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Generic, TypeVar

from connector.domain.faults import Unavailable
from connector.ports import Clock

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")


class _Asked(Generic[Item, Outcome]):
    """What one caller wants done; ``woken`` when it is, or when it is this caller's turn to do it."""

    def __init__(self, item: Item) -> None:
        self.item = item
        self.woken = threading.Event()
        self.outcome: Outcome
        self.problem: Exception | None = None
        self.done = False

    def end(self, outcome: Outcome | None, problem: Exception | None = None) -> None:
        """Tell the caller."""
        if problem is None:
            self.outcome = outcome  # type: ignore[assignment]
        self.problem, self.done = problem, True
        self.woken.set()


class Together(Generic[Item, Outcome]):
    """Does at once what callers in several threads ask for at the same time: one transaction instead of many.

    Nobody waits for others to come. Who comes while something is being done waits for its end; then the first of
    those who wait does the work of all. Where it fails for several together each is done alone, so that none suffers
    from another's; but not when nothing can be done at all.
    """

    def __init__(self, work: Callable[[Sequence[Item]], Sequence[Outcome]]) -> None:
        self._work = work
        self._waiting: list[_Asked[Item, Outcome]] = []
        self._lock = threading.Lock()
        self._busy = False

    def do(self, item: Item) -> Outcome:
        """Give the outcome for one item; raises what the work raised."""
        asked: _Asked[Item, Outcome] = _Asked(item)
        with self._lock:
            self._waiting.append(asked)
            mine, self._busy = not self._busy, True
        if not mine:
            asked.woken.wait()
        if not asked.done:
            self._do_all()
        if asked.problem:
            raise asked.problem
        return asked.outcome

    def _do_all(self) -> None:
        with self._lock:
            together, self._waiting = self._waiting, []
        try:
            self._finish(together)
        finally:
            for one in together:
                if not one.done:
                    one.end(None, Unavailable("the request that did the work of all was cut short"))
            with self._lock:
                following = self._waiting[0] if self._waiting else None
                self._busy = following is not None
            if following:
                following.woken.set()

    def _finish(self, together: Sequence[_Asked[Item, Outcome]]) -> None:
        try:
            outcomes = self._work([one.item for one in together])
        except Exception as problem:  # noqa: BLE001 - each caller is told its own
            if len(together) > 1 and not isinstance(problem, Unavailable):
                for one in together:
                    self._finish([one])
            else:
                for one in together:
                    one.end(None, problem)
        else:
            for one, outcome in zip(together, outcomes, strict=True):
                one.end(outcome)


LATE = timedelta(seconds=0.1)
"""A ring comes so much later than what it is for: two processes do not read the clock in the same moment."""
APART = timedelta(seconds=0.5)
"""Two rings of one process are at least so far apart: what came meanwhile waits for the second."""


class Bell:
    """Rings when an order that was asked for is due, and only where no earlier ring does for it."""

    def __init__(self, clock: Clock, wait: timedelta) -> None:
        self._clock, self._wait = clock, wait + LATE
        self._rings_at = datetime.min.replace(tzinfo=UTC)
        self._lock = threading.Lock()

    @contextmanager
    def ringing(self) -> Iterator[timedelta | None]:
        """Say how long from now to ring; None where that is settled. A ring that fails was none."""
        now = self._clock.now()
        with self._lock:
            before = self._rings_at
            if before >= now + self._wait:
                wait = None
            else:
                self._rings_at = max(now + self._wait, before + APART)
                wait = self._rings_at - now
        try:
            yield wait
        except Exception:
            with self._lock:
                self._rings_at = before
            raise
