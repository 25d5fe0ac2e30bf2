"""OIS320MI and OIS017MI: price lists, each valid from a day on, and their prices (facts/infor.md §2.9).

A base price stands in OPRBAS; prices from a quantity on (scales) stand beside it and show in OIS320MI only. Which
fields of a list's key are start positions and which are filters is not documented: here those of OIS320MI are where
the list starts, those of OIS017MI must fit exactly.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from heapq import merge

from connector.sandbox.infor.m3 import checks
from connector.sandbox.infor.m3.price_lists import validity
from connector.sandbox.infor.m3.refusals import Refused
from connector.sandbox.infor.m3.rows import Record
from connector.sandbox.infor.m3.tenant import Tenant


def get_base_price(tenant: Tenant, given: Record) -> list[Record]:
    """Give the base price of an item in one validity of a price list."""
    checks.date(given["FVDT"], "FVDT")
    found = [row for row in tenant.rows["OPRBAS"].of(given["ITNO"]) if validity(row) == validity(given)]
    if not found:
        raise Refused("WPR0103", "ITNO", given["PRRF"], given["ITNO"])
    return found


def list_base_prices(tenant: Tenant, given: Record) -> Iterable[Record]:
    """List the base prices of one validity of a price list by item."""
    checks.date(given["FVDT"], "FVDT")
    wanted = validity(given)
    return (row for row in tenant.rows["OPRBAS"].between("") if validity(row) == wanted)


def _lists(tenant: Tenant, given: Record) -> list[Record]:
    checks.date(given["FVDT"], "FVDT")
    return sorted((row for row in tenant.rows["OPRICH"] if validity(row) >= validity(given)), key=validity)


def list_price_lists(tenant: Tenant, given: Record) -> list[Record]:
    """List the validities of price lists from a key on, past and future ones too."""
    return _lists(tenant, given)


def list_prices(tenant: Tenant, given: Record) -> Iterable[Record]:
    """List all prices from a price list on, each item's base price before its scales."""
    return (row for head in _lists(tenant, given) for row in _prices(tenant, validity(head)))


def _prices(tenant: Tenant, wanted: tuple[str, ...]) -> Iterator[Record]:
    for row in tenant.rows["OPRBAS"].between(""):
        if validity(row) == wanted:
            yield row
            scales = [scale for scale in tenant.rows["SCALES"].of(row["ITNO"]) if validity(scale) == wanted]
            yield from sorted(scales, key=lambda scale: Decimal(scale["QTYL"]))


def list_new_prices(tenant: Tenant, given: Record) -> Iterable[Record]:
    """List the prices of every price list written at or after a time in milliseconds, in that order."""
    since = checks.whole(given["LMTS"], "LMTS")
    new = (tenant.rows[table].since(since) for table in ("OPRBAS", "SCALES"))
    return merge(*new, key=lambda row: int(row["LMTS"]))


TRANSACTIONS = {
    "OIS017MI/GetBasePrice": get_base_price,
    "OIS017MI/LstBasePrice": list_base_prices,
    "OIS320MI/LstPricelists": list_price_lists,
    "OIS320MI/LstListPrices": list_prices,
    "OIS320MI/LstNewPrices": list_new_prices,
}
