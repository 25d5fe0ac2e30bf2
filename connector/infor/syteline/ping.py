"""The set-up check: everything a posting will need of this tenant, each on its own line, read and never written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from connector.domain.connection import Check
from connector.domain.faults import Fault, Misconfigured, Unauthorized
from connector.infor.check import asked
from connector.infor.syteline import filters
from connector.infor.syteline.client import Client, Query
from connector.infor.syteline.company import Company
from connector.infor.syteline.wire import customers, goods, journals, masters, orders
from connector.infor.syteline.wire.values import identity

NAMES_REMEDY = "set the connection's `names` to what this release calls it, or let the service account use the IDO"
SITES = "SLSites"


def check(client: Client, company: Company) -> list[Check]:
    """READ, 1 call and one for each IDO and setting: a line that could not be asked says why; nothing is raised."""
    try:
        client.first(Query(orders.HEADS, (orders.NUMBER,), "", most=1))
    except Unauthorized as refused:
        return [Check("token", ok=False, detail=refused.what, remedy=refused.advice)]
    except Fault as fault:
        remedy = "compare `config` and `service` with the tenant's"
        return [Check(f"config {company.config}", ok=False, detail=fault.what, remedy=remedy)]
    return [
        Check(f"config {company.config}", ok=True, detail="token and configuration are good"),
        _there(client, "site", SITES, "Site", company.site),
        *([_there(client, "warehouse", masters.WAREHOUSES, "Whse", company.warehouse)] if company.warehouse else []),
        *[_has(client, ido, names) for ido, names in _used(company).items()],
        asked("catalog", lambda: _catalog(client, company), NAMES_REMEDY),
        _untold(company),
    ]


def _used(company: Company) -> Mapping[str, Sequence[str]]:
    """Every IDO and property that is read or written."""
    names = company.names
    amounts = (names.account, names.day, names.currency, names.foreign, names.domestic, names.text)
    written: dict[str, tuple[str, ...]] = {
        orders.HEADS: (*orders.HEAD_READ, *orders.HEAD_WRITTEN, *company.head),
        orders.LINES: (*orders.LINE_READ, *orders.LINE_WRITTEN),
        customers.CUSTOMERS: (customers.NUMBER, customers.ADDRESS, *customers.WRITTEN, *company.copied),
        goods.PRICES: (goods.NUMBER, goods.CURRENCY, goods.EFFECTIVE, names.price, names.changed),
        names.accounts: (names.account, names.account_ends),
        names.ledger: (*amounts, *journals.VOUCHER, *journals.DIMENSIONS),
    }
    return written


def _has(client: Client, ido: str, wanted: Sequence[str]) -> Check:
    def missing() -> str:
        known = client.info(ido)
        lacks = [name for name in dict.fromkeys(wanted) if name not in known]
        if lacks:
            raise Misconfigured(f"{ido} has no property {', '.join(lacks)}")
        return f"{len(set(wanted))} properties known"

    return asked(ido, missing, NAMES_REMEDY)


def journal(client: Client, company: Company) -> str:
    """Say that journals go by the journal's IDO.

    :raises Misconfigured: it lacks something, or does not let it be written.
    """
    names = company.names
    known = client.info(names.journals)
    used = (
        names.journal,
        names.journal_line,
        names.account,
        names.day,
        names.currency,
        names.foreign,
        names.domestic,
        names.rate,
        names.text,
        *journals.DIMENSIONS,
    )
    lacks = ", ".join(name for name in used if name not in known)
    fixed = ", ".join(name for name in used if name in known and known[name].read_only)
    if lacks or fixed:
        told = [f"lacks {lacks}"] * bool(lacks) + [f"does not let {fixed} be written"] * bool(fixed)
        raise Misconfigured(f"journals cannot go by {names.journals}: it {' and '.join(told)}")
    room = known[names.text].length
    if 0 < room < journals.MARK_LENGTH:
        raise Misconfigured(
            f"journals cannot go by {names.journals}: its {names.text} takes {room} characters, and each line's mark "
            f"has up to {journals.MARK_LENGTH}"
        )
    return f"journals go by {names.journals} into {company.journal}, and into the ledger by SyteLine's ledger posting"


def _catalog(client: Client, company: Company) -> str:
    """Ask for one item, and whether stock and times of change are told."""
    names = company.names
    first = client.first(goods.items("", company, most=1))
    for ido, wanted in (
        (masters.ITEMS, names.changed),
        (names.stock, names.on_hand),
        (names.stock, names.taken),
        (names.stock, names.changed),
    ):
        client.property(ido, wanted)
    return f"items can be read{f', the first is {identity(first[0], goods.NUMBER)}' if first else ', there are none'}"


def _untold(company: Company) -> Check:
    """Say which parts of an address an order does not carry."""
    words = ("street_1", "city", "postal_code", "country_code", "text")
    untold = [word for word in words if word not in company.head.values()]
    detail = f"orders do not carry {', '.join(untold)}: name properties for them in `head`" if untold else "whole"
    return Check("order address", ok=True, detail=detail)


def _there(client: Client, name: str, ido: str, key: str, value: str) -> Check:
    def look() -> str:
        if not client.rows(Query(ido, (key,), filters.equals(key, client.key(ido, key, value)))):
            raise Misconfigured(f"{name} {value} does not exist")
        return "exists"

    return asked(f"{name} {value}", look, f"correct the connection's `{name}`")
