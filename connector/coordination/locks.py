"""Keeps workers off one record. A courtesy: the law is the claim in the database."""

from __future__ import annotations

from datetime import timedelta

from connector.coordination.link import Courtesy, connect

_ACQUIRE = """
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
"""

_RELEASE = """
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 1
"""


class RedisLocks:
    """Implements ``ports.Locks``. When Redis is gone everybody may work: the database still lets only one post."""

    def __init__(self, redis_url: str) -> None:
        redis = connect(redis_url)
        self._acquire = redis.register_script(_ACQUIRE)
        self._release = redis.register_script(_RELEASE)
        self._courtesy = Courtesy("locks")

    def acquire(self, name: str, token: str, ttl: timedelta) -> bool:
        """Take a lock, or extend the one this token holds; False while another token holds it."""
        milliseconds = max(1, ttl // timedelta(milliseconds=1))
        return bool(
            self._courtesy.ask(lambda: self._acquire(keys=[_key(name)], args=[token, milliseconds]), otherwise=True)
        )

    def release(self, name: str, token: str) -> None:
        """Give a lock back; another token's lock is left alone."""
        self._courtesy.ask(lambda: self._release(keys=[_key(name)], args=[token]), otherwise=None)


def _key(name: str) -> str:
    return f"ml-connector:lock:{name}"
