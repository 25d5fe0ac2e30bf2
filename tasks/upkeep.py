"""Doorbells of the housekeeping."""

from __future__ import annotations

from typing import Any

from connector.flows import alerts, orders, retention
from tasks import chains
from tasks.app import app, house
from tasks.base import HouseTask


@app.task(base=HouseTask, name="upkeep.sweep")
def sweep(**_: Any) -> dict[str, int]:
    """Take up what lies there: lost dispatches, dead workers, waiting times that are over."""
    return {"dispatched": chains.dispatch_all(orders.claim_due(house()))}


@app.task(base=HouseTask, name="upkeep.look_for_trouble")
def look_for_trouble(**_: Any) -> dict[str, int]:
    """Tell people what is wrong, if it is time to."""
    told = alerts.look(house())
    return {"begun": len(told.begun), "over": len(told.over)}


@app.task(base=HouseTask, name="upkeep.retention")
def forget(**_: Any) -> dict[str, int]:
    """Forget personal data whose time is over."""
    return retention.forget(house())
