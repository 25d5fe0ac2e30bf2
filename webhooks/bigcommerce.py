"""The store's webhooks: raw bytes, size, signature, one durable row, 200; the workers are told afterwards."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from flask import Blueprint, Response, abort, request

from connector.bigcommerce import signatures
from webhooks import intake
from webhooks.door import Receipt, entrance

blueprint = Blueprint("bigcommerce", __name__)

LARGEST_BODY = 64 * 1024


@blueprint.post("/webhooks/bigcommerce/<connection>")
def receive(connection: str) -> Response:
    """Take one delivery in."""
    return _answer(connection, _take_in(connection))


@blueprint.post("/webhooks/bigcommerce/<connection>/exceptions")
def receive_exception(connection: str) -> Response:
    """Take in what the store says of its own deliveries; the hooks are then looked after at once."""
    receipt = _take_in(connection)
    answer = _answer(connection, receipt)
    if receipt.is_new:
        answer.call_on_close(partial(intake.tell, connection, partial(entrance().door.ensure_hooks, connection)))
    return answer


def _take_in(connection: str) -> Receipt:
    """Make a delivery durable. Nothing is parsed before its signature holds, nor after: that is the workers' part."""
    raw = intake.raw_body(LARGEST_BODY)
    here = entrance()
    secrets = here.door.secrets(connection) if intake.NAME.fullmatch(connection) else None
    if secrets is None:
        abort(404)
    tolerance = timedelta(seconds=here.settings.webhook_tolerance)
    headers = {name: sent for name in signatures.HEADERS if (sent := request.headers.get(name)) is not None}
    signed = signatures.verify(raw, headers, secrets, here.clock.now(), tolerance)
    return here.door.receive(connection=connection, delivery_id=signed.delivery_id, body=raw, scheme=signed.scheme)


def _answer(connection: str, receipt: Receipt) -> Response:
    answer = Response(status=200)
    if receipt.rings:
        answer.call_on_close(partial(intake.tell, connection, entrance().door.ring))
    return answer


blueprint.after_request(intake.count)
