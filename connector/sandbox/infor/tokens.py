"""The authorization server: password and client-credentials grants, and which tokens are still good."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Mapping
from typing import Any

from werkzeug.datastructures import Authorization
from werkzeug.wrappers import Request

from connector.sandbox.infor.options import IonOptions

_FORM = "application/x-www-form-urlencoded"


class TokenOffice:
    """Grants tokens and remembers when each ends. Thread-safe.

    ``requests`` is every request for a token, granted or not; ``expired_hits`` counts calls made with a token that
    was granted here but had ended.
    """

    def __init__(self, options: IonOptions, now: Callable[[], float]) -> None:
        self.requests: list[dict[str, Any]] = []
        self.expired_hits = 0
        self.unknown_hits = 0
        self._options = options
        self._now = now
        self._ends: dict[str, float] = {}
        self._lock = threading.Lock()

    def grant(self, request: Request) -> tuple[int, dict[str, Any]]:
        """Answer a request to the token endpoint."""
        status, answer = self._answer(request)
        with self._lock:
            self.requests.append(
                {"at": self._now(), "grant": request.form.get("grant_type", ""), "granted": status == 200}
            )
        return status, answer

    def _answer(self, request: Request) -> tuple[int, dict[str, Any]]:
        if request.mimetype != _FORM:
            return 400, _problem("invalid_request", "The request must be form-encoded")
        form = request.form
        if not self._knows_client(form, request.authorization):
            return 401, _problem("invalid_client", "Client authentication failed")
        if form.get("grant_type") == "client_credentials":
            return 200, self._issue()
        if form.get("grant_type") != "password" or not self._options.saak:
            return 400, _problem("unsupported_grant_type", "This grant is not enabled for the client")
        if not _same(form.get("username"), self._options.saak) or not _same(form.get("password"), self._options.sask):
            return 400, _problem("invalid_grant", "The service account's keys are not valid")
        return 200, self._issue()

    def _knows_client(self, form: Mapping[str, str], basic: Authorization | None) -> bool:
        if basic is not None and basic.type == "basic":
            given = (basic.username, basic.password)
        else:
            given = (form.get("client_id"), form.get("client_secret"))
        return _same(given[0], self._options.client_id) and _same(given[1], self._options.client_secret)

    def _issue(self) -> dict[str, Any]:
        """Grant a token; every other answer tells its life as a text (facts/infor.md §1.2)."""
        token = f"eyJ{secrets.token_urlsafe(96)}"
        life = int(self._options.token_seconds)
        with self._lock:
            self._ends[token] = self._now() + self._options.token_seconds
            numeric = len(self._ends) % 2 == 1
        return {"access_token": token, "token_type": "Bearer", "expires_in": life if numeric else str(life)}

    def admits(self, bearer: Authorization | None) -> bool:
        """Say whether a call's token is good, and count those that are not."""
        token = bearer.token if bearer is not None and bearer.type == "bearer" else None
        with self._lock:
            end = self._ends.get(token or "")
            if end is None:
                self.unknown_hits += 1
            elif end <= self._now():
                self.expired_hits += 1
            else:
                return True
        return False

    def revoke_all(self) -> int:
        """Forget every token, as an administrator's revocation does; gives how many there were."""
        with self._lock:
            count = len(self._ends)
            self._ends.clear()
        return count


def _same(given: str | None, known: str) -> bool:
    return secrets.compare_digest((given or "").encode(), known.encode())


def _problem(error: str, description: str) -> dict[str, Any]:
    return {"error": error, "error_description": description}
