"""What the console is handed: the house, the bell to the workers, the key of its cookies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

from flask import Flask, current_app

from connector.flows.house import House
from connector.records.runs import Run


@dataclass(frozen=True)
class Office:
    """What stands behind the pages; ``dispatch`` sends a run to the workers and may fail, for beat finds it too.

    ``rehearse`` rings for a rehearsal by its number.
    """

    house: House
    dispatch: Callable[[Run | None], None]
    rehearse: Callable[[int], None]
    secret_key: str = field(repr=False)


def move_in(office: Office, app: Flask) -> None:
    """Give the app its office."""
    app.extensions["office"] = office


def office() -> Office:
    """Find the office of the app that answers the present request."""
    return cast(Office, current_app.extensions["office"])


def house() -> House:
    """Find the house of the app that answers the present request."""
    return office().house
