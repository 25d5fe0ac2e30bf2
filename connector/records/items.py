"""Rows of what the ERP says of its items, fact by fact, and where each stands on its way to the store."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, case, func, select, text, union, update
from sqlalchemy.dialects.postgresql import insert as upsert

from connector.domain.item import Aspect, Fact, ItemPrice, ItemState, ItemStock, dump, fingerprint, load
from connector.records.database import Tx
from connector.records.listing import Newest
from connector.records.schema_catalog import items


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One fact about one item. ``sent`` digests what the store took last."""

    id: int
    number: str
    aspect: Aspect
    warehouse: str
    fact: Fact
    state: ItemState
    asked: int
    reason: str
    fault_code: str
    sent: str
    restored: str
    changed_at: datetime
    published_at: datetime | None
    again_at: datetime | None

    @property
    def taken(self) -> str:
        """What the store took last; nothing is sure while a write of it may still arrive."""
        return "" if self.again_at else self.sent

    @property
    def subject(self) -> str:
        """Name it for a person: ``10045 stock in 001``."""
        where = f" in {self.warehouse}" if self.warehouse else ""
        return f"{self.number} {self.aspect.value}{where}"


@dataclass(frozen=True, slots=True)
class FactEnd:
    """What became of a fact that was due. ``sent`` None leaves the digest as it is; empty: a part may be taken."""

    row: ItemRow
    state: ItemState
    reason: str = ""
    fault_code: str = ""
    sent: str | None = None


_DUE: dict[str, Any] = {"state": ItemState.DUE.value, "asked": items.c.asked + 1}
"""A fact goes to the store once more, also when it is on its way just now."""


def save(tx: Tx, connection_id: int, facts: Iterable[Fact], *, day: date, now: datetime) -> list[str]:
    """Keep what the ERP says now: a fact that differs from the last reading is due. Returns whose those are."""
    rows = {
        (row["number"], row["warehouse"]): row for row in (_values(connection_id, fact, day, now) for fact in facts)
    }
    if not rows:
        return []
    statement = upsert(items)
    news = statement.excluded
    changed = statement.on_conflict_do_update(
        index_elements=["connection_id", "number", "aspect", "warehouse"],
        set_={
            "content": news.content,
            "fingerprint": news.fingerprint,
            "turns_on": news.turns_on,
            "changed_at": news.changed_at,
            "restored": "",
            **_DUE,
        },
        where=items.c.fingerprint != news.fingerprint,
    ).returning(items.c.number)
    return list(tx.execute(changed, [rows[key] for key in sorted(rows)]).scalars())


def _values(connection_id: int, fact: Fact, day: date, now: datetime) -> dict[str, Any]:
    written = dump(fact)
    return {
        "connection_id": connection_id,
        "number": _number(fact),
        "aspect": aspect_of(fact).value,
        "warehouse": fact.warehouse if isinstance(fact, ItemStock) else "",
        "content": written,
        "fingerprint": fingerprint(written),
        "turns_on": fact.turns(day) if isinstance(fact, ItemPrice) else None,
        "state": ItemState.DUE.value,
        "changed_at": now,
    }


def aspect_of(fact: Fact) -> Aspect:
    """Tell which of the three facts this is."""
    if isinstance(fact, ItemPrice):
        return Aspect.PRICE
    return Aspect.STOCK if isinstance(fact, ItemStock) else Aspect.DETAILS


def _number(fact: Fact) -> str:
    return fact.item if isinstance(fact, ItemPrice | ItemStock) else fact.number


def _mine(connection_id: int, *aspects: Aspect) -> ColumnElement[bool]:
    mine = items.c.connection_id == connection_id
    return and_(mine, items.c.aspect.in_([one.value for one in aspects])) if aspects else mine


def due(tx: Tx, connection_id: int, *aspects: Aspect, after: str = "", limit: int) -> list[str]:
    """List the items that have a fact on its way, by number, behind item ``after``.

    Aspect by aspect, for each has a stretch of the index to itself that is in this order already.
    """
    of_aspects = [
        select(items.c.number)
        .where(_mine(connection_id, aspect), items.c.state == ItemState.DUE.value, items.c.number > after)
        .distinct()
        .order_by(items.c.number)
        .limit(limit)
        for aspect in aspects
    ]
    numbers = tx.execute(union(*of_aspects)).scalars()
    return sorted(numbers)[:limit]


def of_items(tx: Tx, connection_id: int, numbers: Collection[str], *aspects: Aspect) -> list[ItemRow]:
    """Read the facts of some items, by item."""
    rows = tx.execute(
        select(items)
        .where(_mine(connection_id, *aspects), items.c.number.in_(numbers))
        .order_by(items.c.number, items.c.id)
    )
    return [_row(row) for row in rows]


def _wanted(connection_id: int) -> ColumnElement[bool]:
    """The items whose price and stock matter: the store has them, or may come to have them."""
    return and_(_mine(connection_id, Aspect.DETAILS), items.c.state != ItemState.LEFT_OUT.value)


def wanted_after(tx: Tx, connection_id: int, after: str, limit: int) -> list[str]:
    """List the items whose price and stock are read, by number, behind ``after``."""
    query = select(items.c.number).where(_wanted(connection_id), items.c.number > after)
    return list(tx.execute(query.order_by(items.c.number).limit(limit)).scalars())


def wanted(tx: Tx, connection_id: int, numbers: Collection[str]) -> set[str]:
    """Tell which of these items' price and stock are read."""
    query = select(items.c.number).where(_wanted(connection_id), items.c.number.in_(numbers))
    return set(tx.execute(query).scalars())


def lacking(
    tx: Tx, connection_id: int, numbers: Collection[str], aspect: Aspect, warehouses: Sequence[str]
) -> list[str]:
    """List those of some items of which a fact was never read, in one of these warehouses at least."""
    rows = tx.execute(
        select(items.c.number)
        .where(_mine(connection_id, aspect), items.c.number.in_(numbers), items.c.warehouse.in_(warehouses))
        .group_by(items.c.number)
        .having(func.count() == len(warehouses))
    )
    whole = set(rows.scalars())
    return [number for number in numbers if number not in whole] if warehouses else []


def turning(tx: Tx, connection_id: int, day: date, limit: int) -> list[ItemRow]:
    """Read the prices that change by themselves by this day."""
    query = select(items).where(_mine(connection_id, Aspect.PRICE), items.c.turns_on <= day)
    return [_row(row) for row in tx.execute(query.order_by(items.c.turns_on).limit(limit))]


def turn(tx: Tx, row: ItemRow, *, turns_on: date | None, now: datetime) -> None:
    """Let a price that changed by itself be due, and say when it does so next."""
    tx.execute(update(items).where(items.c.id == row.id).values(turns_on=turns_on, changed_at=now, **_DUE))


def make_due(tx: Tx, connection_id: int, numbers: Collection[str] | None = None, *aspects: Aspect) -> int:
    """Let facts go to the store again whatever it took or somebody made of them: those of some items, or all."""
    mine = _those_of(connection_id, numbers, *aspects)
    return tx.execute(update(items).where(mine).values(sent="", restored="", **_DUE)).rowcount


def review(tx: Tx, connection_id: int, numbers: Collection[str] | None = None, *aspects: Aspect) -> int:
    """Let facts be judged anew, those of some items or all. What the store took already is not sent again."""
    return _let_be_due(tx, _those_of(connection_id, numbers, *aspects))


def recount_told(tx: Tx, connection_id: int, numbers: Collection[str], *, since: datetime) -> None:
    """Do so with those of which the store was told a level since then; what it took, it changed itself."""
    due = case((items.c.published_at >= since, ItemState.DUE.value), else_=items.c.state)
    if numbers:
        _let_be_due(tx, _those_of(connection_id, numbers, Aspect.STOCK), state=due, sent="")


def _those_of(connection_id: int, numbers: Collection[str] | None, *aspects: Aspect) -> ColumnElement[bool]:
    mine = _mine(connection_id, *aspects)
    return mine if numbers is None else and_(mine, items.c.number.in_(numbers))


def _let_be_due(tx: Tx, which: ColumnElement[bool], **values: object) -> int:
    """Let facts be due; rows are taken in the order of ``save``, so that no two callers wait for each other."""
    rows = select(items.c.id).where(which).order_by(items.c.number, items.c.warehouse).with_for_update(key_share=True)
    return tx.execute(update(items).where(items.c.id.in_(rows)).values(**_DUE | values)).rowcount


def restore(tx: Tx, row: ItemRow, theirs: str) -> None:
    """Let a fact go again over somebody else's value, which is remembered."""
    restored = row.restored + theirs
    tx.execute(update(items).where(items.c.id == row.id).values(sent="", restored=restored, **_DUE))


def report(tx: Tx, row: ItemRow, fault_code: str, reason: str) -> None:
    """Say that the store keeps another value than the ERP, and that it is left alone."""
    values = {"state": ItemState.REFUSED.value, "fault_code": fault_code, "reason": reason}
    tx.execute(update(items).where(items.c.id == row.id, items.c.asked == row.asked).values(**values))


def agree(tx: Tx, row: ItemRow) -> None:
    """Say that the store has the ERP's value again, without our doing."""
    values = {"state": ItemState.PUBLISHED.value, "fault_code": "", "reason": ""}
    tx.execute(update(items).where(items.c.id == row.id, items.c.asked == row.asked).values(**values))


def wake(tx: Tx, connection_id: int, *, now: datetime) -> int:
    """Let the facts go again whose answer was lost, now that an old write can no longer come behind the new one."""
    late = and_(_mine(connection_id), items.c.again_at <= now)
    return tx.execute(update(items).where(late).values(sent="", again_at=None, **_DUE)).rowcount


def repeat(tx: Tx, rows: Iterable[ItemRow], *, at: datetime | None) -> None:
    """Remember that a write of these facts may arrive without our knowing: they go once more at ``at``, or not.

    Of a call that failed the store may have taken a part: whatever it took before is not what it has.
    """
    values = {"again_at": at} if at else {"again_at": None, "sent": ""}
    tx.execute(update(items).where(items.c.id.in_([row.id for row in rows])).values(**values))


_SETTLE = text("""
    UPDATE items SET state = ends.state, reason = ends.reason, fault_code = ends.fault_code,
        sent = coalesce(ends.sent, items.sent), again_at = ends.again_at,
        published_at = CASE WHEN coalesce(ends.sent, '') = '' THEN items.published_at ELSE :now END
    FROM unnest(CAST(:ids AS bigint[]), CAST(:asked AS bigint[]), CAST(:states AS text[]),
        CAST(:reasons AS text[]), CAST(:faults AS text[]), CAST(:sent AS text[]), CAST(:again AS timestamptz[]))
        AS ends(id, asked, state, reason, fault_code, sent, again_at)
    WHERE items.id = ends.id AND items.asked = ends.asked AND items.state = 'due'
""")


_FORGET = text("""
    DELETE FROM items USING items AS details
    WHERE details.id = ANY(CAST(:ids AS bigint[])) AND details.aspect = 'details' AND details.state = 'left_out'
        AND items.connection_id = details.connection_id AND items.number = details.number
        AND items.aspect <> 'details'
""")
"""Price and stock of items that are left out: polls pass them over, so that they would be stale if wanted again."""


def settle(tx: Tx, ends: Sequence[FactEnd], *, now: datetime) -> None:
    """Write what became of facts: of theirs, no write is on its way any more but those that were lost before.

    One that was asked for again meanwhile stays due. An item that is left out keeps no price and stock.
    """
    if ends:
        columns = {
            "ids": [end.row.id for end in ends],
            "asked": [end.row.asked for end in ends],
            "states": [end.state.value for end in ends],
            "reasons": [end.reason for end in ends],
            "faults": [end.fault_code for end in ends],
            "sent": [end.sent for end in ends],
            "again": [end.row.again_at for end in ends],
        }
        tx.execute(_SETTLE, {**columns, "now": now})
    left_out = [end.row.id for end in ends if end.state is ItemState.LEFT_OUT and end.row.aspect is Aspect.DETAILS]
    if left_out:
        tx.execute(_FORGET, {"ids": left_out})


def any_due(tx: Tx, connection_id: int, *, now: datetime, day: date) -> bool:
    """Tell whether anything waits to be published; asked in the order of an index, however many facts there are."""
    again = select(items.c.id).where(_mine(connection_id), items.c.again_at <= now).order_by(items.c.again_at)
    turned = select(items.c.id).where(_mine(connection_id), items.c.turns_on <= day).order_by(items.c.turns_on)
    return bool(due(tx, connection_id, *Aspect, limit=1)) or any(
        tx.execute(query.limit(1)).one_or_none() for query in (again, turned)
    )


def counts(tx: Tx, connection_id: int) -> dict[tuple[Aspect, ItemState], int]:
    """Count facts by aspect and state."""
    rows = tx.execute(
        select(items.c.aspect, items.c.state, func.count())
        .where(_mine(connection_id))
        .group_by(items.c.aspect, items.c.state)
    )
    return {(Aspect(aspect), ItemState(state)): count for aspect, state, count in rows}


def listed(tx: Tx, connection_id: int, wanted: Newest) -> list[ItemRow]:
    """List a connection's facts, newest change first."""
    query = select(items).where(_mine(connection_id))
    return [_row(row) for row in tx.execute(wanted.of(query, items.c.id, items.c.state))]


def by_id(tx: Tx, item_id: int) -> tuple[ItemRow, int] | None:
    """Read one fact, and whose connection's it is."""
    row = tx.execute(select(items).where(items.c.id == item_id)).one_or_none()
    return (_row(row), row.connection_id) if row else None


def _row(row: Row[Any]) -> ItemRow:
    aspect = Aspect(row.aspect)
    return ItemRow(
        id=row.id,
        number=row.number,
        aspect=aspect,
        warehouse=row.warehouse,
        fact=load(aspect, row.content),
        state=ItemState(row.state),
        asked=row.asked,
        reason=row.reason,
        fault_code=row.fault_code,
        sent=row.sent,
        restored=row.restored,
        changed_at=row.changed_at,
        published_at=row.published_at,
        again_at=row.again_at,
    )
