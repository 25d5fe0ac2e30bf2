"""``/CSI/IDORequestService/ido``: load, update, invoke and info. It answers 200 whatever it says."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from html import escape, unescape
from typing import Any

from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from connector.sandbox.infor.gateway import json_response, peek
from connector.sandbox.infor.syteline import methods, rules
from connector.sandbox.infor.syteline.idos import IDOS, Property, keys
from connector.sandbox.infor.syteline.refusal import Refusal
from connector.sandbox.infor.syteline.tenant import Tenant
from connector.sandbox.infor.syteline.where import Row, test_of, value_of

DEFAULT_CAP = 200
_ACTIONS = {1: "insert", 2: "update", 4: "delete"}
_LAST = re.compile(r"<L>(.*?)</L>", re.DOTALL)
_VALUE = re.compile(r"<v>(.*?)</v>", re.DOTALL)
_PATH = re.compile(r"/ido/(?P<verb>\w+)/(?P<ido>\w+)")


class IdoService:
    """The product CSI of the gateway."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        base = f"/{tenant.options.tenant}/CSI/IDORequestService/ido"
        self._paths = Map(
            [
                Rule(f"{base}/load/<ido>", endpoint="load", methods=["GET"]),
                Rule(f"{base}/info/<ido>", endpoint="info", methods=["GET"]),
                Rule(f"{base}/update/<ido>", endpoint="update", methods=["POST"]),
                Rule(f"{base}/invoke/<ido>", endpoint="invoke", methods=["POST"]),
            ]
        )

    def answer(self, request: Request) -> Response:
        """Answer one call."""
        endpoint, values = self._paths.bind_to_environ(request.environ).match()
        try:
            self._check_config(request)
            return json_response(200, getattr(self, f"_{endpoint}")(request, values["ido"]))
        except Refusal as no:
            return json_response(200, {"Success": False, "Message": no.message})

    def name_of(self, environ: dict[str, Any]) -> str:
        """Name a call ``syteline insert SLCos``, a method ``syteline invoke SLJournals/Method``."""
        found = _PATH.search(environ.get("PATH_INFO", ""))
        if found is None:
            return "syteline unreadable"
        verb, ido = found["verb"], found["ido"]
        if verb == "update":
            action = re.search(rb'"Action": ?(\d)', peek(environ))
            verb = _ACTIONS.get(int(action.group(1)), "update") if action else "update"
        method = re.search(r"method=(\w+)", environ.get("QUERY_STRING", ""))
        return f"syteline {verb} {ido}{f'/{method.group(1)}' if method and verb == 'invoke' else ''}"

    def _check_config(self, request: Request) -> None:
        config = request.headers.get("X-Infor-MongooseConfig", "")
        if config != self._tenant.options.config:
            raise Refusal(f"Configuration {config or 'without a name'} does not exist")

    def _info(self, _request: Request, ido: str) -> dict[str, Any]:
        fixed = self._tenant.options.journal_fixed and ido == "SLJournals"
        told = [each.told(fixed=fixed) for each in _properties(ido).values()]
        return {"Message": None, "Success": False, "Keys": list(keys(ido)), "Properties": told, "SubCollections": []}

    def _load(self, request: Request, ido: str) -> dict[str, Any]:
        asked = request.args
        shown = _shown(ido, asked.get("properties", ""))
        order = _order(ido, asked.get("orderBy", ""))
        test = test_of(asked.get("filter", ""), _properties(ido))
        rows = sorted((row for row in self._tenant.rows[ido] if test(row)), key=lambda row: _place(row, order))
        if asked.get("loadType") == "NEXT":
            if self._tenant.cut_short:
                raise Refusal("The list could not be read to its end")
            rows = _behind(rows, order, asked.get("bookmark", ""))
        cap = self._cap(asked.get("recordCap", "-1"))
        page = rows[: cap // 2 + 1] if self._tenant.cut_short else rows[:cap]
        more = len(page) < len(rows) or self._tenant.cut_short
        return {
            "Items": [self._told(ido, row, shown) for row in page],
            "Bookmark": _bookmark(order, page),
            "MoreRowsExist": more,
            "Success": True,
            "Message": None,
        }

    def _cap(self, asked: str) -> int:
        cap = DEFAULT_CAP if asked == "-1" else int(asked) or 1_000_000
        return min(cap, self._tenant.ceiling or cap)

    def _told(self, ido: str, row: Row, shown: Sequence[str]) -> dict[str, str | None]:
        return {name: row.get(name) or None for name in shown} | {"_ItemId": self._tenant.rows[ido].item_id(row)}

    def _update(self, request: Request, ido: str) -> dict[str, Any]:
        body = json.loads(request.get_data())
        taken = body["Changes"][: self._tenant.options.changes_taken]
        done = [self._change(ido, change) for change in taken]
        fresh = [self._refreshed(ido, *each) for each in done if each[1] is not None]
        return {"Message": None, "Success": True, "RefreshItems": fresh or None, "Bookmark": None}

    def _change(self, ido: str, change: Mapping[str, Any]) -> tuple[int, Row | None]:
        rows, action = self._tenant.rows.get(ido), change["Action"]
        if rows is None:
            raise Refusal(f"IDO {ido} does not exist")
        given = _given(ido, change.get("Properties") or ())
        if action == 1:
            if ido not in rules.INSERTS:
                raise Refusal(f"User requires [Insert] privilege for {ido}")
            return action, rows.add(rules.INSERTS[ido](self._tenant, given))
        row = rows.by_item_id(change["ItemId"])
        if action == 2:
            rules.changes(self._tenant, ido, row, given)
            return action, rows.change(row, given)
        rules.deletes(self._tenant, ido, row)
        rows.delete(row)
        return action, None

    def _refreshed(self, ido: str, action: int, row: Row | None) -> dict[str, Any]:
        told = [
            {"Name": name, "Value": value, "OriginalValue": None, "Modified": False, "IsNull": False}
            for name, value in (row or {}).items()
            if name in IDOS[ido]
        ]
        return {
            "Action": action,
            "ItemId": self._tenant.rows[ido].item_id(row or {}),
            "ItemNo": 0,
            "Properties": told,
            "UpdateLocking": 0,
        }

    def _invoke(self, request: Request, ido: str) -> dict[str, Any]:
        given = json.loads(request.get_data())
        value, told = methods.invoke(self._tenant, ido, request.args.get("method", ""), given)
        return {"Message": None, "Success": True, "Parameters": told, "ReturnValue": value}


def _properties(ido: str) -> Mapping[str, Property]:
    if ido not in IDOS:
        raise Refusal(f"IDO {ido} does not exist")
    return IDOS[ido]


def _shown(ido: str, asked: str) -> list[str]:
    names = [name for name in asked.split(",") if name] or list(_properties(ido))
    unknown = [name for name in names if name not in _properties(ido)]
    if unknown:
        raise Refusal(f"Property {unknown[0]} does not exist on IDO {ido}")
    return names


def _order(ido: str, asked: str) -> list[Property]:
    names = [*_shown(ido, asked)] if asked else []
    return [IDOS[ido][name] for name in dict.fromkeys((*names, *keys(ido)))]


def _place(row: Row, order: Sequence[Property]) -> tuple[Any, ...]:
    return tuple(value_of(row.get(each.name, ""), each) for each in order)


def _bookmark(order: Sequence[Property], page: Sequence[Row]) -> str | None:
    if not page:
        return None
    names = "".join(f"<p>{each.name}</p>" for each in order)
    ends = ["".join(f"<v>{escape(row.get(each.name, ''))}</v>" for each in order) for row in (page[0], page[-1])]
    flags = "<f>false</f>" * len(order)
    return f"<B><P>{names}</P><D>{flags}</D><F>{ends[0]}</F><L>{ends[1]}</L></B>"


def _behind(rows: Sequence[Row], order: Sequence[Property], bookmark: str) -> list[Row]:
    last = _LAST.search(bookmark)
    if last is None:
        raise Refusal("Bookmark is not valid")
    values = [unescape(value) for value in _VALUE.findall(last.group(1))]
    place = tuple(value_of(value, each) for value, each in zip(values, order, strict=True))
    return [row for row in rows if _place(row, order) > place]


def _given(ido: str, told: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    known = _properties(ido)
    given = {each["Name"]: str(each["Value"] or "") for each in told if each.get("Modified")}
    for name, value in given.items():
        if name not in known:
            raise Refusal(f"Property {name} does not exist on IDO {ido}")
        if known[name].fixed:
            raise Refusal(f"Property {name} is read only")
        if known[name].kind == ":" and len(value) > known[name].size:
            raise Refusal(f"{name}: String or binary data would be truncated")
        value_of(value, known[name])
    return given
