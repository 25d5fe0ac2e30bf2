"""The first page: all connections at a glance, then one of them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, time

from flask import render_template
from flask.typing import ResponseReturnValue

from connector.console.guard import page
from connector.console.office import house
from connector.domain.user import Role
from connector.flows import overview as glance
from connector.flows.overview import Overview


@page("/", needs=Role.VIEWER)
def overview() -> ResponseReturnValue:
    """Show all connections at a glance."""
    return render_template("overview.html", shown=glance.every(house()), points=_points)


@page("/c/<name>/", needs=Role.VIEWER)
def standing(name: str) -> ResponseReturnValue:
    """Show one connection at a glance."""
    one = glance.of(house(), name)
    return render_template("connection.html", connection=name, shown=[one], points=_points)


def _points(one: Overview) -> str:
    """Lay the days out as a chart reads them."""
    days = [int(datetime.combine(row.day, time(), UTC).timestamp()) for row in one.days]
    series = [
        {"label": "orders", "tone": "--pico-primary", "values": [row.orders for row in one.days]},
        {"label": "posted", "tone": "--good", "values": [row.posted for row in one.days]},
        {"label": "for a person", "tone": "--bad", "values": [row.for_a_person for row in one.days]},
    ]
    return json.dumps({"days": days, "series": series})
