"""The shop's patience: so many calls in a window, told with every answer, and 429 once it is spent."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Left:
    """Where the window stood when a call was counted."""

    allowed: bool
    headers: list[tuple[str, str]]


class Quota:
    """A fixed window per store, begun by the first call after the last one ended."""

    def __init__(self, *, calls: int, window_ms: int, now: Callable[[], float]) -> None:
        self.calls = calls
        self.window_ms = window_ms
        self.throttled = 0
        self.used = 0
        self._now = now
        self._ends = 0.0
        self._lock = threading.Lock()

    def count(self) -> Left:
        """Count one call and say whether it may go on."""
        with self._lock:
            now = self._now()
            if now >= self._ends:
                self._ends, self.used = now + self.window_ms / 1000, 0
            self.used += 1
            allowed = self.used <= self.calls
            self.throttled += not allowed
            return Left(allowed, self._headers(self._ends - now, allowed=allowed))

    def change(self, *, calls: int, window_ms: int) -> None:
        """Begin a new window with another size."""
        with self._lock:
            self.calls, self.window_ms, self._ends = calls, window_ms, 0.0

    def _headers(self, seconds: float, *, allowed: bool) -> list[tuple[str, str]]:
        headers = [
            ("X-Rate-Limit-Time-Window-Ms", str(self.window_ms)),
            ("X-Rate-Limit-Time-Reset-Ms", str(int(seconds * 1000) + 1)),
            ("X-Rate-Limit-Requests-Quota", str(self.calls)),
            ("X-Rate-Limit-Requests-Left", str(max(0, self.calls - self.used))),
        ]
        return headers if allowed else [*headers, ("X-Retry-After", str(int(seconds) + 1))]
