"""The error desk: what asks for a person, what to do about it, and what was done by hand."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from connector.console.guard import page, user
from connector.console.office import house, office
from connector.domain.faults import advice_for
from connector.domain.identity import OrderRef
from connector.domain.user import Role
from connector.flows import bundle, by_hand, notices, record_ids, settling
from connector.flows import desk as troubles
from connector.records.runs import Run


@page("/c/<name>/desk", needs=Role.VIEWER)
def desk(name: str) -> ResponseReturnValue:
    """Show what asks for a person."""
    return render_template(
        "desk.html",
        connection=name,
        shown=troubles.of_connection(house(), name),
        asking=notices.listed(house(), name),
        advice=advice_for,
        most=troubles.MOST,
    )


@page("/c/<name>/orders/<int:number>/done", needs=Role.OPERATOR, methods=("POST",))
def notice_done(name: str, number: int) -> ResponseReturnValue:
    """Take off the list what was done in Infor by hand."""
    notices.close(house(), OrderRef(name, number), by=user().actor, seen=request.form.get("seen", ""))
    flash(f"Order {number} asks for nothing any more.")
    return redirect(url_for("console.desk", name=name))


@page("/c/<name>/records/<record>/settle", needs=Role.OPERATOR, methods=("POST",))
def settle(name: str, record: str) -> ResponseReturnValue:
    """Take over what a person booked in Infor, under its number there; what cannot be compared, on their word."""
    record_ids.check_owner(house(), record, name)
    number, why = (request.form.get(field, "") for field in ("number", "why"))
    if "why" in request.form:
        run = by_hand.leave_out(house(), record, number=number, why=why, by=user().actor)
        return _said(run, name, f"{record} is left to you.")
    run = settling.settle(house(), record, number, by=user().actor)
    return _said(run, name, f"{record} is settled: Infor has it under the number you gave.")


@page("/c/<name>/records/<record>/unsettle", needs=Role.OPERATOR, methods=("POST",))
def unsettle(name: str, record: str) -> ResponseReturnValue:
    """Plan again what was left to a person."""
    record_ids.check_owner(house(), record, name)
    return _said(by_hand.take_back(house(), record, by=user().actor), name, f"{record} is planned again.")


def _said(run: Run, name: str, what: str) -> ResponseReturnValue:
    office().dispatch(run)
    flash(what)
    return redirect(url_for("console.order", name=name, number=run.ref.order))


@page("/c/<name>/records/<record>/bundle", needs=Role.OPERATOR)
def support_bundle(name: str, record: str) -> ResponseReturnValue:
    """Give out everything that is kept of a record's order, redacted."""
    record_ids.check_owner(house(), record, name)
    packed = bundle.of_record(house(), record, by=user().actor)
    headers = {"Content-Disposition": f'attachment; filename="{name}-{record}.zip"'}
    return Response(packed, mimetype="application/zip", headers=headers)
