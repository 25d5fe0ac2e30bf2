"""What beat rings for is done by a worker whose machine has the wrong time, too."""

from __future__ import annotations

import json
import runpy
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from celery import Celery
from celery.worker.request import Request
from freezegun import freeze_time
from kombu import Message

NOON = datetime(2026, 11, 26, 12)  # noqa: DTZ001  freezegun's own: UTC
SCHEDULE: dict[str, Any] = runpy.run_path(str(Path(__file__).parents[2] / "celeryconfig.py"))["beat_schedule"]


def is_dropped(ring: dict[str, Any], after: timedelta) -> bool:
    """Ring now, and let a worker take it whose clock shows so much more."""
    app = Celery(set_as_current=False)
    with freeze_time(NOON):
        said = app.amqp.as_task_v2("id", ring["task"], **ring.get("options", {}))
    body = {"body": json.dumps(said.body), "content_type": "application/json", "content_encoding": "utf-8"}
    message = Message(**body, accept=["application/json"], headers=said.headers, properties=said.properties)
    with freeze_time(NOON + after):
        return bool(Request(message, app=app, task=app.Task()).maybe_expire())


@pytest.mark.parametrize("name", SCHEDULE)
def test_a_worker_whose_clock_is_minutes_ahead_drops_no_ring(name: str) -> None:
    assert not is_dropped(SCHEDULE[name], timedelta(minutes=4))


def test_rings_that_nobody_took_for_long_are_dropped() -> None:
    assert is_dropped(SCHEDULE["sweep"], timedelta(minutes=10))
