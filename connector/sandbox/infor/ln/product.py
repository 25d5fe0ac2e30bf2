"""``/LN/lnapi/odata``: lists by GET, actions by POST, changes by PATCH, each in the company that a header names."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from werkzeug.wrappers import Request, Response

from connector.sandbox.infor.gateway import json_response
from connector.sandbox.infor.ln import lists, metadata, sales
from connector.sandbox.infor.ln.model import ACTIONS, SALES, SETS
from connector.sandbox.infor.ln.refusals import Refused, bad_request, functional, not_found
from connector.sandbox.infor.ln.tenant import ETAG, Row, Tenant

_ENTITY = re.compile(r"Orders\((?:SalesOrder=)?'(?P<key>[^']*)'\)(?:/(?P<action>[\w.]+))?")
_MOST = re.compile(r"odata\.maxpagesize=(\d+)")


class LnApi:
    """The product LN of the gateway."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._base = f"/{tenant.options.tenant}/LN/lnapi/odata/"

    def answer(self, request: Request) -> Response:
        """Answer one call."""
        try:
            return self._answered(request)
        except Refused as refused:
            error = {"code": "ERROR", "message": refused.message, "details": []}
            return json_response(refused.status, {"error": error})

    def name_of(self, environ: dict[str, Any]) -> str:
        """Name a call ``ln service/EntitySet``, ``ln service/Action`` or ``ln service/$metadata``."""
        service, _, rest = environ.get("PATH_INFO", "").removeprefix(self._base).partition("/")
        entity = _ENTITY.fullmatch(rest)
        action = (entity["action"] or "").rpartition(".")[2] if entity else ""
        return f"ln {service}/{action or rest.partition('(')[0]}"

    def _answered(self, request: Request) -> Response:
        service, _, rest = request.path.removeprefix(self._base).partition("/")
        if not request.path.startswith(self._base) or service not in SETS:
            raise not_found("The service does not exist or is not active")
        self._check_company(request)
        if request.method == "GET":
            return self._read(request, service, rest)
        if service != SALES:
            raise Refused(405, "Method not allowed")
        given = _body(request)
        entity = _ENTITY.fullmatch(rest)
        if entity is None:
            return self._run(rest, given, request)
        return self._run_bound(entity["key"], entity["action"] or "", given, request)

    def _check_company(self, request: Request) -> None:
        company = request.headers.get("X-Infor-LnCompany", "")
        if not company:
            raise functional("Table does not exist")
        if company != self._tenant.options.company:
            raise functional(f"Switch to company {company} failed")
        if "json" not in request.headers.get("Accept", "application/json"):
            raise Refused(406, "Not acceptable")

    def _read(self, request: Request, service: str, rest: str) -> Response:
        if rest == "$metadata":
            return json_response(200, metadata.of(service, self._tenant.options))
        most = _MOST.search(request.headers.get("Prefer", ""))
        query = dict(request.args.items())
        return json_response(200, lists.read(self._tenant, service, rest, query, int(most[1]) if most else None))

    def _run(self, name: str, given: Row, request: Request) -> Response:
        if name not in sales.FREE_ACTIONS:
            raise not_found(f"Resource {name} does not exist")
        if request.method != "POST":
            raise Refused(405, "Method not allowed")
        action = metadata.taken(name, self._tenant.options)
        _check_taken(given, action.parameters)
        for parameter in action.required:
            if not given.get(parameter):
                raise bad_request(f"Parameter {parameter} is missing")
        return json_response(200, sales.FREE_ACTIONS[name](self._tenant, given))

    def _run_bound(self, key: str, name: str, given: Row, request: Request) -> Response:
        etag = request.headers.get("If-Match")
        if request.method == "PATCH" and not name:
            return self._change(key, given, etag)
        short = name.removeprefix(f"{SALES}.")
        if request.method != "POST" or short not in sales.BOUND_ACTIONS:
            raise not_found(f"Resource {name} does not exist")
        _check_taken(given, ACTIONS[short].parameters)
        said = sales.BOUND_ACTIONS[short](self._tenant, sales.matched(self._tenant, key, etag), given)
        return json_response(200, {"@odata.context": "$metadata#Edm.String", "value": said})

    def _change(self, key: str, given: Row, etag: str | None) -> Response:
        if not etag:
            raise Refused(428, "The If-Match header is missing")
        order = sales.matched(self._tenant, key, etag)
        kind = SETS[SALES]["Orders"]
        if fixed := [name for name in given if name in kind.computed or name not in kind.fields]:
            raise bad_request(f"Property {fixed[0]} cannot be changed")
        self._tenant.touch(order).update(given)
        return json_response(200, {ETAG: order[ETAG]})


def _body(request: Request) -> Row:
    try:
        body = json.loads(request.get_data() or b"{}", parse_float=Decimal)
    except ValueError:
        raise bad_request("The body is not JSON") from None
    if not isinstance(body, dict):
        raise bad_request("An object is expected")
    return {name: float(value) if isinstance(value, Decimal) else value for name, value in body.items()}


def _check_taken(given: Row, taken: Mapping[str, str]) -> None:
    if unknown := [name for name in given if name not in taken]:
        raise bad_request(f"Parameter {unknown[0]} is unknown")
