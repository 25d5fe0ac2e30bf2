"""The hooks that one API account has registered, and who hears of an event."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from connector.sandbox.store.refunds import Refused

MOST_PER_SCOPE = 10
IDLE_DAYS, DAY = 90, 86_400
EXCEPTIONS = "store/hook/deliveryException"
LOCAL = "http://127.0.0.1"
"""Only this host may be spoken to without TLS: it is the connector under rehearsal."""


@dataclass(slots=True)
class Hook:
    """One subscription. ``deactivated`` tells one that the shop switched off from one that its owner did."""

    id: int
    client_id: str
    store_hash: str
    scope: str
    destination: str
    headers: dict[str, str] | None
    is_active: bool
    created_at: int
    updated_at: int
    deactivated: bool = False
    failures: int = field(default=0)
    idle_days: int = field(default=0)

    @property
    def status(self) -> str:
        """What the admin list calls it."""
        return "active" if self.is_active else "deactivated" if self.deactivated else "inactive"

    def as_shown(self) -> dict[str, Any]:
        """Say what the API shows of it."""
        hidden = ("deactivated", "failures", "idle_days")
        return {name: value for name, value in asdict(self).items() if name not in hidden}


class Hooks:
    """The registry; safe for many threads."""

    def __init__(self, *, client_id: str, store_hash: str, now: Callable[[], float]) -> None:
        self.emails: list[str] = []
        self._client_id = client_id
        self._store_hash = store_hash
        self._now = now
        self._hooks: dict[int, Hook] = {}
        self._next = 20000000
        self._lock = threading.Lock()

    def all(self) -> list[Hook]:
        """Give every hook, oldest first."""
        with self._lock:
            return list(self._hooks.values())

    def get(self, hook_id: int) -> Hook:
        """Give one hook.

        :raises Refused: 404.
        """
        with self._lock:
            if hook_id not in self._hooks:
                raise Refused(404, "There was no webhook found with the given ID")
            return self._hooks[hook_id]

    def listening(self, scope: str) -> list[Hook]:
        """Give the active hooks that hear this scope; ``store/order/*`` hears all of its kind."""
        return [hook for hook in self.all() if hook.is_active and fnmatchcase(scope, hook.scope)]

    def create(self, words: Mapping[str, Any]) -> Hook:
        """Register a hook.

        :raises Refused: 422 for a missing field, a destination without TLS, or one too many.
        """
        scope, destination = words.get("scope"), words.get("destination")
        if not isinstance(scope, str) or not isinstance(destination, str):
            raise Refused(422, "scope and destination are required")
        _check_destination(destination)
        with self._lock:
            self._check_room(scope, destination)
            now = int(self._now())
            self._next += 1
            hook = Hook(
                id=self._next,
                client_id=self._client_id,
                store_hash=self._store_hash,
                scope=scope,
                destination=destination,
                headers=words.get("headers"),
                is_active=bool(words.get("is_active", True)),
                created_at=now,
                updated_at=now,
            )
            self._hooks[hook.id] = hook
        return hook

    def update(self, hook_id: int, words: Mapping[str, Any]) -> Hook:
        """Change a hook's scope, destination, headers or activity.

        :raises Refused: 404, or 422 for a destination without TLS.
        """
        hook = self.get(hook_id)
        _check_destination(words.get("destination", hook.destination))
        with self._lock:
            for name in ("scope", "destination", "headers", "is_active"):
                if name in words:
                    setattr(hook, name, words[name])
            if hook.is_active:
                hook.deactivated, hook.failures, hook.idle_days = False, 0, 0
            hook.updated_at = int(self._now())
        return hook

    def delete(self, hook_id: int) -> Hook:
        """Forget a hook and give back what it was.

        :raises Refused: 404.
        """
        hook = self.get(hook_id)
        with self._lock:
            self._hooks.pop(hook_id, None)
        return hook

    def switch_off(self, hook_id: int) -> None:
        """Deactivate a hook as the shop does after its last try failed."""
        hook = self.get(hook_id)
        with self._lock:
            hook.is_active, hook.deactivated, hook.updated_at = False, True, int(self._now())

    def age(self, hook_id: int, days: int) -> None:
        """Let a hook have been idle for so many days; after 90 the shop deactivates it.

        :raises Refused: 404.
        """
        hook = self.get(hook_id)
        with self._lock:
            hook.created_at -= days * DAY
            hook.updated_at -= days * DAY
            hook.idle_days += days
            if hook.idle_days >= IDLE_DAYS:
                hook.is_active, hook.deactivated = False, True

    def _check_room(self, scope: str, destination: str) -> None:
        same = [hook for hook in self._hooks.values() if hook.scope == scope]
        if same and scope == EXCEPTIONS:
            raise Refused(422, "There may be one webhook for delivery exceptions only")
        if any(hook.destination == destination for hook in same):
            raise Refused(422, "A webhook for this scope and destination exists already")
        if len(same) >= MOST_PER_SCOPE:
            raise Refused(422, f"No more than {MOST_PER_SCOPE} webhooks for one scope")


def _check_destination(destination: str) -> None:
    if not destination.startswith(("https://", LOCAL)):
        raise Refused(422, "The destination must be an https:// address")
