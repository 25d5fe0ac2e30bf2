"""Doorbells that look after the store's webhooks."""

from __future__ import annotations

from typing import Any

from connector.flows import hooks
from tasks import chains
from tasks.app import app, house
from tasks.base import HouseTask


@app.task(base=HouseTask, name="hooks.ensure_due")
def ensure_due(**_: Any) -> dict[str, int]:
    """Ring for every connection at work."""
    names = hooks.due(house())
    for name in names:
        ensure.apply_async(kwargs={"connection": name})
    return {"due": len(names)}


@app.task(base=HouseTask, name="hooks.ensure")
def ensure(*, connection: str, **_: Any) -> dict[str, int]:
    """Put a connection's hooks right, and read what they missed."""
    report = hooks.ensure(house(), connection)
    return {"lines": len(report.lines), "dispatched": chains.dispatch_all(report.runs)}
