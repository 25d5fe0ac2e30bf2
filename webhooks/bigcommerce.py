"""The store's webhooks: raw bytes, size, signature, one durable row, 200; the workers are told afterwards."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from flask import Blueprint, Response, abort, request

from connector.bigcommerce import signatures
from webhooks import intake
from webhooks.door import Receipt, house

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
        answer.call_on_close(partial(intake.tell, connection, partial(house().door.ensure_hooks, connection)))
    return answer


def _take_in(connection: str) -> Receipt:
    """Make a delivery durable. Nothing is parsed before its signature holds, nor after: that is the workers' part."""
    raw = intake.raw_body(LARGEST_BODY)
    door = house().door
    secrets = door.secrets(connection) if intake.NAME.fullmatch(connection) else None
    if secrets is None:
        abort(404)
    tolerance = timedelta(seconds=house().settings.webhook_tolerance)
    headers = {name: sent for name in signatures.HEADERS if (sent := request.headers.get(name)) is not None}
    verified = signatures.verify(raw, headers, secrets, house().clock.now(), tolerance)
    return door.receive(connection=connection, delivery_id=verified.delivery_id, body=raw, scheme=verified.scheme)


def _answer(connection: str, receipt: Receipt) -> Response:
    answer = Response(status=200)
    if receipt.token is not None:
        answer.call_on_close(partial(intake.tell, connection, partial(house().door.dispatch, receipt.token)))
    return answer


blueprint.after_request(intake.count)
