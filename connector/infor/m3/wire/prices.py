"""What an item costs (facts/infor.md §2.9): its own sales price, or that of a price list.

A price is for ``SACD`` units; what one unit costs is exact, or kept to 12 decimals where the division never ends.
``SPUN``, the unit of measure of a price, is taken to be the item's basic unit: nothing is converted. Zero is no
price. Of a list only the general prices count: those of no customer, without start values (``OBV1`` to ``OBV5``),
and of the lowest quantity step, if that begins at one piece or less.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Context, Decimal, Inexact

from connector.domain.item import ItemPrice, PriceTerm
from connector.domain.money import Money
from connector.infor.m3.transaction import Outcome, Record, Transaction
from connector.infor.m3.wire.fields import day, day_of, number, stamp

LIST, CURRENCY, CUSTOMER, ITEM = "PRRF", "CUCD", "CUNO", "ITNO"
FROM, TO, STEP, PRICE, UNITS, WITH_TAX = "FVDT", "LVDT", "QTYL", "SAPR", "SACD", "TINC"
START_VALUES = ("OBV1", "OBV2", "OBV3", "OBV4", "OBV5")
KEY = (LIST, CURRENCY, CUSTOMER, FROM)
ALWAYS = date(2000, 1, 1)
"""The first day of a price that has none."""
LAST_DECIMAL = Decimal("1e-12")


@dataclass(frozen=True, slots=True)
class Version:
    """The prices of a list in one currency from a day on."""

    price_list: str
    currency: str
    since: date
    until: date | None
    with_tax: bool = False

    def record(self) -> dict[str, str]:
        """Its key."""
        return {LIST: self.price_list, CURRENCY: self.currency, CUSTOMER: "", FROM: day(self.since)}

    def of(self, row: Record) -> bool:
        """Whether a price is one of its general ones."""
        key = (row.get(LIST), row.get(CURRENCY), row.get(CUSTOMER, ""), day_of(row, FROM) or ALWAYS)
        return key == (self.price_list, self.currency, "", self.since)


def own(item: str) -> Transaction:
    """Ask for an item's own sales price."""
    return Transaction("MMS200MI", "GetItmPrice", {ITEM: item}, (PRICE, UNITS, "CUCS"))


def own_price(item: str, outcome: Outcome) -> ItemPrice:
    """Read an item's own sales price; M3 does not tell whether it holds tax: it is taken to hold none."""
    row: Record = {} if outcome.lacks else outcome.record
    term = _term(row, row.get("CUCS", ""), ALWAYS, None)
    return ItemPrice(item, (term,) if term else ())


def changed_since(moment: datetime) -> Transaction:
    """List the prices changed since, of every list."""
    columns = (*KEY, TO, ITEM, STEP, PRICE, UNITS, WITH_TAX, *START_VALUES)
    return Transaction("OIS320MI", "LstNewPrices", {"LMTS": stamp(moment)}, columns)


def general(rows: Iterable[Record], price_list: str) -> list[Record]:
    """Keep the general prices of a list."""
    return [row for row in rows if row.get(LIST) == price_list and _general(row)]


def endless(row: Record) -> bool:
    """Tell whether a price has no last day of its own."""
    return day_of(row, TO) is None


def changed(rows: Iterable[Record], known: Sequence[Version]) -> list[ItemPrice]:
    """Read the changed general prices of a list; one without an end ends with its version, as in a whole reading."""
    terms: dict[str, list[PriceTerm]] = {}
    for row in _lowest_steps(rows):
        until = day_of(row, TO) or next((version.until for version in known if version.of(row)), None)
        term = _term(row, row.get(CURRENCY, ""), day_of(row, FROM), until, with_tax=_taxed(row))
        if term:
            terms.setdefault(row[ITEM], []).append(term)
    return [ItemPrice(item, tuple(found), whole=False) for item, found in terms.items()]


def versions(price_list: str) -> Transaction:
    """List the versions of all lists from this one on: a start position."""
    return Transaction("OIS320MI", "LstPricelists", {LIST: price_list}, (*KEY, TO))


def versions_of(rows: Iterable[Record], price_list: str) -> list[Version]:
    """Read the general versions of a list."""
    return [
        Version(price_list, row.get(CURRENCY, ""), day_of(row, FROM) or ALWAYS, day_of(row, TO))
        for row in rows
        if row.get(LIST) == price_list and not row.get(CUSTOMER)
    ]


def list_of(row: Record) -> str:
    """The list of a listed version."""
    return row.get(LIST, "")


def first_price(version: Version) -> Transaction:
    """List the prices of a version, of which the first tells whether they hold tax."""
    return Transaction("OIS320MI", "LstListPrices", version.record(), (*KEY, WITH_TAX))


def holds_tax(version: Version, outcome: Outcome) -> bool:
    """Whether a version's prices hold tax; of one without prices it does not matter."""
    row = outcome.answered().record
    return _taxed(row) and version.of(row)


def base(version: Version, item: str) -> Transaction:
    """Ask for an item's price in a version."""
    return Transaction("OIS017MI", "GetBasePrice", version.record() | {ITEM: item}, (TO, PRICE, UNITS))


def base_term(version: Version, outcome: Outcome) -> PriceTerm | None:
    """Read an item's price in a version; None where it has none."""
    row: Record = {} if outcome.lacks else outcome.record
    return term_of(version, row)


def term_of(version: Version, row: Record) -> PriceTerm | None:
    """Read a price of a version; it ends with its own last day, else with the version's."""
    until = day_of(row, TO) or version.until
    return _term(row, version.currency, version.since, until, with_tax=version.with_tax)


def _general(row: Record) -> bool:
    special = any(row.get(name) for name in (CUSTOMER, *START_VALUES))
    return bool(row.get(ITEM)) and not special and number(row, STEP) <= 1


def _lowest_steps(rows: Iterable[Record]) -> Iterable[Record]:
    lowest: dict[tuple[str, ...], Record] = {}
    for row in rows:
        key = tuple(row.get(name, "") for name in (ITEM, CURRENCY, FROM))
        if key not in lowest or number(row, STEP) < number(lowest[key], STEP):
            lowest[key] = row
    return lowest.values()


def _taxed(row: Record) -> bool:
    return row.get(WITH_TAX) == "1"


def _term(
    row: Record, currency: str, since: date | None, until: date | None, *, with_tax: bool = False
) -> PriceTerm | None:
    price, units = number(row, PRICE), number(row, UNITS)
    if price <= 0:
        return None
    return PriceTerm(Money(_quotient(price, units or Decimal(1)), currency), with_tax, since or ALWAYS, until)


def _quotient(price: Decimal, units: Decimal) -> Decimal:
    try:
        return Context(prec=60, traps=[Inexact]).divide(price, units)
    except Inexact:
        long = Context(prec=100)
        return long.divide(price, units).quantize(LAST_DECIMAL, ROUND_HALF_UP, long)
