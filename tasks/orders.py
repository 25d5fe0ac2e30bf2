"""Doorbells of an order's journey on the store's side."""

from __future__ import annotations

from typing import Any

from connector.flows import backfill, customers, orders
from tasks import chains
from tasks.app import app, house
from tasks.base import HouseTask, run_of


@app.task(base=HouseTask, name="orders.pull")
def pull(*, connection: str, order: int, run: str, **_: Any) -> dict[str, int]:
    """Read the order as the store has it now, and plan what it owes."""
    plan = orders.pull(house(), run_of(connection=connection, order=order, run=run))
    return {"postings": len(plan.postings)}


@app.task(base=HouseTask, name="orders.align_customer")
def align_customer(*, connection: str, order: int, run: str, **_: Any) -> dict[str, int]:
    """Make sure that the ERP knows the buyer."""
    return {"aligned": customers.align(house(), run_of(connection=connection, order=order, run=run))}


@app.task(base=HouseTask, name="orders.settle")
def settle(*, connection: str, order: int, run: str, **_: Any) -> dict[str, int]:
    """Confirm what was sent, tell the store, and ring for what there is room for now."""
    next_ones = orders.settle(house(), run_of(connection=connection, order=order, run=run))
    return {"dispatched": chains.dispatch_all(next_ones)}


@app.task(base=HouseTask, name="orders.poll_due")
def poll_due(**_: Any) -> dict[str, int]:
    """Ring for every connection whose order poll is due."""
    names = backfill.due(house())
    for name in names:
        poll.apply_async(kwargs={"connection": name})
    return {"due": len(names)}


@app.task(base=HouseTask, name="orders.poll")
def poll(*, connection: str, **_: Any) -> dict[str, int]:
    """Read what webhooks missed."""
    report = backfill.poll(house(), connection)
    return {"seen": report.seen, "asked": report.asked, "dispatched": chains.dispatch_all(report.runs)}
