"""A connection as a whole: paused, resumed, pinged; its mapping profile; its webhooks; its trail."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from connector.console.guard import page, user
from connector.console.office import house, office
from connector.domain.text import number as whole
from connector.domain.user import Role
from connector.flows import audit as trail
from connector.flows import connections, hook_figures, hooks
from connector.flows.house import known
from connector.mapping.located import BadFile
from connector.records.trail import INSTALLATION

ENTRIES = 100


@page("/c/<name>/pause", needs=Role.OPERATOR, methods=("POST",))
def pause(name: str) -> ResponseReturnValue:
    """Stop or restart all work of a connection."""
    paused = request.form.get("paused") == "1"
    connections.pause(house(), name, paused=paused, by=user().actor)
    flash(f"{name} is paused: webhooks are kept, nothing is done." if paused else f"{name} is at work again.")
    return redirect(url_for("console.standing", name=name))


@page("/c/<name>/ping", needs=Role.OPERATOR, methods=("POST",))
def ping(name: str) -> ResponseReturnValue:
    """Ask both real systems everything that can be asked without writing."""
    lines = connections.ping(house(), name)
    return render_template("checks.html", connection=name, title="Both systems asked", lines=lines)


@page("/c/<name>/mapping", needs=Role.VIEWER)
def mapping(name: str) -> ResponseReturnValue:
    """Show the mapping profile, or one of its versions."""
    versions = connections.profiles_of(house(), name)
    asked = request.args.get("version", "")
    chosen = next((one for one in versions if str(one.version) == asked), versions[0] if versions else None)
    return _mapping(name, chosen.text if chosen else "", chosen.version if chosen else 0)


def _mapping(name: str, text: str, shown: int, **told: object) -> ResponseReturnValue:
    versions = connections.profiles_of(house(), name)
    newest = versions[0].version if versions else 0
    return render_template(
        "mapping.html", connection=name, text=text, shown=shown, versions=versions, newest=newest, **told
    )


@page("/c/<name>/mapping", needs=Role.OPERATOR, methods=("POST",))
def import_mapping(name: str) -> ResponseReturnValue:
    """Check a profile whole; save it as the next version unless something is wrong or somebody was faster."""
    text = request.form.get("text", "").replace("\r\n", "\n")
    base = whole(request.form.get("base", "")) or 0
    versions = connections.profiles_of(house(), name, limit=1)
    connections.check_newest(versions[0].version if versions else 0, base)
    try:
        wrong = [check for check in connections.check_profile(house(), name, text) if not check.ok]
    except BadFile as bad:
        return _mapping(name, text, base, problems=str(bad).splitlines())
    if wrong:
        return _mapping(name, text, base, wrong=wrong)
    if request.form.get("save") != "1":
        return _mapping(name, text, base, holds=True)
    version, released = connections.import_profile(house(), name, text, by=user().actor, upon=base)
    flash(f"Saved as version {version}; {released} held orders are being planned again.")
    return redirect(url_for("console.mapping", name=name))


@page("/c/<name>/webhooks", needs=Role.VIEWER)
def webhooks(name: str) -> ResponseReturnValue:
    """Show what arrived against what should have; with ``ask=1`` what is registered, too."""
    counted = hook_figures.of_period(house(), name)
    lines = hooks.listed(house(), name) if request.args.get("ask") == "1" else None
    reachable = house().public_url is not None
    return render_template("webhooks.html", connection=name, counted=counted, lines=lines, reachable=reachable)


@page("/c/<name>/webhooks", needs=Role.OPERATOR, methods=("POST",))
def ensure_webhooks(name: str) -> ResponseReturnValue:
    """Put the hooks right and read what they missed."""
    report = hooks.ensure(house(), name, by=user().actor)
    for run in report.runs:
        office().dispatch(run)
    return render_template("checks.html", connection=name, title="Webhooks put right", lines=report.lines)


@page("/c/<name>/audit", needs=Role.VIEWER)
def audit(name: str) -> ResponseReturnValue:
    """Show a connection's trail, newest first."""
    known(house(), name)  # the installation's own trail is for admins
    return _audit(name, "audit", name=name)


@page("/audit", needs=Role.ADMIN)
def audit_of_users() -> ResponseReturnValue:
    """Show the installation's trail: who may use the console, and who did."""
    return _audit(INSTALLATION, "audit_of_users")


def _audit(chain: str, endpoint: str, **words: str) -> ResponseReturnValue:
    before = whole(request.args.get("before", ""))
    entries = trail.newest(house(), chain, before=before, limit=ENTRIES)
    older = entries[-1].number if len(entries) == ENTRIES else None
    return render_template(
        "audit.html",
        connection=words.get("name"),
        chain=chain,
        entries=entries,
        older=older,
        endpoint=endpoint,
        words=words,
    )
