"""The ION API gateway: a token for every call, a quota for all of them, and only the paths that exist."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from typing import Any

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from connector.sandbox.infor import m3api
from connector.sandbox.infor.options import Options
from connector.sandbox.infor.refusals import Malformed
from connector.sandbox.infor.tenant import Tenant
from connector.sandbox.infor.tokens import TokenOffice


class Quota:
    """So many calls per window for all callers together; windows follow each other without a gap."""

    def __init__(self, limit: tuple[int, float] | None, now: Callable[[], float]) -> None:
        self.limit = limit
        self.throttled = 0
        self._now = now
        self._window = -1
        self._used = 0

    def refuses(self) -> float | None:
        """Count a call; give the seconds to wait when it is one too many, else None."""
        if self.limit is None:
            return None
        calls, seconds = self.limit
        window = int(self._now() // seconds)
        if window != self._window:
            self._window, self._used = window, 0
        self._used += 1
        if self._used <= calls:
            return None
        self.throttled += 1
        return (window + 1) * seconds - self._now()


class Gateway:
    """Routes a request to the authorization server or to M3."""

    def __init__(self, options: Options, tokens: TokenOffice, quota: Quota, tenant: Tenant) -> None:
        self._options = options
        self._tokens = tokens
        self._quota = quota
        self._tenant = tenant
        self._lock = threading.Lock()
        base = f"/{options.tenant}/M3/m3api-rest/v2/execute"
        self._paths = Map(
            [
                Rule(f"/{options.tenant}/as/token.oauth2", endpoint="token", methods=["POST"]),
                Rule(base, endpoint="bulk", methods=["POST"]),
                Rule(f"{base}/<program>/<transaction>", endpoint="single", methods=["GET"]),
            ],
            strict_slashes=False,
        )

    @contextmanager
    def company(self) -> Iterator[Tenant]:
        """Give the tenant to one caller at a time, with its due batch jobs done."""
        with self._lock:
            self._tenant.run_due()
            yield self._tenant

    def answer(self, request: Request) -> Response:
        """Answer one request."""
        try:
            endpoint, values = self._paths.bind_to_environ(request.environ).match()
        except HTTPException as wrong_path:
            if not request.path.endswith("/token.oauth2") and not self._tokens.admits(request.authorization):
                return _unauthorized()
            return _json(wrong_path.code or 404, _message(wrong_path.description or ""))
        if endpoint == "token":
            return _json(*self._tokens.grant(request))
        if not self._tokens.admits(request.authorization):
            return _unauthorized()
        with self.company() as tenant:
            return self._throttle() or _execute(tenant, request, values)

    def _throttle(self) -> Response | None:
        wait = self._quota.refuses()
        if wait is None:
            return None
        response = _json(429, _message("Quota violation: too many requests"))
        if self._options.quota_headers:
            response.headers["Retry-After"] = str(int(wait) + 1)
        return response


def _execute(tenant: Tenant, request: Request, values: Mapping[str, str]) -> Response:
    try:
        if values:
            call = m3api.call_of_get(values["program"], values["transaction"], request.args)
        else:
            call = m3api.call_of_post(json.loads(request.get_data(), parse_float=str))
    except Malformed as malformed:
        return _json(400, {"errorMessage": malformed.message, "errorType": malformed.kind})
    except ValueError:
        return _json(400, {"errorMessage": "The body is not JSON", "errorType": "BadRequest"})
    return _json(*m3api.run(tenant, call))


def name_of(environ: dict[str, Any]) -> str:
    """Name a call for the dial: ``ion token`` or ``m3 PROGRAM/TX`` (a bulk by its first transaction).

    Reads the body and puts it back.
    """
    path = environ.get("PATH_INFO", "")
    if path.endswith("/token.oauth2"):
        return "ion token"
    if environ.get("REQUEST_METHOD") == "POST":
        body = Request(environ).get_data()
        environ["wsgi.input"], environ["CONTENT_LENGTH"] = BytesIO(body), str(len(body))
        environ.pop("werkzeug.request", None)
        return f"m3 {_first_transaction(body)}"
    program, _, transaction = path.rpartition("/execute/")[2].partition("/")
    return f"m3 {program}/{transaction.partition(';')[0]}"


def _first_transaction(body: bytes) -> str:
    try:
        call = m3api.call_of_post(json.loads(body))
    except (ValueError, Malformed):
        return "unreadable"
    return f"{call.program}/{call.steps[0].transaction if call.steps else ''}"


def _json(status: int, body: dict[str, Any]) -> Response:
    return Response(json.dumps(body), status, mimetype="application/json")


def _message(text: str) -> dict[str, Any]:
    return {"error": {"message": text}}


def _unauthorized() -> Response:
    return _json(401, _message("Unauthorized: the access token is missing, unknown or expired"))
