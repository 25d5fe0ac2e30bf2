"""Doorbells of the way back."""

from __future__ import annotations

from typing import Any

from connector.flows import catalog
from connector.settings import CLOCKS_APART
from tasks.app import app, house
from tasks.base import HouseTask


@app.task(base=HouseTask, name="catalog.due")
def due(**_: Any) -> dict[str, int]:
    """Ring for every connection that has catalog work."""
    names = catalog.due(house())
    expires = catalog.EVERY.total_seconds() + CLOCKS_APART
    for name in names:
        turn.apply_async(kwargs={"connection": name}, expires=expires)
    return {"due": len(names)}


@app.task(base=HouseTask, name="catalog.turn")
def turn(*, connection: str, **_: Any) -> dict[str, int]:
    """Do a short piece of a connection's catalog work, and ring again where more is left."""
    report = catalog.ring(house(), connection)
    for _again in range(report.more):
        turn.apply_async(kwargs={"connection": connection})
    return dict(report.done)
