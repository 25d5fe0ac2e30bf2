"""Doorbells of an order's journey on the ERP's side."""

from __future__ import annotations

from typing import Any

from connector.flows import postings
from tasks import chains
from tasks.app import app, house
from tasks.base import HouseTask, run_of


@app.task(base=HouseTask, name="postings.post_sale")
def post_sale(*, connection: str, order: int, run: str, **_: Any) -> dict[str, int]:
    """Send the sales order."""
    return {"sent": postings.post_sale(house(), run_of(connection=connection, order=order, run=run))}


@app.task(base=HouseTask, name="postings.post_payments")
def post_payments(*, connection: str, order: int, run: str, **_: Any) -> dict[str, int]:
    """Send the journals of the sale and its payments."""
    return {"sent": postings.post_payments(house(), run_of(connection=connection, order=order, run=run))}


@app.task(base=HouseTask, name="postings.post_refunds")
def post_refunds(*, connection: str, order: int, run: str, **_: Any) -> dict[str, int]:
    """Ring for each refund in turn, one after the other, then settle; and for what there is room for now."""
    at = run_of(connection=connection, order=order, run=run)
    refunds, next_ones = postings.refunds_due(house(), at)
    chains.dispatch_refunds(at, refunds)
    return {"due": len(refunds), "dispatched": chains.dispatch_all(next_ones)}


@app.task(base=HouseTask, name="postings.post_refund")
def post_refund(*, connection: str, order: int, run: str, refund: int, **_: Any) -> dict[str, int]:
    """Send the journal of one refund."""
    return {"sent": postings.post_refund(house(), run_of(connection=connection, order=order, run=run), refund)}
