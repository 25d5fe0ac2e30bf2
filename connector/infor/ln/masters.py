"""Whether what a mapping profile names stands in LN and may be used, as far as LN tells; all faults at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from connector.domain.connection import Check
from connector.domain.faults import Misconfigured
from connector.infor.ln import customers, items
from connector.infor.ln.client import Client
from connector.infor.ln.company import Company
from connector.infor.ln.customers import NONE_MADE
from connector.infor.ln.wire import setup, stock
from connector.infor.ln.wire.item_codes import MOST
from connector.infor.ln.wire.literals import few
from connector.ports import Masters

REMEDY = "correct the profile, or mend it in LN"
UNTOLD = "no service is known that tells them, so they are not checked: the first journal tells"


def check(client: Client, company: Company, wanted: Masters) -> list[Check]:
    """READ, 1 call per kind and 20 names: a line for each thing that is missing or may not be used."""
    return [
        *_untold("accounts", wanted.accounts),
        *_untold("dimensions", wanted.dimensions),
        *_items(client, company, "item", wanted.items),
        *_customers(client, wanted.customers),
        *(_fault("customer template", name, line, NONE_MADE) for name, line in wanted.templates.items()),
        *_items(client, company, "charge", wanted.charges),
        *_warehouses(client, company, wanted.warehouses),
    ]


def _untold(kind: str, names: Mapping[str, str]) -> Iterator[Check]:
    if names:
        yield Check(kind, ok=True, detail=f"{len(names)} named; {UNTOLD}")


def _items(client: Client, company: Company, kind: str, names: Mapping[str, str]) -> list[Check]:
    """Charges are sold as items too."""
    asked = [name for name in names if len(name) <= MOST]
    known = items.known(client, company, asked) if asked else set()
    problems = {
        name: "does not exist" if name in asked else f"is no item code, which holds up to {MOST} characters"
        for name in names
        if name not in known
    }
    return _report(kind, names, problems)


def _customers(client: Client, names: Mapping[str, str]) -> list[Check]:
    return _report("customer", names, customers.problems(client, list(names)))


def _warehouses(client: Client, company: Company, names: Mapping[str, str]) -> list[Check]:
    untold = _stock_untold(client, company) if names else ""
    if untold:
        return [_fault("warehouse", name, line, f"cannot fill a location: {untold}") for name, line in names.items()]
    rows = [row for some in few(list(names)) for row in client.rows(setup.masters("warehouse", some))]
    known = {setup.master_of("warehouse", row) for row in rows}
    return _report("warehouse", names, {name: "does not exist" for name in names if name not in known})


def _stock_untold(client: Client, company: Company) -> str:
    """READ, 1 call: why no service tells what lies in a warehouse; empty where one does."""
    if not company.tells_stock:
        return "stock_service is none, so LN tells no stock"
    try:
        client.page(stock.first_balance(company))
    except Misconfigured as fault:
        return fault.what
    return ""


def _report(kind: str, names: Mapping[str, str], problems: Mapping[str, str]) -> list[Check]:
    faults = [_fault(kind, name, names[name], problem) for name, problem in problems.items()]
    return faults or ([Check(f"{kind}s", ok=True, detail=f"{len(names)} found and usable")] if names else [])


def _fault(kind: str, name: str, line: str, problem: str) -> Check:
    return Check(f"{kind} {name}", ok=False, detail=f"{line}: {kind} {name} {problem}", remedy=REMEDY)
