"""The doorbell that keeps tokens fresh."""

from __future__ import annotations

from typing import Any

from connector.flows import tokens
from tasks.app import app, house
from tasks.base import HouseTask


@app.task(base=HouseTask, name="tokens.refresh")
def refresh(**_: Any) -> dict[str, int]:
    """Renew the tokens that end soon."""
    return {"renewed": len(tokens.refresh_due(house()))}
