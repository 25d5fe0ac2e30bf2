"""Reads of M3's tables by EXPORTMI: queries made of checked values only, replies cut into columns again.

M3 takes a condition on the division from sessions of no division alone (Infor's guide to EXPORTMI), and ours has
one: the division is read with each row and told apart here.

No way to escape a quote is documented (facts/infor.md §2.14), so a value with anything but letters, digits and
``-_.`` never enters a query.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from connector.domain.faults import ContractBroken, Misconfigured
from connector.infor.m3.transaction import Outcome, Record, Transaction

PROGRAM = "EXPORTMI"
SEPARATOR = ";"
LONGEST = 982
_SAFE = re.compile(r"[A-Za-z0-9_.-]+")


@dataclass(frozen=True, slots=True)
class Span:
    """The rows whose column lies between two values, both included."""

    column: str
    first: str
    last: str


def safe(value: str) -> bool:
    """Tell whether a value may enter a query."""
    return _SAFE.fullmatch(value) is not None


def select(
    table: str, columns: Sequence[str], where: Mapping[str, str | int], span: Span | None = None
) -> Transaction:
    """Ask for columns of the rows whose columns equal the given values; a number is compared as a number.

    :raises Misconfigured: a value holds a character that may not enter a query, or the query is too long.
    """
    conditions = [f"{column} = {_literal(value)}" for column, value in where.items()]
    if span is not None:
        conditions += [f"{span.column} >= {_literal(span.first)}", f"{span.column} <= {_literal(span.last)}"]
    query = f"{','.join(columns)} from {table} where {' and '.join(conditions)}"
    if len(query) > LONGEST:
        raise Misconfigured(f"a query on {table} takes {LONGEST} characters, this one has {len(query)}")
    return Transaction(PROGRAM, "Select", {"QERY": query, "SEPC": SEPARATOR, "HDRS": "0"})


def table_columns(table: str) -> Transaction:
    """Ask which columns a table has."""
    return Transaction(PROGRAM, "LstFields", {"FILE": table}, ("FLDN",))


def of_division(rows: Iterable[Record], column: str, division: str) -> list[Record]:
    """Keep the rows of a division; those of others may come along."""
    return [row for row in rows if row[column] == division]


def column_names(outcome: Outcome) -> set[str]:
    """The columns a table has."""
    return {row.get("FLDN", "") for row in outcome.rows}


def cells(outcome: Outcome, columns: Sequence[str]) -> list[Record]:
    """Each row by column name, values stripped.

    :raises Truncated: there may be more rows.
    :raises ContractBroken: M3 refused the query, or a row has another number of columns.
    """
    return [_row(row.get("REPL", ""), columns) for row in outcome.rows]


def _row(reply: str, columns: Sequence[str]) -> Record:
    values = reply.split(SEPARATOR)
    if len(values) == len(columns) + 1 and not values[-1].strip():
        values.pop()  # a separator behind the last column
    if len(values) != len(columns):
        raise ContractBroken(f"{PROGRAM}/Select gave {len(values)} columns where {len(columns)} were asked for")
    return {column: value.strip() for column, value in zip(columns, values, strict=True)}


def _literal(value: str | int) -> str:
    if isinstance(value, int):
        return str(value)
    if not safe(value):
        raise Misconfigured(f"{value!r} cannot be looked up in M3: only letters, digits and -_. may be used")
    return f"'{value}'"


def narrowed(query: Transaction, *conditions: str) -> Transaction:
    """Ask for those rows only that meet these conditions too.

    :raises Misconfigured: the query is too long.
    """
    text = " and ".join((query.record["QERY"], *conditions))
    if len(text) > LONGEST:
        raise Misconfigured(f"a query takes {LONGEST} characters, this one has {len(text)}: {text}")
    return replace(query, record={**query.record, "QERY": text})


def among(column: str, values: Sequence[str]) -> str:
    """Say that a column has one of some values.

    :raises Misconfigured: a value holds a character that may not enter a query.
    """
    return f"{column} in ({','.join(_literal(value) for value in values)})"


def between(column: str, first: int, last: int) -> str:
    """Say that a number lies between two, both included."""
    return f"{column} >= {first} and {column} <= {last}"


def cells_and_text(outcome: Outcome, columns: Sequence[str]) -> list[Record]:
    """Each row by column name, where the last column is free text that may hold the separator.

    :raises ContractBroken: M3 refused the query, or a row has too few columns.
    """
    rows = [row.get("REPL", "").split(SEPARATOR, len(columns) - 1) for row in outcome.answered().records]
    if any(len(row) != len(columns) for row in rows):
        raise ContractBroken(f"{PROGRAM}/Select gave fewer than the {len(columns)} columns that were asked for")
    return [
        {column: value.strip().removesuffix(SEPARATOR).strip() for column, value in zip(columns, row, strict=True)}
        for row in rows
    ]
