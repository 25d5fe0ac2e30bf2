"""The first hour: connect, map with suggestions, rehearse, look at orders, go live."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, time
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from connector.console.guard import page, user
from connector.console.office import house, office
from connector.domain.connection import Booking
from connector.domain.faults import Misconfigured
from connector.domain.identity import OrderRef
from connector.domain.text import number as whole
from connector.domain.user import Role
from connector.flows import approvals, connections, golive, rehearsals, setup, suggestions
from connector.flows.house import connection_of
from connector.flows.listing import day_of
from connector.mapping.located import BadFile
from connector.telemetry.redaction import is_sensitive

MOST_DAYS = 3660
ROWS = 400
"""Lines of a long list that are shown; a form has at most a thousand fields."""

SECRETS = ("access_token", "client_secret", "ionapi")
"""What a form sends and no page ever shows again."""


@page("/connect", needs=Role.ADMIN)
def connect() -> ResponseReturnValue:
    """Ask for both sides' credentials."""
    return _connect({})


@page("/connect", needs=Role.ADMIN, methods=("POST",))
def add_connection() -> ResponseReturnValue:
    """Save a connection, paused, if both real systems say that everything about it holds."""
    form = request.form
    files = {name: _upload(name) for name in SECRETS}
    try:
        name, checks = setup.take(
            house(), _written(form), "the form", lambda path: files[path], by=user().actor, pause=True
        )
    except (BadFile, Misconfigured) as wrong:
        return _connect(form, problems=str(wrong).splitlines()), 400
    if not all(check.ok for check in checks):
        return _connect(form, checks=checks), 400
    flash(f"{name} is saved, and paused: nothing is posted while you look.")
    return redirect(url_for("console.start", name=name))


def _connect(form: Mapping[str, str], **told: object) -> str:
    shown = {name: value for name, value in form.items() if name not in SECRETS}
    shown["settings"] = "\n".join(map(_without_secret, form.get("settings", "").splitlines()))
    return render_template("connect.html", form=shown, bookings=list(Booking), **told)


def _without_secret(line: str) -> str:
    name, colon, _ = line.partition(":")
    return name + colon if is_sensitive(name.strip()) else line


def _upload(name: str) -> bytes:
    """Take a secret as it was typed, or as the file that was chosen."""
    file = request.files.get(name)
    return file.read() if file and file.filename else request.form.get(name, "").strip().encode()


def _written(form: Mapping[str, str]) -> str:
    """Write the form as a connection file: JSON is YAML."""
    settings = dict(_setting(line) for line in form.get("settings", "").splitlines() if line.strip())
    infor = {**settings, "suite": form.get("suite", "").strip(), "ionapi": "ionapi"}
    shop = {name: form.get(name, "").strip() for name in ("store_hash", "client_id", "api_url")}
    told: dict[str, Any] = {
        "name": form.get("name", "").strip(),
        "bigcommerce": {name: value for name, value in shop.items() if value}
        | {"access_token_file": "access_token", "client_secret_file": "client_secret"},
        "infor": infor,
        "booking": form.get("booking", ""),
        "start_from": form.get("start_from", ""),
    }
    return json.dumps(told)


def _setting(line: str) -> tuple[str, str]:
    name, colon, value = line.partition(":")
    if not colon:
        raise Misconfigured(f"{line.strip()!r} is no setting: write one a line, such as company: 100")
    return name.strip(), value.strip().strip("\"'")


@page("/c/<name>/start", needs=Role.VIEWER)
def start(name: str) -> ResponseReturnValue:
    """Show how far the first hour has come."""
    return render_template(
        "start.html",
        connection=name,
        settings=connection_of(house(), name),
        versions=connections.profiles_of(house(), name, limit=1),
        rehearsals=rehearsals.of_connection(house(), name),
        today=house().now().date(),
    )


@page("/c/<name>/fit", needs=Role.OPERATOR, methods=("POST",))
def rehearse(name: str) -> ResponseReturnValue:
    """Begin a rehearsal in the background."""
    days = whole(request.form.get("days", "")) or 0
    if not 1 <= days <= MOST_DAYS:
        raise Misconfigured(f"give a number of days, 1 to {MOST_DAYS}")
    number = rehearsals.ask(house(), name, days, by=user().actor)
    office().rehearse(number)
    return redirect(url_for("console.rehearsal", name=name, number=number))


@page("/c/<name>/fit/<int:number>", needs=Role.VIEWER)
def rehearsal(name: str, number: int) -> ResponseReturnValue:
    """Show a rehearsal; a browser asks for the inner part again while it runs."""
    template = "rehearsed.html" if request.args.get("part") == "1" else "rehearsal.html"
    one = rehearsals.one(house(), name, number)
    return render_template(template, connection=name, one=one, most=ROWS)


@page("/c/<name>/fit/<int:number>", needs=Role.OPERATOR, methods=("POST",))
def go_on(name: str, number: int) -> ResponseReturnValue:
    """Ring again for a rehearsal that nobody seems to be at."""
    office().rehearse(rehearsals.one(house(), name, number).id)
    return redirect(url_for("console.rehearsal", name=name, number=number))


@page("/c/<name>/fit/<int:number>/mapping", needs=Role.OPERATOR, methods=("POST",))
def accept(name: str, number: int) -> ResponseReturnValue:
    """Put what was accepted and filled in into a profile, to be looked at, checked and saved."""
    one = rehearsals.one(house(), name, number)
    if one.found is None or one.drafted is None:
        raise Misconfigured(f"rehearsal {number} of {name} has drafted nothing yet")
    lines = enumerate(one.drafted.proposals)
    chosen = [request.form.get(f"value-{place}", line.value).strip() for place, line in lines]
    text = suggestions.accepted(house(), name, one.found, one.drafted, chosen)
    versions = connections.profiles_of(house(), name)
    newest = versions[0].version if versions else 0
    return render_template(
        "mapping.html", connection=name, text=text, shown=0, versions=versions, newest=newest, draft=True
    )


@page("/c/<name>/orders/<int:number>/approve", needs=Role.OPERATOR, methods=("POST",))
def approve(name: str, number: int) -> ResponseReturnValue:
    """Let exactly the plan that was shown go."""
    _, run = approvals.approve(house(), OrderRef(name, number), request.form.get("hash", ""), by=user().actor)
    office().dispatch(run)
    flash(f"Order {number} is approved as it is shown.")
    return redirect(url_for("console.preview", name=name, number=number))


@page("/c/<name>/preview", needs=Role.VIEWER)
def preview_of(name: str) -> ResponseReturnValue:
    """Find the preview of an order by its number."""
    number = whole(request.args.get("number", "").strip().removeprefix("#"))
    if number is None:
        raise Misconfigured("give the store's order number, such as 1042")
    return redirect(url_for("console.preview", name=name, number=number))


@page("/c/<name>/golive", needs=Role.OPERATOR, methods=("POST",))
def go_live(name: str) -> ResponseReturnValue:
    """Post from a day on, and let the connection work."""
    day = day_of(request.form.get("start_from", ""))
    if day is None:
        raise Misconfigured("choose the day from which on orders are posted")
    moment, required = datetime.combine(day, time(), UTC), request.form.get("require_approved") == "1"
    live = golive.go_live(house(), name, moment, require_approved=required, by=user().actor)
    what = "approved orders" if live.require_approved else "orders"
    flash(f"{name} is at work and posts {what} created from {day} on (UTC).")
    return redirect(url_for("console.start", name=name))
