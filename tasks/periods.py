"""Doorbells of the books' calendar."""

from __future__ import annotations

from typing import Any

from connector.flows import periods
from tasks.app import app, house
from tasks.base import HouseTask


@app.task(base=HouseTask, name="periods.read_due")
def read_due(**_: Any) -> dict[str, int]:
    """Ring for every connection whose accounting periods are to be read."""
    names = periods.due(house())
    for name in names:
        read.apply_async(kwargs={"connection": name})
    return {"due": len(names)}


@app.task(base=HouseTask, name="periods.read")
def read(*, connection: str, **_: Any) -> dict[str, int]:
    """Read a connection's accounting periods, and let go what a closed one held."""
    return {"periods": len(periods.read(house(), connection) or ())}
