"""Whether everything a mapping profile names stands in SyteLine and may be used: all faults, one question a kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from connector.domain.connection import Check
from connector.domain.ledger_account import LedgerAccount
from connector.infor.syteline import filters
from connector.infor.syteline.client import Client, Query, chunks
from connector.infor.syteline.company import Company
from connector.infor.syteline.wire import journals
from connector.infor.syteline.wire import masters as wire
from connector.infor.syteline.wire.values import identity
from connector.ports import Clock, Masters


def check(client: Client, company: Company, wanted: Masters, clock: Clock) -> list[Check]:
    """READ, 1 call per kind and 40 names: a line for each thing that is missing or may not be used."""
    return [
        *_each(client, wire.account(company, company.day(clock.now())), wanted.accounts),
        *_dimensions(wanted.dimensions),
        *_each(client, wire.item(company), wanted.items),
        *_each(client, wire.customer(), wanted.customers),
        *_each(client, wire.customer("customer template", "customer templates"), wanted.templates),
        *_each(client, wire.item(company, "charge", "charges"), wanted.charges),
        *_each(client, wire.warehouse(), wanted.warehouses),
    ]


def accounts(client: Client, company: Company, clock: Clock) -> list[LedgerAccount]:
    """READ, 1 call for 1000: the chart of accounts."""
    today = company.day(clock.now())
    return [wire.account_of(row, company, today) for row in client.rows(wire.chart(company))]


def closed_accounts(client: Client, company: Company, accounts: Sequence[str], clock: Clock) -> dict[str, str]:
    """READ, 1 call for 40: what is wrong with those that may not be booked on."""
    found = _problems(client, wire.account(company, company.day(clock.now())), accounts)
    return {account: problem for account, problem in found.items() if problem}


def _each(client: Client, kind: wire.Kind, names: Mapping[str, str]) -> list[Check]:
    if not names:
        return []
    problems = _problems(client, kind, list(names))
    remedy = f"correct the profile, or mend it in {kind.screen}"
    faults = [
        Check(f"{kind.name} {each}", ok=False, detail=f"{names[each]}: {kind.name} {each} {problem}", remedy=remedy)
        for each, problem in problems.items()
        if problem
    ]
    return faults or [Check(kind.plural, ok=True, detail=f"{len(names)} found and usable")]


def _problems(client: Client, kind: wire.Kind, names: Sequence[str]) -> dict[str, str]:
    """READ: each name with what is wrong with it, or nothing. One that is too long is not asked for."""
    longest = client.property(kind.ido, kind.key).length
    found: dict[str, str] = {}
    for some in chunks([name for name in names if len(name) <= longest]):
        condition = filters.among(kind.key, [client.key(kind.ido, kind.key, name) for name in some])
        where = filters.both(condition, kind.only) if kind.only else condition
        for row in client.rows(Query(kind.ido, (kind.key, *kind.read), where)):
            found[identity(row, kind.key)] = kind.problem(row)
    return {name: found.get(name, _missing(name, longest)) for name in names}


def _missing(name: str, longest: int) -> str:
    return "does not exist" if len(name) <= longest else f"is longer than {longest} characters"


def _dimensions(names: Mapping[str, str]) -> list[Check]:
    """Whether each is one of SyteLine's; whether its unit code exists, SyteLine says when it is booked."""
    wrong = [name for name in names if name.partition(":")[0] not in journals.DIMENSIONS]
    faults = [
        Check(
            f"dimension {name}",
            ok=False,
            detail=f"{names[name]}: SyteLine has {', '.join(journals.DIMENSIONS)}",
            remedy="correct the profile",
        )
        for name in wrong
    ]
    told = Check("dimensions", ok=True, detail=f"{len(names)} named; their unit codes are not looked up")
    return faults or ([told] if names else [])
