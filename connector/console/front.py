"""The console's Flask app: its pages, sessions, form tokens, headers and error pages."""

from __future__ import annotations

from importlib import import_module
from urllib.parse import urlsplit

from flask import Flask, Request, Response, abort, render_template, request
from flask.sessions import SecureCookieSessionInterface
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, current_user
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.exceptions import HTTPException

from connector.console import shown
from connector.console.guard import NEEDS, Visitor, blueprint, visitor
from connector.console.office import Office, move_in
from connector.domain.faults import Fault, Misconfigured, Unavailable, Unknown
from connector.mapping.located import BadFile
from connector.telemetry import logs

PAGES = ("doors", "overview", "orders", "records", "connections", "first_hour", "proofs", "desk", "people")
"""The modules whose views make up the console; each is named after what it shows."""

ROOMS = (
    ("standing", "At a glance"),
    ("orders", "Orders"),
    ("held", "Held"),
    ("desk", "Error desk"),
    ("records", "Records"),
    ("reconciliation", "Reconciliation"),
    ("certificate", "Certificates"),
    ("drift_of", "Catalog"),
    ("webhooks", "Webhooks"),
    ("mapping", "Mapping"),
    ("start", "First hour"),
    ("audit", "Trail"),
)
"""The pages of one connection, in the order in which its people need them."""

LARGEST_FORM = 2_000_000
"""Bytes; a mapping profile may have a million characters."""

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'; img-src 'self' data:"  # Pico's own file draws its marks as data
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_LOOPBACK = ("127.0.0.1", "localhost", "::1")

_HTTP = {
    403: "Your role does not allow this.",
    404: "There is no such page.",
    413: "That is too large.",
}
_STATUS = ((Unknown, 404), (Misconfigured, 400), (Unavailable, 503), (Fault, 409))

_log = logs.logger(__name__)


class Cookies(SecureCookieSessionInterface):
    """Sessions whose cookie goes over TLS alone, but for a browser on this very machine."""

    def get_cookie_secure(self, app: Flask) -> bool:  # noqa: ARG002  # the library's signature
        """Tell whether the cookie is for TLS alone."""
        return not is_plain_loopback(request)


def is_plain_loopback(asked: Request) -> bool:
    """Tell whether a browser on this machine asks without TLS."""
    return not asked.is_secure and urlsplit(f"//{asked.host}").hostname in _LOOPBACK


def create_app(office: Office) -> Flask:
    """Build the console over this office."""
    app = Flask("console", static_folder=None)
    app.url_map.merge_slashes = False  # an address that is odd is none; it leads nowhere
    app.config.update(
        SECRET_KEY=office.secret_key,
        SESSION_COOKIE_NAME="ml_connector",
        SESSION_COOKIE_PATH="/console/",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=LARGEST_FORM,
        MAX_FORM_MEMORY_SIZE=LARGEST_FORM,
        WTF_CSRF_TIME_LIMIT=None,  # a form is good as long as its session
        WTF_CSRF_SSL_STRICT=False,  # we send no referrer; the token is what counts
    )
    app.session_interface = Cookies()
    move_in(office, app)
    CSRFProtect(app)
    keeper = LoginManager()
    keeper.session_protection = None
    keeper.request_loader(_known)
    keeper.init_app(app)
    for name in PAGES:
        import_module(f"connector.console.{name}")
    shown.teach(app)
    app.register_blueprint(blueprint)
    return app


def _known(_: Request) -> Visitor | None:
    return visitor()


@blueprint.after_app_request
def _protect(response: Response) -> Response:
    response.headers.update(_HEADERS)
    if request.endpoint == "console.static":
        response.headers["Cache-Control"] = "public, max-age=86400"
    else:
        response.headers["Cache-Control"] = "no-store"
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    return response


@blueprint.app_context_processor
def _known_to_every_page() -> dict[str, object]:
    known = current_user.user if current_user.is_authenticated else None

    def may(endpoint: str) -> bool:
        needed = NEEDS[f"console.{endpoint}"]
        return needed is None or (known is not None and known.role.may(needed))

    return {"me": known, "may": may, "rooms": [(name, words) for name, words in ROOMS if may(name)]}


@blueprint.route("/<path:rest>")
def nowhere(rest: str) -> ResponseReturnValue:  # noqa: ARG001  # the router's word
    """Say that there is no such page, in the console's own words."""
    abort(404)


@blueprint.app_errorhandler(HTTPException)
def _refused(problem: HTTPException) -> ResponseReturnValue:
    if isinstance(problem, CSRFError):
        return _told(400, "This form is no longer valid.", "Go back, load the page again and send it once more.")
    code = problem.code or 500
    return _told(code, _HTTP.get(code, problem.name), "")


@blueprint.app_errorhandler(BadFile)
def _bad_file(problem: BadFile) -> ResponseReturnValue:
    return _told(400, str(problem), "Mend the lines above and try again.")


@blueprint.app_errorhandler(Fault)
def _fault(problem: Fault) -> ResponseReturnValue:
    status = next(status for kind, status in _STATUS if isinstance(problem, kind))
    return _told(status, problem.what, "" if status == 404 else problem.advice)


@blueprint.app_errorhandler(Exception)
def _failed(problem: Exception) -> ResponseReturnValue:
    _log.error("request.failed", exc_info=problem)
    return _told(500, "Something went wrong on our side.", "The log of the web process says what.")


def _told(status: int, what: str, advice: str) -> ResponseReturnValue:
    return render_template("error.html", status=status, what=what, advice=advice), status
