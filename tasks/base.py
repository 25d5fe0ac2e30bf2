"""The one place where faults become retries.

A transient fault is tried again by Celery, never sooner than the other side asked. What must wait longer
than a countdown may last, or has failed too often, is parked: it waits in the database, and the sweep
takes it up, because the broker redelivers what it holds too long.
"""

from __future__ import annotations

import logging
import secrets
from typing import Any

from celery import Task
from celery.exceptions import Retry

from connector.domain.faults import Fault, Superseded, Transient
from connector.domain.identity import OrderRef
from connector.flows import orders
from connector.records.runs import Run
from connector.telemetry import observers
from tasks.app import house

log = logging.getLogger(__name__)

LONGEST_COUNTDOWN = 60.0
"""Seconds a retry may wait in the broker; far below its visibility timeout."""

MAX_RETRIES = 8
_IDS = ("connection", "order", "run", "refund")
_FIRST_BACKOFF = 1.0


def countdown(fault: Exception | None, retries: int) -> float:
    """Choose how long to wait: full jitter on an exponential backoff, but never less than was asked."""
    ceiling = min(_FIRST_BACKOFF * 2**retries, LONGEST_COUNTDOWN)
    jitter = secrets.SystemRandom().uniform(0, ceiling)
    asked = fault.retry_after.total_seconds() if isinstance(fault, Fault) and fault.retry_after else 0.0
    return asked + min(jitter, max(asked, 1.0)) if asked else jitter


class HouseTask(Task):  # type: ignore[misc]
    """Every task's base: autoretry on transient faults, parking of orders, nothing swallowed."""

    abstract = True
    autoretry_for = (Transient,)
    max_retries = MAX_RETRIES
    retry_backoff = True
    throws = (Fault,)

    def retry(self, *args: Any, exc: Exception | None = None, **options: Any) -> Retry:
        """Retry later by the fault's own clock; give up to the parking when that is too long."""
        wait = countdown(exc, self.request.retries)
        if exc is not None and wait > LONGEST_COUNTDOWN:
            raise exc
        return super().retry(*args, exc=exc, **{**options, "countdown": wait})

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run it, in the collector's sight if there is one."""
        with observers.span(self.name, **{name: value for name, value in kwargs.items() if name in _IDS}):
            return self.run(*args, **kwargs)

    def on_failure(self, exc: Exception, task_id: str, args: Any, kwargs: dict[str, Any], einfo: Any) -> None:  # noqa: ARG002
        """Park the order whose step failed for good, so that the sweep takes it up later."""
        if isinstance(exc, Superseded) or "run" not in kwargs:
            return
        run = run_of(**kwargs)
        fault = exc if isinstance(exc, Fault) else Fault(f"{type(exc).__name__} in {self.name}")
        log.warning(
            "order.parked", extra={"connection": run.ref.connection, "order": run.ref.order, "fault": fault.code}
        )
        orders.park(house(), run, fault)


def run_of(*, connection: str, order: int, run: str, **_: Any) -> Run:
    """Put a run together from a task's arguments."""
    return Run(OrderRef(connection, order), run)
