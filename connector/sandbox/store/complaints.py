"""Tells an API account that its hooks fail: ``store/hook/deliveryException`` (facts/bigcommerce.md §2.3).

It goes to the hooks of that scope whose destination no other hook has: a destination that fails cannot hear of it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from connector.sandbox.store.hooks import Hook, Hooks

SCOPE = "store/hook/deliveryException"
WILL_RETRY, GAVE_UP = 90001, 90002
MESSAGES = {
    WILL_RETRY: "Webhook delivery failed, will retry",
    GAVE_UP: "Webhook delivery failed, no more retries: the hook is deactivated",
}
PAUSE = 600.0
"""Seconds in which one destination is complained of once only."""


class Complaints:
    """Decides which failures are told, and to whom."""

    def __init__(self, hooks: Hooks, *, now: Callable[[], float]) -> None:
        self._hooks = hooks
        self._now = now
        self._last: dict[str, float] = {}
        self._lock = threading.Lock()

    def due(self, hook: Hook, code: int, *, scale: float) -> bool:
        """Tell whether this failure is worth a word; the pause runs ``scale`` times as fast."""
        if hook.scope == SCOPE:
            return False
        with self._lock:
            moment = self._now()
            if code == WILL_RETRY and moment < self._last.get(hook.destination, -PAUSE) + PAUSE * scale:
                return False
            self._last[hook.destination] = moment
            return True

    def listeners(self) -> list[Hook]:
        """Give the hooks that may hear of failures."""
        hooks = self._hooks.all()
        return [
            hook
            for hook in self._hooks.listening(SCOPE)
            if hook.scope == SCOPE
            and not any(other.destination == hook.destination for other in hooks if other is not hook)
        ]


def about(hook: Hook, code: int) -> dict[str, Any]:
    """Say what is the matter with a hook."""
    return {"type": "webhook", "id": hook.id, "error_code": code, "message": MESSAGES[code]}
