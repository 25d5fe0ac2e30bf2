"""Rows of the store's articles: which product and variant carries a SKU, and whether somebody changed it there."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import update

from connector.records.database import Tx
from connector.records.schema_catalog import articles


def touch(tx: Tx, connection_id: int, product_ids: Collection[int], *, now: datetime) -> int:
    """Mark the articles of these products as changed in the store and not looked at yet; returns how many."""
    touched = tx.execute(
        update(articles)
        .where(articles.c.connection_id == connection_id, articles.c.product.in_(product_ids))
        .values(touched_at=now)
    )
    return touched.rowcount
