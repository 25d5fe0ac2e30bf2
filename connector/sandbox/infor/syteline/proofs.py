"""What can be proved from the site's books: balances, and how often each fact was booked."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from connector.sandbox.infor.simulator import Balances
from connector.sandbox.infor.spans import reference_in
from connector.sandbox.infor.syteline.idos import IDOS
from connector.sandbox.infor.syteline.tenant import Tenant
from connector.sandbox.infor.syteline.where import Row

_MARK = re.compile(r"([^\s/]+)/(\d+)/(\d+)(?: |$)")


def trial_balance(tenant: Tenant) -> Balances:
    """Sum the ledger: (account, currency) to balance, debit positive."""
    return _sum(list(tenant.rows["SLLedgers"]))


def balances_by_reference(tenant: Tenant) -> dict[str, Balances]:
    """Sum the ledger per external reference found in the lines' texts; lines without one are under ``""``."""
    lines: dict[str, list[Row]] = defaultdict(list)
    for line in tenant.rows["SLLedgers"]:
        lines[reference_in(line["Ref"])].append(line)
    return {reference: _sum(found) for reference, found in lines.items()}


def _sum(lines: list[Row]) -> Balances:
    sums: Balances = defaultdict(Decimal)
    for line in lines:
        sums[line["Acct"], line["CurrCode"]] += Decimal(line["ForAmount"])
    return dict(sums)


def orders_by_reference(tenant: Tenant) -> dict[str, list[str]]:
    """Give the orders that are ordered under each ``CustPo``: more than one is a duplicate."""
    found: dict[str, list[str]] = defaultdict(list)
    for head in tenant.rows["SLCos"]:
        if head["Stat"] != "P":
            found[head["CustPo"]].append(head["CoNum"].strip())
    return dict(found)


def orphan_heads(tenant: Tenant) -> list[str]:
    """Give the orders that are planned."""
    return [head["CoNum"].strip() for head in tenant.rows["SLCos"] if head["Stat"] == "P"]


def vouchers_by_key(tenant: Tenant) -> dict[str, list[str]]:
    """Give how often each journal is in the ledger: none while a line is missing, twice when one stands twice."""
    places: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    sizes: dict[str, int] = {}
    for ido in ("SLJournals", "SLLedgers"):
        for line in tenant.rows[ido]:
            mark = _MARK.match(line["Ref"])
            if mark:
                sizes[mark[1]] = int(mark[3])
                places[mark[1]][mark[2]] += [line["TransNum"]] if ido == "SLLedgers" else []
    return {key: _vouchers(places[key], size) for key, size in sizes.items()}


def _vouchers(places: dict[str, list[str]], size: int) -> list[str]:
    posted = {place: found for place, found in places.items() if found}
    return max(posted.values(), key=len) if len(posted) == size else []


def dump(tenant: Tenant) -> dict[str, Any]:
    """Give the site's books as plain values."""
    tables = {
        ido: [{name: row.get(name, "") for name in IDOS[ido]} for row in rows] for ido, rows in tenant.rows.items()
    }
    return tables | {
        "orders_by_reference": orders_by_reference(tenant),
        "orphan_heads": orphan_heads(tenant),
        "vouchers_by_key": vouchers_by_key(tenant),
        "overlapping_refunds": dict(tenant.spans.overlaps),
        "refund_spans": [asdict(span) for span in tenant.spans.spans],
    }
