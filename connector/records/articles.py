"""Rows of the store's articles by SKU: which product and variant each is, and which of them somebody touched."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import Row, delete, false, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from connector.domain.product import Article, Binding, Tracking, sku_key
from connector.records.database import Tx
from connector.records.schema_catalog import articles, touches


def save(tx: Tx, connection_id: int, found: Iterable[Article], *, now: datetime) -> list[str]:
    """Keep articles as the store has them; returns the SKUs that are new or stand for something else now."""
    rows = {
        sku_key(one.sku): {
            "connection_id": connection_id,
            "sku_key": sku_key(one.sku),
            "sku": one.sku,
            "product": one.product,
            "variant": one.variant,
            "base": one.base,
            "tracking": one.tracking.value,
            "gone": False,
            "seen_at": now,
        }
        for one in found
    }
    if not rows:
        return []
    before = find(tx, connection_id, rows)
    statement = upsert(articles)
    updated = {
        name: statement.excluded[name]
        for name in ("sku", "product", "variant", "base", "tracking", "gone", "seen_at")
    }
    saved = statement.on_conflict_do_update(index_elements=["connection_id", "sku_key"], set_=updated)
    tx.execute(saved.returning(articles.c.sku), list(rows.values()))  # what returns something goes in one statement
    after = find(tx, connection_id, rows)
    return [after[key].sku for key in rows if before.get(key) != after[key]]


def find(tx: Tx, connection_id: int, skus: Iterable[str]) -> dict[str, Binding]:
    """Read articles by SKU, whatever its case; the keys are in small letters."""
    keys = {sku_key(sku) for sku in skus}
    mine = (articles.c.connection_id == connection_id) & articles.c.gone.is_(False)
    rows = tx.execute(select(articles).where(mine, articles.c.sku_key.in_(keys)))
    return {row.sku_key: _binding(row) for row in rows}


def of_products(tx: Tx, connection_id: int, products: Collection[int]) -> list[Binding]:
    """Read all articles of some products."""
    mine = (articles.c.connection_id == connection_id) & articles.c.gone.is_(False)
    rows = tx.execute(select(articles).where(mine, articles.c.product.in_(products)))
    return [_binding(row) for row in rows]


def beside(tx: Tx, connection_id: int, skus: Iterable[str]) -> list[str]:
    """List the SKUs of all products that have one of these, or had it when it was seen last."""
    mine, keys = articles.c.connection_id == connection_id, {sku_key(sku) for sku in skus}
    products = select(articles.c.product).where(mine, articles.c.sku_key.in_(keys))
    found = select(articles.c.sku).where(mine, articles.c.gone.is_(False), articles.c.product.in_(products))
    return list(tx.execute(found).scalars())


def miss(tx: Tx, connection_id: int, *, before: datetime, products: Collection[int] | None = None) -> list[str]:
    """Note which articles a reading of the store begun at ``before`` did not find any more; returns their SKUs."""
    unseen = (articles.c.connection_id == connection_id) & (articles.c.seen_at < before) & articles.c.gone.is_(False)
    if products is not None:
        unseen &= articles.c.product.in_(products)
    return list(tx.execute(update(articles).where(unseen).values(gone=True).returning(articles.c.sku)).scalars())


def gone(tx: Tx, connection_id: int, skus: Iterable[str]) -> set[str]:
    """Tell which SKUs, in small letters, the merchant has deleted."""
    keys = {sku_key(sku) for sku in skus}
    rows = tx.execute(
        select(articles.c.sku_key).where(
            articles.c.connection_id == connection_id, articles.c.sku_key.in_(keys), articles.c.gone
        )
    )
    return set(rows.scalars())


def forget(tx: Tx, connection_id: int, skus: Iterable[str]) -> None:
    """Forget that articles were deleted: they may be made again."""
    keys = {sku_key(sku) for sku in skus}
    tx.execute(
        delete(articles).where(
            articles.c.connection_id == connection_id, articles.c.sku_key.in_(keys), articles.c.gone
        )
    )


def touch(tx: Tx, connection_id: int, products: Collection[int], *, now: datetime, stock: bool = False) -> None:
    """Remember that somebody changed products in the store: they are looked at in the next turn."""
    rows = [
        {"connection_id": connection_id, "product": product, "stock": stock, "at": now}
        for product in sorted(set(products))
    ]
    if rows:
        tx.execute(
            upsert(touches)
            .on_conflict_do_update(index_elements=["connection_id", "product", "stock"], set_={"at": now})
            .returning(touches.c.product),  # what returns something goes in one statement
            rows,
        )


def touched(tx: Tx, connection_id: int, *, stock: bool, limit: int) -> dict[int, datetime]:
    """Read which products somebody changed, and when we heard of it last."""
    rows = tx.execute(
        select(touches.c.product, touches.c.at)
        .where(touches.c.connection_id == connection_id, touches.c.stock.is_(stock))
        .order_by(touches.c.product)
        .limit(limit)
    )
    return {row.product: row.at for row in rows}


def looked_at(tx: Tx, connection_id: int, looked: dict[int, datetime], *, stock: bool) -> int:
    """Forget the touches that were looked at; one that came meanwhile stays. Returns how many are forgotten."""
    same = [(touches.c.product == product) & (touches.c.at == at) for product, at in looked.items()]
    mine = (touches.c.connection_id == connection_id) & touches.c.stock.is_(stock)
    return tx.execute(delete(touches).where(mine, or_(false(), *same))).rowcount


def any_touched(tx: Tx, connection_id: int) -> bool:
    """Tell whether there is anything to look at."""
    found = tx.execute(select(touches.c.product).where(touches.c.connection_id == connection_id).limit(1))
    return found.one_or_none() is not None


def _binding(row: Row[tuple[object, ...]]) -> Binding:
    return Binding(row.sku, row.product, row.variant, row.base, Tracking(row.tracking))
