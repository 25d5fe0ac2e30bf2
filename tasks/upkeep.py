"""Doorbells of the housekeeping."""

from __future__ import annotations

from typing import Any

from connector.flows import orders, retention
from tasks import chains
from tasks.app import app, house
from tasks.base import HouseTask


@app.task(base=HouseTask, name="upkeep.sweep")
def sweep(**_: Any) -> dict[str, int]:
    """Take up what lies there: lost dispatches, dead workers, waiting times that are over."""
    return {"dispatched": chains.dispatch_all(orders.claim_due(house()))}


@app.task(base=HouseTask, name="upkeep.retention")
def forget(**_: Any) -> dict[str, int]:
    """Forget personal data whose time is over."""
    return retention.forget(house())
