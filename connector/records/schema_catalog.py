"""The tables of the way back: items and their facts, the store's articles, echoes, hooks."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from connector.domain.item import Aspect, ItemState
from connector.records.schema import id_, metadata, moment, of_connection

_ASPECTS = ", ".join(f"'{aspect.value}'" for aspect in Aspect)
_ITEM_STATES = ", ".join(f"'{state.value}'" for state in ItemState)

items = Table(
    "items",
    metadata,
    id_(),
    of_connection(),
    Column("number", String(64, collation="C"), nullable=False),  # sorted as the ERP's table is, byte by byte
    Column("aspect", String(16), nullable=False),
    Column("warehouse", String(32), nullable=False, server_default=text("''")),
    Column("content", Text, nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("turns_on", Date),
    Column("state", String(16), nullable=False),
    # how often it was asked for: whoever settles it must have read the last time
    Column("asked", BigInteger, nullable=False, server_default=text("1")),
    Column("reason", Text, nullable=False, server_default=text("''")),
    Column("fault_code", String(32), nullable=False, server_default=text("''")),
    # a digest of what the store took last, so that the same is not sent twice
    Column("sent", String(64), nullable=False, server_default=text("''")),
    # marks of somebody else's values that were put right, each once, so that nobody is fought over it
    Column("restored", String(64), nullable=False, server_default=text("''")),
    moment("changed_at"),
    moment("published_at", nullable=True),
    moment("again_at", nullable=True),
    CheckConstraint(f"aspect IN ({_ASPECTS})", name="aspect"),
    CheckConstraint(f"state IN ({_ITEM_STATES})", name="state"),
    UniqueConstraint("connection_id", "number", "aspect", "warehouse"),
    Index("ix_items_due", "connection_id", "aspect", "number", postgresql_where=text("state = 'due'")),
    Index("ix_items_refused", "connection_id", "id", postgresql_where=text("state = 'refused'")),
    Index("ix_items_turns_on", "connection_id", "turns_on", postgresql_where=text("turns_on IS NOT NULL")),
    Index("ix_items_again_at", "connection_id", "again_at", postgresql_where=text("again_at IS NOT NULL")),
)

articles = Table(
    "articles",
    metadata,
    of_connection(),
    Column("sku_key", Text, nullable=False),  # the SKU in small letters: the store tells no case apart
    Column("sku", Text, nullable=False),
    Column("product", BigInteger, nullable=False),
    Column("variant", BigInteger, nullable=False),
    Column("base", Boolean, nullable=False),
    Column("tracking", String(8), nullable=False),
    # the merchant deleted it: it is not made again before somebody says so
    Column("gone", Boolean, nullable=False, server_default=text("false")),
    moment("seen_at"),
    UniqueConstraint("connection_id", "sku_key"),
    Index(None, "connection_id", "product"),
)

touches = Table(
    "touches",
    metadata,
    of_connection(),
    Column("product", BigInteger, nullable=False),
    Column("stock", Boolean, nullable=False),  # whether its pieces were changed, else anything else
    moment("at"),
    UniqueConstraint("connection_id", "product", "stock"),
)
"""Products that somebody changed in the store, until we have looked at them."""

echoes = Table(
    "echoes",
    metadata,
    of_connection(),
    Column("kind", String(16), nullable=False),  # product | stock
    Column("product", BigInteger, nullable=False),
    moment("until"),
    UniqueConstraint("connection_id", "kind", "product"),
)

demands = Table(
    "demands",
    metadata,
    of_connection(),
    Column("order_id", ForeignKey("orders.id", ondelete="CASCADE"), nullable=False),
    Column("item", String(64, collation="C"), nullable=False),
    Column("quantity", BigInteger, nullable=False),
    # whether it came to the order after its sales order went out, so that a person adds it there
    Column("added", Boolean, nullable=False, server_default=text("false")),
    # pieces of these that a person has entered in the ERP, and that the balances we read do know of
    Column("known", BigInteger, nullable=False, server_default=text("0")),
    moment("allocated_at", nullable=True),  # when the ERP had the order; balances read after that count it off
    UniqueConstraint("order_id", "item", "added"),
    Index(None, "connection_id", "item"),
)
"""Pieces that an order takes in the store and that the balances we read do not know of yet."""

hooks = Table(
    "hooks",
    metadata,
    of_connection(),
    Column("scope", String(64), nullable=False),
    Column("hook", BigInteger, nullable=False),
    moment("active_at"),  # when it was last seen active
    UniqueConstraint("connection_id", "scope"),
)
