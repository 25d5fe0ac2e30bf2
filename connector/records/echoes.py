"""Which of our own writes to the catalog still has to come back as a webhook: one write explains one webhook."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert as upsert

from connector.records.database import Tx
from connector.records.schema_catalog import echoes

PRODUCT, STOCK = "product", "stock"


def expect(tx: Tx, connection_id: int, kind: str, products: Collection[int], *, until: datetime) -> None:
    """Remember that our write to these products will come back."""
    rows = [
        {"connection_id": connection_id, "kind": kind, "product": one, "until": until}
        for one in sorted(set(products))
    ]
    if rows:
        statement = upsert(echoes)
        expected = statement.on_conflict_do_update(
            index_elements=["connection_id", "kind", "product"], set_={"until": statement.excluded.until}
        )
        tx.execute(expected.returning(echoes.c.product), rows)  # what returns something goes in one statement


def take(tx: Tx, connection_id: int, kind: str, product: int, *, now: datetime) -> bool:
    """Use an expected echo up."""
    taken = tx.execute(
        delete(echoes)
        .where(
            echoes.c.connection_id == connection_id,
            echoes.c.kind == kind,
            echoes.c.product == product,
            echoes.c.until > now,
        )
        .returning(echoes.c.product)
    )
    return taken.one_or_none() is not None


def forget(tx: Tx, *, before: datetime) -> int:
    """Drop the echoes that never came."""
    return tx.execute(delete(echoes).where(echoes.c.until <= before)).rowcount
