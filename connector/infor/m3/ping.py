"""The set-up check: everything a posting will need of this tenant, each on its own line, read and never written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial

from connector.domain.connection import Check
from connector.domain.faults import Fault, Misconfigured, Unauthorized
from connector.infor.check import asked
from connector.infor.m3 import periods, prices
from connector.infor.m3.client import Client
from connector.infor.m3.company import Company
from connector.infor.m3.wire import export, items, masters, period_table, price_table, setup, stock
from connector.infor.m3.wire.fields import FIELDS

MANY = 1000
"""More fields than a transaction or table has."""
EVER = date(1900, 1, 1)
TABLES_REMEDY = "set the connection's `tables` to this release's names"
PERIODS_REMEDY = "set the connection's `closed_periods` to the column of CSYPER that tells a closed period"
CATALOG_REMEDY = "set the connection's `catalog_route` to api"


def check(client: Client, company: Company) -> list[Check]:
    """READ, 12 calls and some for optional settings: a line that could not be asked says why; nothing is raised."""
    try:
        user = client.read(setup.user()).answered().record
    except Unauthorized as fault:
        return [Check("token", ok=False, detail=fault.what, remedy=fault.advice)]
    except Fault as fault:
        return [Check("M3", ok=False, detail=fault.what, remedy=fault.advice)]
    return [
        Check("token", ok=True, detail="accepted by the gateway"),
        Check("user", ok=True, detail=setup.user_text(user)),
        asked(f"company {company.company}, division {company.division}", lambda: _division(client, company)),
        asked("accounts", lambda: _accounts(client, company)),
        *_sales(client, company),
        Check(f"GL interface {company.gl_interface}", ok=True, detail=_gl_interface(company)),
        asked("fields", lambda: _fields(client)),
        asked("tables", lambda: _inquiries(client, company)),
        asked("periods", lambda: _periods(client, company)),
        _catalog_line(client, company),
    ]


def _sales(client: Client, company: Company) -> list[Check]:
    """Lines that only a company which takes sales orders has."""
    lines = []
    if company.facility:
        lines.append(asked(f"facility {company.facility}", lambda: _facility(client, company)))
    if company.warehouse:
        lines.append(asked(f"warehouse {company.warehouse}", lambda: _warehouse(client, company)))
    types = [name for name in (company.order_type, company.credit_order_type) if name]
    return lines + [asked(f"order type {name}", partial(_order_type, client, name)) for name in types]


def _division(client: Client, company: Company) -> str:
    return setup.division_text(client.read(setup.division(company)).answered().record)


def _accounts(client: Client, company: Company) -> str:
    row = client.read(masters.accounts_from(company, ""), limit=1).answered().record
    return f"the chart can be read, it begins with {masters.account_text(row)}" if row else "the chart is empty"


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


def _tables(client: Client, wanted: Mapping[str, tuple[str, ...]], remedy: str) -> str:
    outcomes = client.read_all([export.table_columns(table) for table in wanted], limit=MANY)
    missing = [
        f"{table} has no column {column}"
        for (table, columns), outcome in zip(wanted.items(), outcomes, strict=True)
        for column in columns
        if column not in export.column_names(outcome)
    ]
    if missing:
        raise Misconfigured(f"{'; '.join(missing)}: {remedy}")
    return f"{', '.join(wanted)} have the columns that are read"


def _inquiries(client: Client, company: Company) -> str:
    """What is asked before anything is written: a table that does not answer would leave every posting undone."""
    fit = _tables(client, setup.inquired(company), TABLES_REMEDY)
    asked = setup.inquiries(company, EVER)
    outcomes = client.read_all(asked)
    refused = {
        f"{query.record['QERY'].partition(' from ')[2].partition(' ')[0]}: {outcome.refusal}"
        for query, outcome in zip(asked, outcomes, strict=True)
        if outcome.refusal is not None
    }
    if refused:
        raise Misconfigured(f"M3 refuses to be asked by EXPORTMI/Select: {'; '.join(sorted(refused))}")
    return f"{fit}, and answer"


def _periods(client: Client, company: Company) -> str:
    """What the accountant compares with CRS910: which periods are closed, as this connection reads it."""
    if company.closed is None:
        return "closed ones are told by M3's refusals alone: `closed_periods` does not say how M3 marks them"
    _tables(client, period_table.columns(company.closed), PERIODS_REMEDY)
    found = periods.read(client, company, EVER) or ()
    if not found:
        raise Misconfigured(f"{period_table.TABLE} has no periods of division {company.division}")
    shut = [one.name for one in found if one.closed]
    return f"{len(found)} known, {len(shut)} closed" + (f", the last of them {shut[-1]}" if shut else "")


def _catalog_line(client: Client, company: Company) -> Check:
    """What only the way back needs is no fault of a connection that sets nothing for it."""
    line = asked("catalog", lambda: _catalog(client, company))
    if line.ok:
        return line
    wanted = bool(company.price_list) or company.from_tables
    detail = f"items cannot be read: {line.detail}; the way back will not work"
    return Check(line.name, ok=not wanted, detail=detail, remedy=line.remedy if wanted else "")


def _catalog(client: Client, company: Company) -> str:
    """One row of items and no balance are read, to see that both may be; then what the settings name."""
    first = client.read(items.listed_from(""), limit=1).answered().record
    client.read(stock.changed_since(stock.NEVER), limit=1).answered()
    told = [f"items can be read, the first is {items.item_of(first).number}" if first else "M3 has no items"]
    if company.price_list:
        prices.versions(client, company.price_list)
        told.append(f"price list {company.price_list} exists")
    if company.from_tables:
        listed = {price_table.TABLE: price_table.ASKED} if company.price_list else {}
        told.append(_tables(client, {stock.TABLE: stock.ASKED, **listed}, CATALOG_REMEDY))
    return "; ".join(told)
