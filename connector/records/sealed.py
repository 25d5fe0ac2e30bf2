"""Every sealed column, to change the key of all that is kept."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Column, Table, select, update

from connector.records.database import Tx
from connector.records.schema import connections, deliveries, postings, snapshots, tokens
from connector.records.schema_sendings import sendings
from connector.records.schema_trail import exchanges

COLUMNS: dict[str, tuple[Table, str, str]] = {
    "connections": (connections, "id", "sealed"),
    "tokens": (tokens, "connection_id", "sealed"),
    "snapshots": (snapshots, "id", "sealed"),
    "postings": (postings, "id", "content"),
    "sendings": (sendings, "id", "content"),
    "deliveries": (deliveries, "id", "sealed"),
    "exchanges": (exchanges, "id", "sealed"),
}


def rotate(tx: Tx, name: str, *, after: int, limit: int, reseal: Callable[[bytes], bytes]) -> tuple[int, int | None]:
    """Seal up to ``limit`` rows anew; returns how many, and the last id, None at the end.

    A row that somebody writes meanwhile is sealed with the new key already, and left alone.
    """
    table, key, column = COLUMNS[name]
    ids: Column[int] = table.c[key]
    kept: Column[bytes] = table.c[column]
    rows = tx.execute(select(ids, kept).where(ids > after, kept.is_not(None)).order_by(ids).limit(limit)).all()
    for row_id, sealed in rows:
        tx.execute(update(table).where(ids == row_id, kept == sealed).values({column: reseal(bytes(sealed))}))
    return len(rows), rows[-1][0] if rows else None
