"""What an item is (facts/infor.md §2.9): listed by its number, or by the day on which it was changed.

That a blank ``SALE`` (sales item) means yes is not verified; only ``0`` is read as no.
"""

from __future__ import annotations

from datetime import date

from connector.domain.item import Item
from connector.infor.m3.transaction import Outcome, Record, Transaction
from connector.infor.m3.wire.fields import day, digits, identity, number
from connector.infor.m3.wire.masters import OPEN

PROGRAM = "MMS200MI"
NUMBER = "ITNO"
COLUMNS = (NUMBER, "ITDS", "FUDS", "STAT", "SALE", "NEWE")
BEGINNING = "!"
"""Stands before every letter and digit, and is no blank: the position is a mandatory field."""
NOT_SOLD = "0"


def changed_from(first: date) -> Transaction:
    """List the items changed on a day or later."""
    return Transaction(PROGRAM, "LstItmByChgDate", {"FLMD": day(first)}, COLUMNS)


def listed_from(item: str) -> Transaction:
    """List the items by number from one on: a start position, and the item itself is among them."""
    return Transaction(PROGRAM, "LstItmByItm", {NUMBER: item or BEGINNING}, COLUMNS)


def aliased(code: str) -> Transaction:
    """List the items that carry an alias number: a start position, so others may stand behind them."""
    return Transaction("MMS025MI", "LstItem", {"POPN": code}, (NUMBER, "POPN"))


def numbers(code: str, outcome: Outcome) -> list[str]:
    """Read the items of exactly one alias number, each once; M3 refuses one that it does not know."""
    rows = () if outcome.lacks else outcome.records
    return sorted({identity(row, NUMBER) for row in rows if row.get("POPN") == code})


def item_of(row: Record) -> Item:
    """Read a listed item."""
    status = row.get("STAT", "")
    return Item(
        number=identity(row, NUMBER),
        name=row.get("ITDS", ""),
        description=row.get("FUDS", ""),
        weight=number(row, "NEWE") or None,
        sold=digits(status) in OPEN and row.get("SALE") != NOT_SOLD,
    )
