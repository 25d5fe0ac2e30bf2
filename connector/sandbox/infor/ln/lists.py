"""Lists: filtered, sorted, cut into pages; where one goes on stands in its ``@odata.nextLink``.

The link's host is LN's own behind the gateway, so that whoever follows it as it is goes astray.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from connector.sandbox.infor.ln.filters import test_of
from connector.sandbox.infor.ln.model import SETS
from connector.sandbox.infor.ln.refusals import bad_request, not_found
from connector.sandbox.infor.ln.tenant import ETAG, Row, Tenant

KNOWN = ("$filter", "$select", "$orderby", "$top", "$skip", "$count", "$skiptoken")
INSIDE = "https://ln-app.internal:8443/lnapi/odata"


def read(tenant: Tenant, service: str, name: str, query: Mapping[str, str], most: int | None) -> dict[str, Any]:
    """Answer a question to an entity set; ``most`` is what the caller wants on a page."""
    if name not in SETS.get(service, {}):
        raise not_found(f"Resource {service}/{name} does not exist or is not active")
    if unknown := [option for option in query if option not in KNOWN]:
        raise bad_request(f"Query option {unknown[0]} is not supported")
    fields = SETS[service][name].fields
    fits = test_of(query.get("$filter", ""), fields)
    rows = [row for row in tenant.rows.get(f"{service}/{name}", []) if fits(row)]
    for field, _, direction in reversed([part.strip().partition(" ") for part in _listed(query, "$orderby")]):
        rows.sort(key=lambda row: row.get(field) or "", reverse=direction == "desc")
    total = len(rows)
    begin = _number(query, "$skiptoken") or _number(query, "$skip") or 0
    end = min(total, _number(query, "$top") if "$top" in query else total)
    stop = min(end, begin + min(filter(None, (tenant.options.page_size, most, tenant.ceiling))))
    page = [_chosen(row, _listed(query, "$select"), fields) for row in rows[begin:stop]]
    if f"{service}/{name}" in tenant.cut_short:
        return _answer(service, name, page[: len(page) // 2], query, total or 1)
    answer = _answer(service, name, page, query, total)
    if stop < end:
        onward = {option: value for option, value in query.items() if option != "$skiptoken"}
        answer["@odata.nextLink"] = f"{INSIDE}/{service}/{name}?{urlencode(onward | {'$skiptoken': str(stop)})}"
    return answer


def _answer(service: str, name: str, page: list[Row], query: Mapping[str, str], total: int) -> dict[str, Any]:
    counted = {"@odata.count": total} if query.get("$count") == "true" else {}
    return {"@odata.context": f"{INSIDE}/{service}/$metadata#{name}"} | counted | {"value": page}


def _chosen(row: Row, select: list[str], fields: Mapping[str, str]) -> Row:
    if unknown := [field for field in select if field not in fields and field != "*"]:
        raise bad_request(f"Property {unknown[0]} is unknown")
    names = [field for field in fields if not select or "*" in select or field in select]
    return {ETAG: row[ETAG]} | {name: row.get(name) for name in names}


def _listed(query: Mapping[str, str], option: str) -> list[str]:
    return [part for part in query.get(option, "").split(",") if part]


def _number(query: Mapping[str, str], option: str) -> int:
    text = query.get(option, "0")
    if not text.isdecimal():
        raise bad_request(f"{option} must be a number")
    return int(text)
