"""Whether the process lives, whether it can work, what it has counted."""

from __future__ import annotations

import hmac
from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, jsonify, request

from connector.domain.faults import Fault
from connector.telemetry import metrics
from webhooks.door import entrance

blueprint = Blueprint("health", __name__)

_BY_A_PROXY = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-Ip", "Via")


@blueprint.get("/live")
def live() -> Response:
    """Say that the process answers; it depends on nothing else, for a restart would not mend it."""
    return jsonify(live=True)


@blueprint.get("/ready")
def ready() -> tuple[Response, int]:
    """Say whether deliveries can be made durable now, or every reason why not."""
    reasons = entrance().door.ready()
    return jsonify(ready=not reasons, reasons=reasons), 503 if reasons else 200


@blueprint.get("/metrics")
def figures() -> Response:
    """Write this process's counters, and what stands in the database, as Prometheus reads them."""
    token = entrance().settings.metrics_token
    if token and not _brings(token.get_secret_value()):
        abort(401)
    if not token and not _asks_here():
        return Response(
            "figures are for this machine alone: elsewhere, set METRICS_TOKEN\n", 403, mimetype="text/plain"
        )
    try:
        found = entrance().door.gauges()
    except Fault:
        found = None
    return Response(metrics.render(found), content_type=metrics.CONTENT_TYPE)


def _asks_here() -> bool:
    """Tell whether a program on this machine asks, and no proxy on it for somebody else."""
    proxied = any(name in request.headers for name in _BY_A_PROXY)
    host = urlsplit(f"//{request.host}").hostname or ""
    return not proxied and _is_loopback(request.remote_addr or "") and (host == "localhost" or _is_loopback(host))


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def _brings(token: str) -> bool:
    """Tell whether the request brings this bearer, in constant time."""
    given = request.headers.get("Authorization", "")
    return hmac.compare_digest(given.encode(errors="replace"), f"Bearer {token}".encode())
