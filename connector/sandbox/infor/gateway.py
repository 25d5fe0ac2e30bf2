"""The ION API gateway: a token for every call, a quota for all of them, and only the paths that exist."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from typing import Any, Protocol

from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Request, Response

from connector.sandbox.infor.options import IonOptions
from connector.sandbox.infor.tokens import TokenOffice


class Product(Protocol):
    """One API suite behind the gateway: what stands under ``/{tenant}/{its name}/``."""

    def answer(self, request: Request) -> Response:
        """Answer a call whose token and quota are good.

        :raises HTTPException: there is no such path.
        """
        ...

    def name_of(self, environ: dict[str, Any]) -> str:
        """Name a call for the dial; ``peek`` reads its body and puts it back."""
        ...


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
    """Routes a request to the authorization server or to a product, one at a time."""

    def __init__(
        self,
        options: IonOptions,
        tokens: TokenOffice,
        quota: Quota,
        products: Mapping[str, Product],
        run_due: Callable[[], None],
    ) -> None:
        self._options = options
        self._tokens = tokens
        self._quota = quota
        self._products = products
        self._run_due = run_due
        self._lock = threading.Lock()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep everybody else out of the tenant, with its due batch jobs done."""
        with self._lock:
            self._run_due()
            yield

    def answer(self, request: Request) -> Response:
        """Answer one request."""
        if request.path == self._token_path():
            if request.method != "POST":
                return json_response(405, message("The method is not allowed for the requested URL."))
            return json_response(*self._tokens.grant(request))
        if not self._tokens.admits(request.authorization):
            return json_response(401, message("Unauthorized: the access token is missing, unknown or expired"))
        with self.alone():
            return self._throttle() or self._execute(request)

    def _token_path(self) -> str:
        return f"/{self._options.tenant}/as/token.oauth2"

    def _throttle(self) -> Response | None:
        wait = self._quota.refuses()
        if wait is None:
            return None
        response = json_response(429, message("Quota violation: too many requests"))
        if self._options.quota_headers:
            response.headers["Retry-After"] = str(int(wait) + 1)
        return response

    def _execute(self, request: Request) -> Response:
        product = self._product(request.path)
        if product is None:
            return json_response(404, message("The requested URL was not found on the server."))
        try:
            return product.answer(request)
        except HTTPException as wrong_path:
            return json_response(wrong_path.code or 404, message(wrong_path.description or ""))

    def _product(self, path: str) -> Product | None:
        _, tenant, name, *_ = [*path.split("/", 3), "", ""]
        return self._products.get(name) if tenant == self._options.tenant else None

    def name_of(self, environ: dict[str, Any]) -> str:
        """Name a call for the dial: ``ion token``, or as its product says; reads the body and puts it back."""
        path = environ.get("PATH_INFO", "")
        if path.endswith("/token.oauth2"):
            return "ion token"
        product = self._product(path)
        return product.name_of(environ) if product else f"ion {path}"


def peek(environ: dict[str, Any]) -> bytes:
    """Read a request's body and put it back."""
    body = Request(environ).get_data()
    environ["wsgi.input"], environ["CONTENT_LENGTH"] = BytesIO(body), str(len(body))
    environ.pop("werkzeug.request", None)
    return body


def json_response(status: int, body: Any) -> Response:
    """Give an answer in JSON."""
    return Response(json.dumps(body), status, mimetype="application/json")


def message(text: str) -> dict[str, Any]:
    """Write an error as the gateway does."""
    return {"error": {"message": text}}
