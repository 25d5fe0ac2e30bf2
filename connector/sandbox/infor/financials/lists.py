"""Landmark's generic lists: fields, a limit of 5 unless told, equal values or one LPL condition.

The first thing told is how many rows there are, and where the list goes on unless ``_links`` is false.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from werkzeug.wrappers import Response

from connector.sandbox.infor.financials.tenant import STAGED, SUMMARY, Row, Tenant
from connector.sandbox.infor.gateway import json_response

_LPL = re.compile(r'([\w.]+) = "([^"]*)"')
DEFAULT_LIMIT = 5


def answer(tenant: Tenant, name: str, asked: Mapping[str, str]) -> Response:
    """Answer a list."""
    table = _table(tenant, name)
    if table is None:
        return json_response(404, {"code": "NotFound", "message": f"Business class {name} does not exist"})
    if not asked.get("_fields"):
        return json_response(400, {"code": "BadRequest", "message": "_fields is required"})
    try:
        wanted = _conditions(asked)
    except ValueError as wrong:
        return json_response(400, {"code": "BadRequest", "message": str(wrong)})
    rows = [row for row in table if all(_value(row, name, field) == value for field, value in wanted)]
    limit = min(int(asked.get("_limit", DEFAULT_LIMIT)), tenant.ceiling or len(rows) or 1)
    start = int(asked.get("_position", 0))
    given = rows[: len(rows) // 2] if tenant.cut_short and len(rows) > 1 else rows[start : start + limit]
    counted = len(rows) + (tenant.cut_short and len(rows) < 2)
    behind = start + limit if start + limit < len(rows) and not tenant.cut_short else None
    told: list[dict[str, Any]] = [{"_count": counted, "_links": _links(asked, behind)}]
    fields = asked["_fields"].split(",")
    return json_response(200, [*told, *({"_fields": _shown(row, name, fields)} for row in given)])


def _links(asked: Mapping[str, str], behind: int | None) -> list[dict[str, str]]:
    if asked.get("_links") == "false":
        return []
    here = {name: value for name, value in asked.items() if name != "_position"}
    there = urlencode({**here, "_paging": "NEXT", "_position": str(behind)}, quote_via=quote)
    return [
        {"rel": "self", "href": f"../lists/_generic?{urlencode(here, quote_via=quote)}"},
        {"rel": "next", "href": f"../lists/_generic?{there}" if behind is not None else ""},
    ]


def _table(tenant: Tenant, name: str) -> list[Row] | None:
    options = tenant.options
    tables: dict[str, list[Row]] = {
        STAGED: list(tenant.staged.values()),
        f"{STAGED}Result": tenant.results[::-1],
        "GLTransactionDetail": tenant.details,
        "GeneralLedgerChartAccount": [
            {
                "GeneralLedgerChartAccount": number,
                "AccountDescription": text,
                "Active": str(number not in tenant.blocked).lower(),
                "ChartType": "1" if number == SUMMARY else "2",
            }
            for number, text in tenant.accounts.items()
        ],
        "FinanceEnterpriseGroup": [{"FinanceEnterpriseGroup": options.enterprise_group}],
        "AccountingEntity": [{"AccountingEntity": options.accounting_entity}],
    }
    if name.startswith("FinanceDimension"):
        return [{name: value} for dimension, value in sorted(tenant.dimensions) if dimension == name]
    return tables.get(name)


def _conditions(asked: Mapping[str, str]) -> list[tuple[str, str]]:
    wanted = []
    for pair in filter(None, asked.get("_filter", "").split("|")):
        field, found, value = pair.partition("::")
        if not found:
            raise ValueError(f"ConditionNode tree failed: {pair}")
        wanted.append((field, value))
    if asked.get("_lplFilter"):
        condition = _LPL.fullmatch(asked["_lplFilter"])
        if condition is None:
            raise ValueError("Expected a logical operator")
        wanted.append((condition[1], condition[2]))
    return wanted


def _value(row: Row, table: str, field: str) -> str:
    """A field by its own name, or by its name with the class before it."""
    return row.get(field) or row.get(field.removeprefix(f"{table}."), "")


def _shown(row: Row, table: str, fields: list[str]) -> Row:
    """Give the asked fields of a row; empty ones are left out."""
    return {field: value for field in fields if (value := _value(row, table, field))}
