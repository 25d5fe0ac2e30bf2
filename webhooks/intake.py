"""What both doors do alike: a raw body of a bounded size, and the workers told once the sender has its answer."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask import Response, abort, request

from connector.telemetry import logs, metrics

NAME = re.compile(r"[\w.-]{1,100}", re.ASCII)
_OUTCOMES = {
    200: "received",
    201: "received",
    202: "received",
    401: "refused",
    404: "unknown_connection",
    413: "too_large",
    503: "not_durable",
}
_log = logs.logger(__name__)


def raw_body(largest: int) -> bytes:
    """Read the raw body. A chunked one tells no length and is cut in silence at the limit: hence one byte more."""
    request.max_content_length = largest + 1
    raw = request.get_data(cache=False)
    if len(raw) > largest:
        abort(413)
    return raw


def tell(connection: str, ring: Callable[[], None]) -> None:
    """Tell the workers, once the sender has its answer: the broker must not cost a delivery."""
    try:
        ring()
    except Exception:  # noqa: BLE001 - the delivery is durable and beat finds what is due; nobody is left to answer
        metrics.DISPATCH_FAILURES.inc()
        _log.warning("delivery.not_dispatched", connection=connection, exc_info=True)


def count(response: Response) -> Response:
    """Count a delivery by what became of it."""
    metrics.DELIVERIES.labels(outcome=_OUTCOMES.get(response.status_code, "malformed")).inc()
    return response
