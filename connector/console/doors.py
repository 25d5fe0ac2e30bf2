"""In and out of the console: password, one-time link, logging out."""

from __future__ import annotations

from flask import redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from connector.console.guard import SESSION, asker, inside, page, refusal, user
from connector.console.office import house
from connector.domain.user import LoginRefused, Role
from connector.flows import logins


@page("/login", needs=None)
def login() -> ResponseReturnValue:
    """Ask for name and password."""
    if current_user.is_authenticated:
        return redirect(inside(request.args.get("next")))
    return render_template("login.html", next=request.args.get("next", ""))


@page("/login", needs=None, methods=("POST",))
def log_in() -> ResponseReturnValue:
    """Let somebody in who knows their password, and lead them where they wanted to go."""
    form = request.form
    try:
        _, secret = logins.log_in(house(), form.get("name", "").strip(), form.get("password", ""), address=asker())
    except LoginRefused as refused:
        return refusal(refused, render_template("login.html", refused=refused, next=form.get("next", "")))
    return _let_in(secret, inside(form.get("next")))


@page("/enter/<secret>", needs=None)
def entrance(secret: str) -> ResponseReturnValue:
    """Show the one-time login: a program that only looks at links does not use it up."""
    return render_template("enter.html", secret=secret)


@page("/enter/<secret>", needs=None, methods=("POST",))
def enter(secret: str) -> ResponseReturnValue:
    """Use a one-time login up."""
    try:
        _, session_secret = logins.enter(house(), secret, address=asker())
    except LoginRefused as refused:
        return refusal(refused, render_template("login.html", refused=refused, next=""))
    return _let_in(session_secret, url_for("console.overview"))


@page("/logout", needs=Role.VIEWER, methods=("POST",))
def log_out() -> ResponseReturnValue:
    """End the session, whatever copies of its cookie there are."""
    logins.log_out(house(), session[SESSION], user())
    session.clear()
    return redirect(url_for("console.login"))


def _let_in(secret: str, where: str) -> ResponseReturnValue:
    session.clear()  # what a stranger may have put there is not carried inside
    session[SESSION] = secret
    return redirect(where)
