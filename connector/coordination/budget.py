"""Calls left in the other side's window, shared by all workers through Redis.

What is free = the least the other side said is left in its present window - our calls still on their way.
That holds whatever order the answers arrive in: the other side's count only falls within a window, so the
least one is the newest, and every call it had not counted yet is one we have no answer to. Other apps' calls
lower the same count. In a window nobody has an answer from yet, a few calls go ahead to ask.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from random import SystemRandom
from typing import Any

from redis import Redis

from connector.coordination import budget_scripts
from connector.coordination.link import Courtesy
from connector.domain.faults import Throttled

PROBE = 10
"""Calls on their way at once while the window is unknown; a tenth of the quota once that is known."""
ON_ITS_WAY = timedelta(seconds=30)
"""After this long an unanswered call was counted by the other side or never came there."""
LONGEST_CLOSED = timedelta(seconds=60)
"""How long at most a window stays closed after refusals that do not say when it turns."""

_THROTTLED = (429, 509)  # 509: the legacy form of the same (facts/bigcommerce.md §3)
_NUMBER = re.compile(r"\d{1,12}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Rate:
    """An allowance of our own, where the other side publishes none."""

    calls: int
    period: timedelta


class RedisBudget:
    """Implements ``ports.Budget`` for one store or one Infor tenant. When Redis is gone every call is let through.

    ``spare``: so many percent of the window's quota are left to the others who share it; their calls count here too.
    Time is Redis's own clock: the only one all workers share.
    """

    def __init__(self, redis: Redis, name: str, *, rate: Rate | None = None, spare: int = 0) -> None:
        root = f"ml-connector:budget:{{{name}}}"  # braces: one slot on a Redis cluster
        self._name = name
        self._keys = [f"{root}:window", f"{root}:on-its-way", f"{root}:spent"]
        self._rate = [rate.calls, _milliseconds(rate.period)] if rate else [0, 0]
        self._spare = spare
        self._reserve = redis.register_script(budget_scripts.RESERVE)
        self._observe = redis.register_script(budget_scripts.OBSERVE)
        self._courtesy = Courtesy(f"budget {name}")
        self._redis = redis

    def left(self) -> int | None:
        """Tell how many calls fit into the present window; None while nobody knows."""
        return self._courtesy.ask(self._left, otherwise=None)

    def _left(self) -> int | None:
        window: Any = self._redis.hmget(self._keys[0], ["ends", "least"])
        seconds, _ = self._redis.time()
        if None in window or int(window[0]) < seconds * 1000:
            return None
        return max(0, int(window[1]) - self._redis.zcard(self._keys[1]))

    def reserve(self, calls: int = 1) -> None:
        """Count ``calls`` before they are made: all of them or none.

        :raises Throttled: they do not fit; ``retry_after`` is the time to the window's turn, and a little.
        """
        args = [calls, PROBE, _milliseconds(ON_ITS_WAY), *self._rate, self._spare]
        wait = int(self._courtesy.ask(lambda: self._reserve(keys=self._keys, args=args), otherwise=0))
        if wait:
            raise Throttled(f"the budget of {self._name} is spent", retry_after=_spread(wait))

    def observe(self, headers: Mapping[str, str], status: int) -> None:
        """Learn from an answer; a refusal for being too many closes the window for every worker."""
        said = {name.lower(): value for name, value in headers.items()}
        args = [*_window(said), *_refusal(said, status), _milliseconds(LONGEST_CLOSED)]
        self._courtesy.ask(lambda: self._observe(keys=self._keys, args=args), otherwise=None)


def _window(said: Mapping[str, str]) -> list[Any]:
    """Quota, calls left, milliseconds to the turn and of the whole window; "" where not said."""
    names = ("requests-quota", "requests-left", "time-reset-ms", "time-window-ms")
    return [_number(said.get(f"x-rate-limit-{name}")) for name in names]


def _refusal(said: Mapping[str, str], status: int) -> list[Any]:
    """Whether it was served (1), refused for being too many (-1) or neither (0); and the wait it asks for, if any."""
    if status not in _THROTTLED:
        return [1 if status < 400 else 0, ""]
    waits = [_number(said.get("x-rate-limit-time-reset-ms"))]
    waits += [_number(said.get(name), times=1000) for name in ("x-retry-after", "retry-after")]
    return [-1, max((wait for wait in waits if wait != ""), default="")]


def _number(text: str | None, times: int = 1) -> int | str:
    return int(text) * times if text and _NUMBER.fullmatch(text.strip()) else ""


def _milliseconds(duration: timedelta) -> int:
    return duration // timedelta(milliseconds=1)


def _spread(wait: int) -> timedelta:
    """Lengthen a wait a little, for not all workers to come back in the same moment."""
    return timedelta(milliseconds=wait + SystemRandom().uniform(0, max(250, wait // 10)))
