"""The set-up check: everything a posting will need of this tenant, each on its own line, read and never written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from connector.domain.connection import Check
from connector.domain.faults import Fault, Misconfigured, Unauthorized
from connector.infor.check import asked
from connector.infor.ln.client import Client, Query
from connector.infor.ln.company import STOCK, Company
from connector.infor.ln.wire import items, orders, setup

LEDGER = "no service is known that reads LN's ledger back: what it confirmed is the evidence"


def check(client: Client, company: Company) -> list[Check]:
    """READ, up to 11 calls: a line that could not be asked says why; nothing is raised."""
    try:
        client.page(Query(items.ITEMS, ("Item",), top=1))
    except Unauthorized as fault:
        return [Check("token", ok=False, detail=fault.what, remedy=fault.advice)]
    except Fault as fault:
        return [Check("LN", ok=False, detail=fault.what, remedy=fault.advice)]
    return [
        Check("token", ok=True, detail="accepted by the gateway"),
        Check(f"company {company.company}", ok=True, detail="LN answers in it"),
        *_sales(client, company),
        _catalog(client, company),
        Check("ledger", ok=True, detail=LEDGER),
    ]


def _sales(client: Client, company: Company) -> Iterator[Check]:
    """Lines that only a company which takes sales orders has."""
    if not company.order_type:
        return
    if not company.orders_by_bod:
        yield asked("sales orders", lambda: _orders(client))
    for kind, name in (
        ("sales office", company.sales_office),
        ("order type", company.order_type),
        ("warehouse", company.warehouse),
    ):
        if name:
            yield asked(f"{kind} {name}", partial(_master, client, kind, name))
    yield asked("customers", lambda: _read(client, setup.customer_needs()))


def _orders(client: Client) -> str:
    misfits = setup.order_misfits(setup.Service(orders.SERVICE, client.metadata(orders.SERVICE)))
    client.page(Query(orders.ORDERS, orders.HEAD, top=1))
    if misfits:
        raise Misconfigured("; ".join(misfits))
    return (
        "CreateOrder takes CustomerOrder, so no order is without its reference; lines, approval and cancellation fit"
    )


def _master(client: Client, kind: str, name: str) -> str:
    if not any(setup.master_of(kind, row) == name for row in client.rows(setup.masters(kind, [name]))):
        raise Misconfigured(f"{kind} {name} does not exist")
    return "exists"


def _read(client: Client, needs: Mapping[str, tuple[str, ...]]) -> str:
    """One row of each is read, with the fields that we read."""
    for entities, fields in needs.items():
        client.page(Query(entities, fields, top=1))
    return f"{', '.join(needs)} can be read"


def _catalog(client: Client, company: Company) -> Check:
    """What only the way back needs is no fault of a connection that sets nothing for it."""
    line = asked("catalog", lambda: _read(client, setup.catalog_needs(company)))
    if line.ok:
        none = "" if company.tells_stock else "; stock_service is none: LN tells no stock, the store's is left alone"
        return Check(line.name, ok=True, detail=f"{line.detail}{none}")
    wanted = company.stock_service != STOCK
    detail = f"not all of it can be read: {line.detail}; the way back will not work"
    return Check(line.name, ok=not wanted, detail=detail, remedy=line.remedy if wanted else "")
