"""The store's API: who may ask, how often, and which route answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from connector.sandbox.store import routes_v2, routes_v3
from connector.sandbox.store.calls import Call, refusal
from connector.sandbox.store.catalog import routes_catalog, routes_inventory
from connector.sandbox.store.refunds import Refused

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

    from connector.sandbox.store.app import StoreSandbox

TABLE = (*routes_v2.ROUTES, *routes_v3.ROUTES, *routes_catalog.ROUTES, *routes_inventory.ROUTES)
VERBS = {f"{method} {path}": (verb, scope) for method, path, verb, scope in TABLE}
ROUTES = Map([Rule(path, methods=[method], endpoint=f"{method} {path}") for method, path, _, _ in TABLE])


def answer(store: StoreSandbox, environ: WSGIEnvironment) -> Response:
    """Answer one request; every answer of a known store tells how much of the quota is left."""
    request = Request(environ)
    _, _, rest = request.path.partition("/stores/")
    store_hash, _, path = rest.partition("/")
    if store_hash != store.store_hash:
        return refusal(Refused(404, "There is no such store."), path)
    left = store.quota.count()
    if left.allowed:
        response = _routed(Call(store, request), f"/{path}", request.method)
    else:
        response = refusal(Refused(429, "Too Many Requests"), path)
    response.headers.extend(left.headers)
    return response


def _routed(call: Call, path: str, method: str) -> Response:
    if call.request.headers.get("X-Auth-Token") != call.store.token:
        return refusal(Refused(401, "Unauthorized"), path)
    try:
        name, args = ROUTES.bind("store").match(path, method)
        verb, scope = VERBS[name]
        if scope and scope not in call.store.scopes:
            raise Refused(403, "You don't have a required scope to access the endpoint")
        return verb(call, **args)
    except Refused as refused:
        return refusal(refused, path)
    except HTTPException as wrong:
        return refusal(Refused(wrong.code or 404, wrong.name), path)
