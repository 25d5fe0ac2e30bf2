"""ION's answers: the secret first, then the size, one durable row, 202; the workers are told afterwards.

ION calls an application by its messaging protocol (docs/suites/bod.md): ``GET .../ping`` and
``POST .../vN/multipartMessage`` behind the end point that an administrator entered. The bare address takes the same.
"""

from __future__ import annotations

from functools import partial

from flask import Blueprint, Response, abort, jsonify, request

from connector.infor.bod.door import admits
from connector.telemetry import context, logs
from webhooks import intake
from webhooks.door import entrance

blueprint = Blueprint("infor", __name__)

LARGEST_BODY = 4 * 1024 * 1024
_TAKEN = {"v2": 201, "v3": 202}
"""What each version of the protocol calls taken (facts/infor.md §5)."""
_log = logs.logger(__name__)


@blueprint.get("/webhooks/infor/<connection>/ping")
def ping(connection: str) -> Response:
    """Say that the door is there and knows the caller."""
    _admit(connection)
    return jsonify(status="OK", code=200)


@blueprint.post("/webhooks/infor/<connection>")
@blueprint.post("/webhooks/infor/<connection>/<version>/multipartMessage")
def receive(connection: str, version: str = "v3") -> tuple[Response, int]:
    """Take one message in. What makes no sense is kept and answered alike: ION would bring it again for ever."""
    if version not in _TAKEN:
        abort(404)
    _admit(connection)
    raw = intake.raw_body(LARGEST_BODY)
    door = entrance().door
    with context.bind(connection=connection):
        rings = door.receive_answer(connection=connection, body=raw)
        _log.info("answer.received", news=rings)
    status = _TAKEN[version]
    answer = jsonify(status="OK", code=status)
    if rings:
        answer.call_on_close(partial(intake.tell, connection, door.ring))
    return answer, status


def _admit(connection: str) -> None:
    secrets = entrance().door.ion_secrets(connection) if intake.NAME.fullmatch(connection) else None
    if secrets is None:
        abort(404)
    if not admits(request.headers.get("Authorization", ""), secrets):
        _log.warning("answer.refused", connection=connection)
        abort(401)


blueprint.after_request(intake.count)
