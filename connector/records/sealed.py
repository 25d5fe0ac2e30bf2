"""Every sealed column, to change the key of all that is kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Table, select, update

from connector.domain.identity import place
from connector.records.database import Tx
from connector.records.schema import connections, deliveries, postings, snapshots, tokens
from connector.records.schema_sendings import sendings
from connector.records.schema_trail import exchanges

_OWNER = select(connections.c.name).where(connections.c.id == tokens.c.connection_id).scalar_subquery()
_POSTING = select(postings.c.posting_key).where(postings.c.id == sendings.c.posting_id).scalar_subquery()

COLUMNS: dict[str, tuple[Table, str, str, Sequence[ColumnElement[Any]]]] = {
    "connections": (connections, "id", "sealed", [connections.c.name]),
    "tokens": (tokens, "connection_id", "sealed", [_OWNER]),
    "snapshots": (snapshots, "id", "sealed", [snapshots.c.order_id]),
    "postings": (postings, "id", "content", [postings.c.posting_key]),
    "sendings": (sendings, "id", "content", [_POSTING, sendings.c.sent_at]),
    "deliveries": (deliveries, "id", "sealed", [deliveries.c.delivery_key]),
    "exchanges": (
        exchanges,
        "id",
        "sealed",
        [exchanges.c.connection, exchanges.c.order_number, exchanges.c.call, exchanges.c.started_at],
    ),
}
"""By name: the table, its key, the sealed column, and what names the place of a row's."""


def kept(tx: Tx, name: str, *, after: int, limit: int) -> list[tuple[int, bytes, str]]:
    """Read up to ``limit`` sealed values behind a row's id: the id, the value, its place."""
    table, key, column, row = COLUMNS[name]
    ids, sealed = table.c[key], table.c[column]
    found = tx.execute(select(ids, sealed, *row).where(ids > after, sealed.is_not(None)).order_by(ids).limit(limit))
    return [(row_id, bytes(value), place(name, *named)) for row_id, value, *named in found]


def rotate(
    tx: Tx, name: str, *, after: int, limit: int, reseal: Callable[[bytes, str], bytes]
) -> tuple[int, int | None]:
    """Seal up to ``limit`` rows anew; returns how many, and the last id, None at the end.

    A row that somebody writes meanwhile is sealed with the new key already, and left alone.
    """
    table, key, column, _ = COLUMNS[name]
    rows = kept(tx, name, after=after, limit=limit)
    for row_id, sealed, where in rows:
        unchanged = (table.c[key] == row_id, table.c[column] == sealed)
        tx.execute(update(table).where(*unchanged).values({column: reseal(sealed, where)}))
    return len(rows), rows[-1][0] if rows else None
