"""The way to Redis: short waits, and work that goes on when Redis is gone."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from connector.domain.faults import Misconfigured, Unavailable
from connector.telemetry import logs

SECONDS = 1.0
"""How long a courtesy may take. Set on purpose: the library's own timeout and retries are longer than our work."""

T = TypeVar("T")


def connect(redis_url: str) -> Redis:
    """Prepare a client; nothing is sent before its first use.

    :raises Misconfigured: the URL is none.
    """
    try:
        return Redis.from_url(
            redis_url,
            socket_timeout=SECONDS,
            socket_connect_timeout=SECONDS,
            retry=Retry(NoBackoff(), 1),  # once: a connection kept from before a restart of Redis is dead
        )
    except ValueError as problem:
        raise Misconfigured(f"REDIS_URL is not a Redis URL: {problem}") from None


def ping(redis_url: str) -> None:
    """Ask Redis whether it is there.

    :raises Unavailable: it does not answer. :raises Misconfigured: the URL is none.
    """
    with connect(redis_url) as redis:
        try:
            redis.ping()
        except RedisError as problem:
            raise Unavailable(f"Redis does not answer: {problem}") from None


class Courtesy:
    """Asks Redis, and does without where it is gone; says so once per outage."""

    def __init__(self, name: str) -> None:
        self._log = logs.logger(__name__).bind(courtesy=name)
        self._missing = False

    def ask(self, question: Callable[[], T], *, otherwise: T) -> T:
        """Return the answer, or ``otherwise`` when there is none."""
        try:
            answer = question()
        except RedisError as problem:
            if not self._missing:
                self._log.warning("redis.lost", problem=str(problem))
            self._missing = True
            return otherwise
        if self._missing:
            self._log.info("redis.back")
        self._missing = False
        return answer
