"""Whether everything a mapping profile names stands in M3 and may be used: one question per kind, all faults."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import pairwise

from connector.domain.connection import Check
from connector.domain.faults import ContractBroken
from connector.domain.ledger_account import LedgerAccount
from connector.infor.m3.client import Client
from connector.infor.m3.company import Company
from connector.infor.m3.wire import masters as wire
from connector.ports import Masters

MOST_TEMPLATES = 1000
PAGE = 1000


def check(client: Client, company: Company, wanted: Masters, today: date) -> list[Check]:
    """READ, 1 call per kind and 50 names: a line for each thing that is missing, blocked or expired."""
    return [
        *_each(client, wire.account(company, today), wanted.accounts),
        *_each(client, wire.dimension(company, today), wanted.dimensions),
        *_each(client, wire.item(), wanted.items),
        *_each(client, wire.customer(), wanted.customers),
        *_templates(client, wanted.templates),
        *_each(client, wire.charge(), wanted.charges),
        *_each(client, wire.warehouse(), wanted.warehouses),
    ]


def accounts(client: Client, company: Company, today: date) -> list[LedgerAccount]:
    """READ, 1 call for 1000 accounts and 1 more: a shorter page is none the last, M3 may stop sooner.

    :raises ContractBroken: M3 lists them in another order, so they cannot be read page by page.
    """
    found: list[LedgerAccount] = []
    while True:
        after = found[-1].number if found else ""
        outcome = client.read(wire.accounts_from(company, after), limit=PAGE).answered()
        listed = [wire.account_of(row, outcome, today) for row in outcome.records]
        page = listed[1:] if listed and listed[0].number == after else listed
        if not page:
            return found
        for before, one in pairwise([*found[-1:], *page]):
            if one.number <= before.number:
                raise ContractBroken(f"{outcome.transaction} gave {one.number} behind {before.number}: not rising")
        found += page


def _each(client: Client, kind: wire.Kind, names: Mapping[str, str]) -> list[Check]:
    asked = [name for name in names if kind.fits(name)]
    outcomes = client.read_all([kind.ask(name) for name in asked])
    problems = {name: kind.misfit for name in names if name not in asked}
    problems |= {name: kind.judge(name, outcome) for name, outcome in zip(asked, outcomes, strict=True)}
    return _report(kind.name, kind.plural, kind.screen, names, problems)


def _templates(client: Client, names: Mapping[str, str]) -> list[Check]:
    if not names:
        return []
    known = wire.template_names(client.read(wire.templates(), limit=MOST_TEMPLATES))
    problems = {name: "" if name in known else "does not exist" for name in names}
    return _report("customer template", "customer templates", "CRS610", names, problems)


def _report(
    name: str, plural: str, screen: str, names: Mapping[str, str], problems: Mapping[str, str]
) -> list[Check]:
    remedy = f"correct the profile, or mend it in {screen}"
    faults = [
        Check(f"{name} {each}", ok=False, detail=f"{names[each]}: {name} {each} {problem}", remedy=remedy)
        for each, problem in problems.items()
        if problem
    ]
    return faults or ([Check(plural, ok=True, detail=f"{len(names)} found and usable")] if names else [])
