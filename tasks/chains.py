"""Which step follows which: an order's chain of immutable signatures that carry ids only."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from celery import chain, signature
from celery.canvas import Signature
from kombu.exceptions import OperationalError

from connector.records.runs import Run
from tasks.app import app, house

log = logging.getLogger(__name__)

STEPS = (
    "orders.pull",
    "orders.align_customer",
    "postings.post_sale",
    "postings.post_payments",
    "postings.post_refunds",
)


def _step(name: str, run: Run, **ids: int) -> Signature:
    kwargs = {"connection": run.ref.connection, "order": run.ref.order, "run": run.token, **ids}
    return signature(name, kwargs=kwargs, immutable=True, app=app)


def dispatch(run: Run | None) -> None:
    """Send an order on its way: pull, align, sale, payments, refunds. The last step appends the rest."""
    if run is not None:
        _send(run, [_step(name, run) for name in STEPS])


def dispatch_all(runs: Iterable[Run]) -> int:
    """Send several orders on their way; returns how many."""
    sent = 0
    for run in runs:
        dispatch(run)
        sent += 1
    return sent


def dispatch_refunds(run: Run, refunds: list[int]) -> None:
    """Send an order's refunds, one strictly after the other, and settle behind the last."""
    steps = [_step("postings.post_refund", run, refund=refund) for refund in refunds]
    settle = _step("orders.settle", run).set(countdown=house().pace.confirm_delay.total_seconds())
    _send(run, [*steps, settle])


def _send(run: Run, steps: list[Signature]) -> None:
    """Put steps into the queue. With the broker down their run is left to the sweep."""
    try:
        chain(steps, app=app).apply_async()
    except OperationalError:
        log.warning("run.left_to_the_sweep", extra={"connection": run.ref.connection, "order": run.ref.order})
