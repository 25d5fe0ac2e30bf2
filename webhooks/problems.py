"""What went wrong, as a status code: one table, no body, no traceback."""

from __future__ import annotations

from flask import Response, request
from werkzeug.exceptions import HTTPException

from connector.bigcommerce.signatures import SignatureRefused
from connector.domain.faults import Fault
from connector.telemetry import logs

_log = logs.logger(__name__)


def answer(problem: Exception) -> Response:
    """Turn a problem into an empty answer.

    Whatever is not the sender's doing is 503, our own mistakes too: what is not durable must come again.
    """
    match problem:
        case HTTPException():
            return _empty(problem.code or 500, dict(problem.get_headers()).get("Allow"))
        case SignatureRefused():
            _log.warning("delivery.refused", reason=problem.reason.value, **(request.view_args or {}))
            return _empty(401)
        case Fault():
            _log.warning("request.failed", fault=problem.code, what=str(problem))
        case _:
            _log.error("request.failed", exc_info=problem)
    return _empty(503)


def _empty(status: int, allow: str | None = None) -> Response:
    return Response(status=status, headers={"Allow": allow} if allow else None)
