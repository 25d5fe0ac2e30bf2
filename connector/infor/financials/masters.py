"""Whether everything a mapping profile names stands in Financials: one question per kind, all faults."""

from __future__ import annotations

from collections.abc import Mapping

from connector.domain.connection import Check
from connector.infor.financials import wire
from connector.infor.financials.chart import Chart
from connector.infor.financials.client import Client
from connector.ports import Masters

REMEDY = "correct the profile, or mend it in Financials"


def check(client: Client, chart: Chart, wanted: Masters) -> list[Check]:
    """READ, 1 call for all accounts and 1 a dimension's value."""
    return [
        *_accounts(chart, wanted.accounts),
        *_dimensions(client, wanted.dimensions),
        *(
            Check(f"warehouse {name}", ok=False, detail=f"{line}: Financials has no stock", remedy=REMEDY)
            for name, line in wanted.warehouses.items()
        ),
    ]


def _accounts(chart: Chart, wanted: Mapping[str, str]) -> list[Check]:
    known = chart.rows() if wanted else {}
    problems = {name: wire.account_problem(known.get(name)) for name in wanted}
    return _report("account", "accounts", wanted, problems)


def _dimensions(client: Client, wanted: Mapping[str, str]) -> list[Check]:
    problems = {}
    for each in wanted:
        name, _, value = each.partition(":")
        if name not in wire.DIMENSIONS:
            problems[each] = f"is none of {wire.DIMENSIONS[0]} to {wire.DIMENSIONS[-1]}"
        else:
            problems[each] = "" if client.rows(wire.dimension(name, value)) else "does not exist"
    return _report("dimension", "dimensions", wanted, problems)


def _report(name: str, plural: str, wanted: Mapping[str, str], problems: Mapping[str, str]) -> list[Check]:
    faults = [
        Check(f"{name} {each}", ok=False, detail=f"{wanted[each]}: {name} {each} {problem}", remedy=REMEDY)
        for each, problem in problems.items()
        if problem
    ]
    return faults or ([Check(plural, ok=True, detail=f"{len(wanted)} found and usable")] if wanted else [])
