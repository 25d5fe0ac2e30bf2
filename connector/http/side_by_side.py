"""Several READs at once: what is asked for side by side takes as long as the slowest answer, not as all of them."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextvars import copy_context
from typing import Any, TypeVar

HANDS = 32
"""Threads of a process at most; they are made when they are needed, and each keeps its connections alive."""

T = TypeVar("T")


class SideBySide:
    """The hands of one process: a forked child has its own."""

    def __init__(self) -> None:
        self._pid = 0
        self._hands = ThreadPoolExecutor(HANDS)

    def read(self, mine: Callable[[], T], *others: Callable[[], Any]) -> tuple[T, list[Callable[[], Any]]]:
        """Do ``mine`` here and the others meanwhile; gives what came of it, and of each other a way to its outcome.

        All are over when this returns, also where it raises what ``mine`` raised.
        """
        if self._pid != os.getpid():
            self._pid, self._hands = os.getpid(), ThreadPoolExecutor(HANDS)
        futures: list[Future[Any]] = [self._hands.submit(copy_context().run, other) for other in others]
        try:
            done = mine()
        finally:
            wait(futures)
        return done, [future.result for future in futures]
