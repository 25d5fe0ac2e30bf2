"""A worker that stops by itself is gone soon: its supervisor starts another one, but only when it is gone.

Celery waits for its children without a limit. When one is killed in the moment in which the broker is connected to
anew, the worker stops ("file descriptor is None"); another child that still hands over its result then waits for
its parent to read, and the parent for the child to end. Whoever stops a worker by a signal kills it when it is slow.
"""

from __future__ import annotations

import os
import threading
from typing import Any

from celery import bootsteps

WITHIN = 25.0
"""Seconds: longer than the soft shutdown takes, shorter than a platform's patience (Heroku kills after 30)."""


class Ending(bootsteps.StartStopStep):  # type: ignore[misc]  # celery has no types
    """Stands behind the pool, so that it is stopped before that is."""

    requires = ("celery.worker.components:Pool",)

    def start(self, parent: Any) -> None:
        """Do nothing."""

    def stop(self, parent: Any) -> None:  # noqa: ARG002  # celery's signature
        """Give the worker so much time; what it had in hand comes again as after any death."""
        last = threading.Timer(WITHIN, os._exit, args=(os.EX_TEMPFAIL,))
        last.daemon = True
        last.start()

    terminate = stop
