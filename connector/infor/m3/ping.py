"""The set-up check: everything a posting will need of this tenant, each on its own line, read and never written."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from connector.domain.connection import Check
from connector.domain.faults import Fault, Misconfigured, Unauthorized
from connector.infor.m3.client import Client
from connector.infor.m3.company import Company
from connector.infor.m3.wire import export, setup
from connector.infor.m3.wire.fields import FIELDS

MANY = 1000
"""More fields than a transaction or table has."""


def check(client: Client, company: Company) -> list[Check]:
    """READ, 8 calls: a line that could not be asked says why; nothing is raised."""
    try:
        user = client.read(setup.user()).answered().record
    except Unauthorized as fault:
        return [Check("token", ok=False, detail=fault.what, remedy=fault.advice)]
    except Fault as fault:
        return [Check("M3", ok=False, detail=fault.what, remedy=fault.advice)]
    return [
        Check("token", ok=True, detail="accepted by the gateway"),
        Check("user", ok=True, detail=setup.user_text(user)),
        _line(f"division {company.division}", lambda: _division(client, company)),
        *_sales(client, company),
        Check(f"GL interface {company.gl_interface}", ok=True, detail=_gl_interface(company)),
        _line("fields", lambda: _fields(client)),
        _line("tables", lambda: _tables(client, company)),
    ]


def _line(name: str, ask: Callable[[], str]) -> Check:
    try:
        return Check(name, ok=True, detail=ask())
    except Fault as fault:
        return Check(name, ok=False, detail=fault.what, remedy=fault.advice)


def _sales(client: Client, company: Company) -> list[Check]:
    """Lines that only a company which takes sales orders has."""
    lines = []
    if company.facility:
        lines.append(_line(f"facility {company.facility}", lambda: _facility(client, company)))
    if company.warehouse:
        lines.append(_line(f"warehouse {company.warehouse}", lambda: _warehouse(client, company)))
    types = [name for name in (company.order_type, company.credit_order_type) if name]
    return lines + [_line(f"order type {name}", partial(_order_type, client, name)) for name in types]


def _division(client: Client, company: Company) -> str:
    return setup.division_text(client.read(setup.division(company)).answered().record)


def _facility(client: Client, company: Company) -> str:
    row = client.read(setup.facility(company)).answered().record
    if not setup.belongs(row, company):
        raise Misconfigured(f"facility {company.facility} is not of division {company.division}")
    return setup.facility_text(row)


def _warehouse(client: Client, company: Company) -> str:
    return setup.warehouse_text(client.read(setup.warehouse(company)).answered().record)


def _order_type(client: Client, name: str) -> str:
    if not setup.has_order_type(client.read(setup.order_type(name)), name):
        raise Misconfigured(f"order type {name} does not exist in OIS010")
    return "exists"


def _gl_interface(company: Company) -> str:
    return (
        f"no API reads GLS850, the first journal will tell: usage type 2, record {company.gl_record}, "
        f"{company.gl_sign} amounts"
    )


def _fields(client: Client) -> str:
    names = [name for name in FIELDS if name not in setup.OPTIONAL_TRANSACTIONS]
    outcomes = client.read_all(setup.layouts(names), limit=MANY)
    misfits = [fault for name, outcome in zip(names, outcomes, strict=True) for fault in setup.misfits(name, outcome)]
    if misfits:
        raise Misconfigured("; ".join(misfits))
    return f"{len(names)} transactions have the fields and lengths we use"


def _tables(client: Client, company: Company) -> str:
    wanted = setup.inquired(company)
    outcomes = client.read_all([export.table_columns(table) for table in wanted], limit=MANY)
    missing = [
        f"{table} has no column {column}"
        for (table, columns), outcome in zip(wanted.items(), outcomes, strict=True)
        for column in columns
        if column not in export.column_names(outcome)
    ]
    if missing:
        raise Misconfigured(f"{'; '.join(missing)}: set the connection's `tables` to this release's names")
    return f"{', '.join(wanted)} have the columns that inquiries read"
