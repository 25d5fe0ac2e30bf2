"""``/FSM/fsm/soap``: lists of a class, batches into the interface, and form operations that write by GET."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from connector.sandbox.infor.financials import lists
from connector.sandbox.infor.financials.tenant import RUN_GROUP, SEQUENCE, STAGED, Row, Tenant, is_number
from connector.sandbox.infor.gateway import json_response

INTERFACE = "InterfaceTransactions"
DELETE = "DeleteAllTransactionsForRunGroup"
REQUIRED = ("FinanceEnterpriseGroup", RUN_GROUP, SEQUENCE, "AccountingEntity", "AccountCode", "PostingDate")


class Landmark:
    """The product FSM of the gateway."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        base = f"/{tenant.options.tenant}/FSM/fsm/soap"
        self._paths = Map(
            [
                Rule(f"{base}/classes/<name>/lists/_generic", endpoint="list", methods=["GET"]),
                Rule(f"{base}/classes/{STAGED}/actions/CreateUnreleased/batch", endpoint="create", methods=["POST"]),
                Rule(f"{base}/ldrest/{STAGED}/<operation>", endpoint="operation", methods=["GET"]),
            ]
        )

    def answer(self, request: Request) -> Response:
        """Answer one call."""
        endpoint, values = self._paths.bind_to_environ(request.environ).match()
        if endpoint == "list":
            return lists.answer(self._tenant, values["name"], _asked(request))
        if endpoint == "create":
            return self._create(request)
        return self._operate(values["operation"].partition("_")[0], request)

    def name_of(self, environ: dict[str, Any]) -> str:
        """Name a call ``financials CLASS/list`` or ``financials GLTransactionInterface/OPERATION``."""
        path = environ.get("PATH_INFO", "")
        if "/classes/" in path:
            name, _, rest = path.rpartition("/classes/")[2].partition("/")
            return f"financials {name}/{'list' if rest.startswith('lists') else 'CreateUnreleased'}"
        return f"financials {STAGED}/{path.rpartition('/')[2].partition('_')[0]}"

    def _create(self, request: Request) -> Response:
        try:
            records = json.loads(request.get_data())["_records"]
            fields = [{str(name): str(value) for name, value in one["_fields"].items()} for one in records]
        except (ValueError, KeyError, TypeError, AttributeError):
            return json_response(400, {"code": "BadRequest", "message": "The batch cannot be read"})
        told: list[dict[str, Any]] = [self._stage(row) for row in fields]
        return json_response(200, [*told, {"batchStatus": "complete"}])

    def _stage(self, row: Row) -> dict[str, Any]:
        wrong = self._wrong(row)
        if wrong:
            return {"exception": wrong, "message": "BatchImport"}
        self._tenant.staged[row[RUN_GROUP], row[SEQUENCE]] = dict(row) | {f"{STAGED}.ErrorMessage": ""}
        words = [f"{one.get('Description', '')}" for one in self._tenant.group(row[RUN_GROUP])]
        self._tenant.spans.work(row[RUN_GROUP], " ".join(words))
        return {"message": f"{STAGED} record created", "_fields": row}

    def _wrong(self, row: Row) -> str:
        missing = [name for name in REQUIRED if not row.get(name)]
        if missing:
            return f"{missing[0]} is required"
        if (row[RUN_GROUP], row[SEQUENCE]) in self._tenant.staged:
            return f"{STAGED} {row[RUN_GROUP]} {row[SEQUENCE]} already exists"
        options = self._tenant.options
        known = {
            "FinanceEnterpriseGroup": options.enterprise_group,
            "AccountingEntity": options.accounting_entity,
            "System": options.system,
        }
        for name, value in known.items():
            if row.get(name) != value:
                return f"{name} {row.get(name, '')} does not exist"
        if not is_number(row.get("TransactionAmount", "")) or not _is_day(row["PostingDate"]):
            return "TransactionAmount or PostingDate is not valid"
        return ""

    def _operate(self, operation: str, request: Request) -> Response:
        group = request.args.get("PrmRunGroup", "")
        if operation == INTERFACE and request.args.get("PrmEditAndInterface") == "true":
            self._tenant.submit(group)
            self._tenant.spans.end(group)
            return json_response(200, {"message": "Interface transactions submitted"})
        if operation == DELETE:
            for key in [key for key in self._tenant.staged if key[0] == group]:
                del self._tenant.staged[key]
            self._tenant.spans.end(group)
            return json_response(200, {"message": "Transactions deleted"})
        return json_response(404, {"code": "NotFound", "message": f"No operation {operation}"})


def _asked(request: Request) -> dict[str, str]:
    """The query of a list, in which a plus is a plus and no blank."""
    return dict(parse_qsl(request.query_string.decode().replace("+", "%2B")))


def _is_day(text: str) -> bool:
    try:
        return len(text) == 8 and bool(datetime.strptime(text, "%Y%m%d"))  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return False
