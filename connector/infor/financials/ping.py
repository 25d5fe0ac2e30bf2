"""The set-up check: everything a posting will need of this tenant, each on its own line, read and never written."""

from __future__ import annotations

from datetime import date

from connector.domain.connection import Check
from connector.domain.faults import Fault, Misconfigured, Unauthorized
from connector.infor.check import asked
from connector.infor.financials import wire
from connector.infor.financials.client import Client, Listing
from connector.infor.financials.company import Company

ANY_DAY = date(2020, 1, 1)


def check(client: Client, company: Company) -> list[Check]:
    """READ, 6 calls: a line that could not be asked says why; nothing is raised."""
    try:
        known = client.some(wire.chart())
    except Unauthorized as fault:
        return [Check("token", ok=False, detail=fault.what, remedy=fault.advice)]
    except Fault as fault:
        return [Check("Financials", ok=False, detail=fault.what, remedy=fault.advice)]
    first = wire.account_of(known[0]) if known else "none"
    return [
        Check("token", ok=True, detail="accepted by the gateway"),
        Check("accounts", ok=bool(known), detail=f"can be read, the first is {first}", remedy="fill the chart first"),
        asked("enterprise group", lambda: _exists(client, "FinanceEnterpriseGroup", company.enterprise_group)),
        asked("accounting entity", lambda: _exists(client, "AccountingEntity", company.accounting_entity)),
        asked("GL interface", lambda: _readable(client, wire.staged("-"), wire.results("-"))),
        asked("ledger", lambda: _readable(client, wire.booked(ANY_DAY, company))),
        Check("posting", ok=True, detail=_posting(company)),
    ]


def _exists(client: Client, name: str, value: str) -> str:
    if not client.some(Listing(name, (name,), equal=((name, value),))):
        raise Misconfigured(f"{name} {value} does not exist")
    return f"{value} exists"


def _readable(client: Client, *listings: Listing) -> str:
    for listing in listings:
        client.some(listing)
    return f"{', '.join(listing.name for listing in listings)} can be read"


def _posting(company: Company) -> str:
    codes = f"system {company.system}, event {company.event}"
    journal = f", journal code {company.journal_code}" if company.journal_code else ""
    return f"no API tells whether {codes}{journal} and the service account may post: the first journal will"
