"""A worker on a machine whose clock is wrong: ``celery --app benchmarks.chaos.skewed``, by CHAOS_CLOCK_OFF seconds.

Every clock of the connector's own reads the machine's time in ``connector.bootstrap``; that reading is put off before
the worker starts. It is no setting of the product.
"""

from __future__ import annotations

import os
import time
from datetime import datetime, timedelta, tzinfo

from connector import bootstrap

OFF = float(os.environ["CHAOS_CLOCK_OFF"])
_true = time.time


class WrongTime(datetime):
    """The machine's time as a wrong clock shows it."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
        """Tell the wrong time."""
        return datetime.now(tz) + timedelta(seconds=OFF)


bootstrap.datetime = WrongTime  # type: ignore[attr-defined]
time.time = lambda: _true() + OFF

from tasks.app import app  # noqa: E402  after the clock was put off

__all__ = ["app"]
