"""EXPORTMI: tables read by a query, each row as one text. Some companies forbid it (``exportmi=False``)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from connector.sandbox.infor.m3.query import Query, parse, value_of
from connector.sandbox.infor.m3.refusals import Refused
from connector.sandbox.infor.m3.rows import Record
from connector.sandbox.infor.m3.tables import TABLES, Column
from connector.sandbox.infor.m3.tenant import Tenant

_REPLY = 3985


def select(tenant: Tenant, given: Record) -> Iterable[Record]:
    """Run a query; values are trimmed where a separator keeps them apart."""
    return _replies(tenant, given, padded=not given["SEPC"])


def select_padded(tenant: Tenant, given: Record) -> Iterable[Record]:
    """Run a query; every value keeps its column's width and the reply its own."""
    return ({"REPL": row["REPL"].ljust(_REPLY)} for row in _replies(tenant, given, padded=True))


def _replies(tenant: Tenant, given: Record, *, padded: bool) -> Iterable[Record]:
    _check_allowed(tenant)
    query = parse(given["QERY"])
    rows, columns = _found(tenant, query), query.columns
    if columns is None:
        return [{"REPL": str(sum(1 for _ in rows))}]
    names = [_names(query)] if given["HDRS"] == "1" else []
    lines = ([_text(row, column, padded=padded) for column in columns] for row in rows)
    return ({"REPL": given["SEPC"].join(line)[:_REPLY]} for line in chain(names, lines))


def _found(tenant: Tenant, query: Query) -> Iterator[Record]:
    """Read the range of the table's key that the query leaves, else the whole table."""
    rows = tenant.rows[query.table]
    span = query.where.spans.get(rows.key)
    return filter(query.where.keeps, rows.between(*span) if span else rows)


def _check_allowed(tenant: Tenant) -> None:
    if not tenant.options.exportmi:
        raise Refused("XAU0001", "", "EXPORTMI")


def _names(query: Query) -> list[str]:
    return [TABLES[query.table].prefix + column.name for column in query.columns or ()]


def _text(row: Record, column: Column, *, padded: bool) -> str:
    value = value_of(row, column)
    text = f"{value:.{column.decimals}f}" if column.numeric else str(value)
    if not padded:
        return text
    return text.rjust(column.length) if column.numeric else text.ljust(column.length)


def list_columns(tenant: Tenant, given: Record) -> list[Record]:
    """List a table's columns with prefix, type and width."""
    _check_allowed(tenant)
    if given["FILE"] not in TABLES:
        raise Refused("XEX0002", "FILE", given["FILE"])
    table = TABLES[given["FILE"]]
    return [
        {
            "FLDN": table.prefix + column.name,
            "FLDS": column.name,
            "FLTY": "N" if column.numeric else "A",
            "FLLE": str(column.length),
            "FLDP": str(column.decimals),
        }
        for column in table.columns.values()
    ]


TRANSACTIONS = {
    "EXPORTMI/Select": select,
    "EXPORTMI/SelectPad": select_padded,
    "EXPORTMI/LstFields": list_columns,
}
