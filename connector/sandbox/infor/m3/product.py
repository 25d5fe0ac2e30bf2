"""``/M3/m3api-rest/v2/execute``: one transaction by GET, many by POST."""

from __future__ import annotations

import json
from typing import Any

from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from connector.sandbox.infor.gateway import json_response, peek
from connector.sandbox.infor.m3 import m3api
from connector.sandbox.infor.m3.refusals import Malformed
from connector.sandbox.infor.m3.tenant import Tenant


class M3Api:
    """The product M3 of the gateway."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        base = f"/{tenant.options.tenant}/M3/m3api-rest/v2/execute"
        self._paths = Map(
            [
                Rule(base, endpoint="bulk", methods=["POST"]),
                Rule(f"{base}/<program>/<transaction>", endpoint="single", methods=["GET"]),
            ],
            strict_slashes=False,
        )

    def answer(self, request: Request) -> Response:
        """Run the transactions of one call."""
        _, values = self._paths.bind_to_environ(request.environ).match()
        try:
            if values:
                call = m3api.call_of_get(values["program"], values["transaction"], request.args)
            else:
                call = m3api.call_of_post(json.loads(request.get_data(), parse_float=str))
        except Malformed as malformed:
            return json_response(400, {"errorMessage": malformed.message, "errorType": malformed.kind})
        except ValueError:
            return json_response(400, {"errorMessage": "The body is not JSON", "errorType": "BadRequest"})
        return json_response(*m3api.run(self._tenant, call))

    def name_of(self, environ: dict[str, Any]) -> str:
        """Name a call ``m3 PROGRAM/TX``, a bulk by its first transaction."""
        if environ.get("REQUEST_METHOD") == "POST":
            return f"m3 {_first_transaction(peek(environ))}"
        program, _, transaction = environ.get("PATH_INFO", "").rpartition("/execute/")[2].partition("/")
        return f"m3 {program}/{transaction.partition(';')[0]}"


def _first_transaction(body: bytes) -> str:
    try:
        call = m3api.call_of_post(json.loads(body))
    except (ValueError, Malformed):
        return "unreadable"
    return f"{call.program}/{call.steps[0].transaction if call.steps else ''}"
