"""Proof on paper: reconciliations, certificates, and what differs in the catalog."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from itertools import islice
from typing import NoReturn

from flask import Response, abort, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from connector.console.guard import page, user
from connector.console.office import house, office
from connector.domain.faults import Busy, Misconfigured
from connector.domain.paper import Paper
from connector.domain.user import Role
from connector.flows import audit as trail
from connector.flows import catalog, drift, papers
from connector.flows import certificate as certificates
from connector.flows import reconciliation as journeys
from connector.flows.listing import day_of

MOST_DAYS = 31
ROWS = 2000
DRIFTS = 500


@page("/c/<name>/reconciliation", needs=Role.VIEWER)
def reconciliation(name: str) -> ResponseReturnValue:
    """List what was reconciled, and whether it agreed."""
    made = trail.proofs(house(), name, "reconciled")
    yesterday = journeys.today(house(), name) - timedelta(days=1)
    return render_template("reconciliation.html", connection=name, made=made, yesterday=yesterday)


@page("/c/<name>/reconciliation", needs=Role.OPERATOR, methods=("POST",))
def reconcile(name: str) -> ResponseReturnValue:
    """Compare the store, our journals and Infor's ledger, and keep what was found."""
    first, last = _days()
    found = journeys.reconcile(house(), name, first, last)
    kept = journeys.keep(house(), found, by=user().actor)
    flash(f"{first} to {last}: " + ("all agrees." if found.agrees else f"{len(found.discrepancies)} differences."))
    return redirect(url_for("console.figures_of", name=name, file=kept[0].name))


def _days() -> tuple[date, date]:
    first, last = day_of(request.form.get("first", "")), day_of(request.form.get("last", ""))
    if first is None or last is None or first > last or last - first >= timedelta(days=MOST_DAYS):
        raise Misconfigured(f"give a first and a last day, {MOST_DAYS} days at most; the terminal takes more")
    return first, last


@page("/c/<name>/reconciliation/<file>", needs=Role.VIEWER)
def figures_of(name: str, file: str) -> ResponseReturnValue:
    """Show the figures of one reconciliation."""
    if not file.endswith(".csv"):
        abort(404)
    table = papers.find(house(), name, file).content.decode()
    head, *rows = list(islice(csv.reader(io.StringIO(table, newline="")), ROWS + 1))
    return render_template("figures.html", connection=name, file=file, head=head, rows=rows, most=ROWS)


@page("/c/<name>/papers/<file>", needs=Role.VIEWER)
def download(name: str, file: str) -> ResponseReturnValue:
    """Give out a file of a reconciliation or certificate as it was kept."""
    return _given_out(papers.give_out(house(), name, file, by=user().actor))


def _given_out(paper: Paper) -> Response:
    return send_file(io.BytesIO(paper.content), as_attachment=True, download_name=paper.name)


@page("/c/<name>/certificate", needs=Role.VIEWER)
def certificate(name: str) -> ResponseReturnValue:
    """List what was certified."""
    made = trail.proofs(house(), name, "certified")
    yesterday = journeys.today(house(), name) - timedelta(days=1)
    return render_template("certificate.html", connection=name, made=made, yesterday=yesterday)


@page("/c/<name>/certificate", needs=Role.OPERATOR, methods=("POST",))
def certify(name: str) -> ResponseReturnValue:
    """Prove that every order, payment and refund of some days has one end, and give the certificate out."""
    period = certificates.days(house(), name, *_days())
    made = certificates.certify(house(), name, period, wait=_no_wait, by=user().actor, fetch=True, deep=False)
    for run in made.runs:
        office().dispatch(run)
    return _given_out(made.paper)


def _no_wait(pause: timedelta) -> NoReturn:
    raise Busy(
        f"the store's window is spent: try again in {pause.total_seconds():.0f} s, or let "
        "`ml-connector certificate` wait for it"
    )


@page("/c/<name>/drift", needs=Role.VIEWER)
def drift_of(name: str) -> ResponseReturnValue:
    """Say what a comparison costs, before anybody asks for it."""
    return render_template("drift.html", connection=name, found=None, standing=_standing(name))


@page("/c/<name>/drift", needs=Role.OPERATOR, methods=("POST",))
def compare(name: str) -> ResponseReturnValue:
    """Compare the store with Infor, SKU by SKU; with ``heal`` let what differs go to the store again."""
    found = list(islice(drift.found(house(), name), DRIFTS))
    if request.form.get("heal") == "1":
        drift.heal(house(), name, found, by=user().actor)
        flash("What differs goes to the store again with the next turn of the catalog.")
    return render_template("drift.html", connection=name, found=found, most=DRIFTS, standing=_standing(name))


def _standing(name: str) -> list[tuple[str, str, int]]:
    counted = catalog.standing(house(), name).items()
    return sorted((aspect.value, state.value, count) for (aspect, state), count in counted)
