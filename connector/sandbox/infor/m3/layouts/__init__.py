"""What each transaction takes and gives: field names, lengths, which are required and which are numbers.

Here belong the field lists alone, taken from the published swagger (facts/m3-fields.txt, June 2020). What a
transaction does belongs in the module of its program; the columns of tables belong in ``tables``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from connector.sandbox.infor.m3.layouts import goods, ledger, masters, sales


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a transaction."""

    name: str
    length: int
    required: bool
    numeric: bool


@dataclass(frozen=True, slots=True)
class Layout:
    """A transaction's input and output, in the order of its record."""

    inputs: Mapping[str, Field]
    outputs: Mapping[str, Field]


def _field(spec: str) -> Field:
    """Read ``*LINE:#7``: required, named LINE, a number of seven digits."""
    name, _, width = spec.partition(":")
    return Field(name.lstrip("*"), int(width.lstrip("#")), spec.startswith("*"), width.startswith("#"))


def _fields(specs: str) -> dict[str, Field]:
    return {field.name: field for field in map(_field, specs.split())}


LAYOUTS: Mapping[str, Layout] = {
    name: Layout(_fields(taken), _fields(given))
    for room in (sales, ledger, masters, goods)
    for name, (taken, given) in room.TRANSACTIONS.items()
}
"""Every transaction of this tenant by ``PROGRAM/Transaction``."""
