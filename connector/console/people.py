"""Who may use the console, and one's own account."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from connector.console.guard import SESSION, asker, page, refusal, user
from connector.console.office import house
from connector.domain.faults import Misconfigured
from connector.domain.user import LoginRefused, Role
from connector.flows import logins, users


@page("/users", needs=Role.ADMIN)
def people() -> ResponseReturnValue:
    """List who may log in."""
    return render_template("users.html", rows=users.every(house()), roles=list(Role), made=None)


@page("/users", needs=Role.ADMIN, methods=("POST",))
def add_user() -> ResponseReturnValue:
    """Add a user and show their first one-time link, once."""
    name = request.form.get("name", "").strip()
    users.add(house(), name, _role(), None, by=user().actor)
    return _with_link(name)


@page("/users/<name>/link", needs=Role.ADMIN, methods=("POST",))
def make_link(name: str) -> ResponseReturnValue:
    """Make a one-time link for a user and show it, once."""
    return _with_link(name)


@page("/users/<name>/role", needs=Role.ADMIN, methods=("POST",))
def change_role(name: str) -> ResponseReturnValue:
    """Give a user another role."""
    users.change_role(house(), name, _role(), by=user().actor)
    return _done(f"{name} is {_role().value} from now on and must log in again.")


@page("/users/<name>/disable", needs=Role.ADMIN, methods=("POST",))
def disable_user(name: str) -> ResponseReturnValue:
    """Shut a user out, or let them in again."""
    disabled = request.form.get("disabled") == "1"
    users.disable(house(), name, disabled=disabled, by=user().actor)
    return _done(f"{name} is shut out." if disabled else f"{name} may log in again.")


@page("/account", needs=Role.VIEWER)
def account() -> ResponseReturnValue:
    """Show one's own account."""
    return _account()


def _account(refused: LoginRefused | None = None) -> str:
    return render_template("account.html", proves=logins.must_prove(house(), session[SESSION]), refused=refused)


@page("/account/password", needs=Role.VIEWER, methods=("POST",))
def change_password() -> ResponseReturnValue:
    """Change one's own password; all other sessions of the user end."""
    form = request.form
    if form.get("password") != form.get("again"):
        raise Misconfigured("the two passwords are not the same")
    present, new = form.get("present", ""), form.get("password", "")
    try:
        logins.change_password(house(), user(), session[SESSION], present, new, address=asker())
    except LoginRefused as refused:
        return refusal(refused, _account(refused))
    flash("Your password is changed; your other sessions are ended.")
    return redirect(url_for("console.account"))


@page("/account/zone", needs=Role.VIEWER, methods=("POST",))
def change_zone() -> ResponseReturnValue:
    """Choose the zone one's times are shown in."""
    users.change_zone(house(), user(), request.form.get("zone", "").strip())
    flash("Times are shown in your zone.")
    return redirect(url_for("console.account"))


def _role() -> Role:
    try:
        return Role(request.form.get("role"))
    except ValueError:
        raise Misconfigured("choose one of the roles: viewer, operator, admin") from None


def _with_link(name: str) -> ResponseReturnValue:
    secret = logins.link(house(), name, by=user().actor)
    made = (name, url_for("console.entrance", secret=secret, _external=True))
    return render_template("users.html", rows=users.every(house()), roles=list(Role), made=made)


def _done(what: str) -> ResponseReturnValue:
    flash(what)
    return redirect(url_for("console.people"))
