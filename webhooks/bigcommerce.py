"""The store's webhooks: raw bytes, size, signature, one durable row, 200; the workers are told afterwards."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from flask import Blueprint, Response, abort, request

from connector.bigcommerce import signatures
from connector.telemetry import context, logs, metrics
from webhooks.door import house

blueprint = Blueprint("bigcommerce", __name__)

LARGEST_BODY = 64 * 1024
_NAME = re.compile(r"[\w.-]{1,100}", re.ASCII)
_OUTCOMES = {200: "received", 401: "refused", 404: "unknown_connection", 413: "too_large", 503: "not_durable"}
_log = logs.logger(__name__)


@blueprint.post("/webhooks/bigcommerce/<connection>")
def receive(connection: str) -> Response:
    """Take one delivery in. Nothing is parsed before its signature holds, nor after: that is the workers' part."""
    raw = _body()
    door = house().door
    secrets = door.secrets(connection) if _NAME.fullmatch(connection) else None
    if secrets is None:
        abort(404)
    with context.bind(connection=connection):
        tolerance = timedelta(seconds=house().settings.webhook_tolerance)
        verified = signatures.verify(raw, dict(request.headers), secrets, house().clock.now(), tolerance)
        token = door.receive(
            connection=connection, delivery_id=verified.delivery_id, body=raw, scheme=verified.scheme
        )
        _log.info("delivery.received", delivery=verified.delivery_id, scheme=verified.scheme, news=token is not None)
    answer = Response(status=200)
    if token is not None:
        answer.call_on_close(partial(_tell, connection, partial(door.dispatch, token)))
    return answer


@blueprint.post("/webhooks/bigcommerce/<connection>/exceptions")
def receive_exception(connection: str) -> Response:
    """Take in what the store says of its own deliveries; the hooks are then looked after at once."""
    answer = receive(connection)
    answer.call_on_close(partial(_tell, connection, partial(house().door.ensure_hooks, connection)))
    return answer


def _body() -> bytes:
    """Read the raw body. A chunked one tells no length and is cut in silence at the limit: hence one byte more."""
    request.max_content_length = LARGEST_BODY + 1
    raw = request.get_data(cache=False)
    if len(raw) > LARGEST_BODY:
        abort(413)
    return raw


def _tell(connection: str, ring: Callable[[], None]) -> None:
    """Tell the workers, once the store has its answer: the broker must not cost a delivery."""
    try:
        ring()
    except Exception:  # noqa: BLE001 - the delivery is durable and beat finds what is due; nobody is left to answer
        metrics.DISPATCH_FAILURES.inc()
        _log.warning("delivery.not_dispatched", connection=connection, exc_info=True)


@blueprint.after_request
def _count(response: Response) -> Response:
    metrics.DELIVERIES.labels(outcome=_OUTCOMES.get(response.status_code, "malformed")).inc()
    return response
