"""Who may ask for which page: every page says it beside its address, and none is served without."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import cast
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, make_response, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from connector.console.office import house
from connector.domain.user import LoginRefused, Role, User
from connector.flows import logins

View = Callable[..., ResponseReturnValue]

blueprint = Blueprint("console", __name__, url_prefix="/console", template_folder="templates", static_folder="static")

NEEDS: dict[str, Role | None] = {}
"""The role each page needs, by its endpoint; None for those that strangers see."""

SESSION = "session"
"""Where the signed cookie holds the session's secret."""


@dataclass(frozen=True)
class Visitor:
    """A user as Flask-Login wants one."""

    user: User
    is_active = True
    is_authenticated = True
    is_anonymous = False

    def get_id(self) -> str:
        """Who it is, for the library; who counts is the session's row."""
        return str(self.user.id)


def visitor() -> Visitor | None:
    """Find whose session the present request holds."""
    secret = session.get(SESSION)
    user = logins.user_of(house(), secret) if isinstance(secret, str) else None
    return Visitor(user) if user else None


def user() -> User:
    """Tell who asks; only where a page needs a role."""
    return cast(Visitor, current_user).user


def page(rule: str, *, needs: Role | None, methods: tuple[str, ...] = ("GET",)) -> Callable[[View], View]:
    """Serve a view at an address, to those who have the role it needs."""

    def register(view: View) -> View:
        name = view.__name__
        NEEDS[f"console.{name}"] = needs
        blueprint.add_url_rule(rule, name, view if needs is None else _guarded(view, needs), methods=list(methods))
        return view

    return register


def _guarded(view: View, needs: Role) -> View:
    @wraps(view)
    def asked(**words: object) -> ResponseReturnValue:
        if not current_user.is_authenticated:
            return _to_login()
        if not user().role.may(needs):
            abort(403)
        return view(**words)

    return asked


def _to_login() -> ResponseReturnValue:
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    login = url_for("console.login", next=wanted)
    if "HX-Request" in request.headers:  # a piece of a page cannot show the login: the whole page goes there
        answer = make_response("", 401)
        answer.headers["HX-Redirect"] = url_for("console.login")
        return answer
    return redirect(login)


def asker() -> str:
    """Tell from which address the present request comes."""
    return request.remote_addr or "unknown"


def refusal(refused: LoginRefused, page: str) -> Response:
    """Answer somebody who did not prove who they are with a page that says so."""
    answer = make_response(page, 429 if refused.wait else 401)
    if refused.wait:
        answer.headers["Retry-After"] = str(refused.wait)
    return answer


def inside(address: str | None) -> str:
    """Give an address within the console to go on to, whatever was asked for: nobody is led elsewhere."""
    home = url_for("console.overview")
    parts = urlsplit(address or "")
    plain = not parts.scheme and not parts.netloc and parts.path.startswith("/console/") and "\\" not in parts.path
    safe = plain and "//" not in parts.path and not any(ord(letter) < 32 for letter in address or "")
    return (address or home) if safe else home
