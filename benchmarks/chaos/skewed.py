"""A worker on a machine whose clock is wrong: ``celery --app benchmarks.chaos.skewed``, by CHAOS_CLOCK_OFF seconds.

The machine's time is put off wherever the connector, Celery and its broker's client read it, before the worker
starts: what it rings for, retries and takes for expired goes by that time. It is no setting of the product. Each task
that was done so is told with ``WRONG_CLOCK``.
"""

from __future__ import annotations

import os
import sys
import time
from datetime import datetime, timedelta, tzinfo
from typing import Any

from celery.signals import task_postrun, worker_init

from benchmarks.chaos.matrix import WRONG_CLOCK
from tasks.app import app

OFF = float(os.environ["CHAOS_CLOCK_OFF"])
READERS = ("celery.", "kombu.", "connector.bootstrap.")
"""Who reads the machine's time."""
_true = time.time


class _Moments(type):
    """The true and the wrong kind of moments are one kind."""

    def __instancecheck__(cls, one: object) -> bool:
        return isinstance(one, datetime)


class WrongTime(datetime, metaclass=_Moments):
    """The machine's time as a wrong clock shows it."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
        """Tell the wrong time."""
        return datetime.now(tz) + timedelta(seconds=OFF)


def wrong_seconds() -> float:
    """Tell the wrong time in seconds."""
    return _true() + OFF


def put_off(**_: Any) -> None:
    """Put off each reading of the machine's time in what is loaded."""
    time.time = wrong_seconds
    for module in [one for name, one in sys.modules.items() if f"{name}.".startswith(READERS)]:
        for name, told in list(vars(module).items()):
            if told is _true:
                setattr(module, name, wrong_seconds)
            elif told is datetime:
                setattr(module, name, WrongTime)


def tell(sender: Any = None, **_: Any) -> None:
    """Say that a task was done with a wrong clock."""
    print(f"{sender.name} {WRONG_CLOCK}", flush=True)


put_off()
worker_init.connect(put_off)  # and in what was loaded since
task_postrun.connect(tell)

__all__ = ["app"]
