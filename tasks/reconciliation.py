"""Doorbells of the reconciliation."""

from __future__ import annotations

from typing import Any

from connector.flows import reconciliation
from tasks.app import app, house
from tasks.base import HouseTask


@app.task(base=HouseTask, name="reconciliation.run_due")
def run_due(**_: Any) -> dict[str, int]:
    """Ring for every connection whose reconciliation is due."""
    names = reconciliation.due(house())
    for name in names:
        run.apply_async(kwargs={"connection": name})
    return {"due": len(names)}


@app.task(base=HouseTask, name="reconciliation.run")
def run(*, connection: str, **_: Any) -> dict[str, int]:
    """Reconcile what no run has reconciled yet, until yesterday."""
    found = reconciliation.catch_up(house(), connection)
    return {"rows": len(found.rows), "differences": len(found.discrepancies)}
