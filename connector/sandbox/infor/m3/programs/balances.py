"""How much of an item each warehouse has and may promise (MMS200MI, OIS100MI, MMS060MI; facts/infor.md §2.10)."""

from __future__ import annotations

from collections.abc import Iterable

from connector.sandbox.infor.m3 import checks, goods
from connector.sandbox.infor.m3.refusals import Refused
from connector.sandbox.infor.m3.rows import Record
from connector.sandbox.infor.m3.tenant import Tenant


def _shown(balance: Record) -> Record:
    return balance | {"AV01": goods.allocable(balance), "AV02": goods.unreserved(balance)}


def get_balance(tenant: Tenant, given: Record) -> list[Record]:
    """Give one item's balance in one warehouse, if it is kept there."""
    warehouse = checks.master(tenant, "MITWHL", given["WHLO"], "WWH0103", "WHLO")
    checks.master(tenant, "MITMAS", given["ITNO"], "WIT0103", "ITNO")
    balance = goods.balance(tenant, given["ITNO"], given["WHLO"])
    if balance is None:
        raise Refused("WIT0203", "ITNO", given["ITNO"], given["WHLO"])
    return [_shown(balance) | {"FACI": warehouse["FACI"]}]


def list_warehouses(tenant: Tenant, given: Record) -> list[Record]:
    """List an item's balances by warehouse."""
    checks.master(tenant, "MITMAS", given["ITNO"], "WIT0103", "ITNO")
    return sorted(map(_shown, tenant.rows["MITBAL"].of(given["ITNO"])), key=lambda row: row["WHLO"])


def list_new_balances(tenant: Tenant, given: Record) -> Iterable[Record]:
    """List the balances of every warehouse written at or after a time in milliseconds, in that order."""
    return map(_shown, tenant.rows["MITBAL"].since(checks.whole(given["LMTS"], "LMTS")))


def list_quantities(tenant: Tenant, given: Record) -> Iterable[Record]:
    """List a warehouse's items with their quantities from an item on; there are no locations here."""
    warehouse = checks.master(tenant, "MITWHL", given["WHLO"], "WWH0103", "WHLO")
    items = tenant.rows["MITMAS"]
    return (
        (items.first(row["ITNO"]) or {}) | row | {"WHNM": warehouse["WHNM"]}
        for row in tenant.rows["MITBAL"].between(given["ITNO"])
        if row["WHLO"] == given["WHLO"]
    )


TRANSACTIONS = {
    "MMS200MI/GetItmWhsBal": get_balance,
    "OIS100MI/LstWarehBalance": list_warehouses,
    "OIS100MI/LstNewBalances": list_new_balances,
    "MMS060MI/LstSumQty": list_quantities,
}
