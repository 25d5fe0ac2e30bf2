"""Doorbells of the rehearsals."""

from __future__ import annotations

from typing import Any

from connector.flows import rehearsals
from tasks.app import app, house
from tasks.base import HouseTask


@app.task(base=HouseTask, name="fit.turn")
def turn(*, rehearsal: int, **_: Any) -> dict[str, int]:
    """Do a piece of a rehearsal, and ring again where more is left."""
    report = rehearsals.turn(house(), rehearsal)
    for _again in range(report.more):
        turn.apply_async(kwargs={"rehearsal": rehearsal}, countdown=report.wait.total_seconds())
    return {"more": report.more}
