"""Rows of documents that went to the ERP by message, one for each variation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import case, delete, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.sql.elements import ColumnElement

from connector.domain.acknowledgement import Acknowledgement, Verdict
from connector.ports import SentMessage
from connector.records.database import Tx
from connector.records.schema_messages import messages

_ONE = ["connection_id", "document", "variation"]


def of(tx: Tx, connection_id: int, documents: Sequence[str]) -> list[SentMessage]:
    """Read every variation of these documents."""
    mine = (messages.c.connection_id == connection_id, messages.c.document.in_(documents))
    return [
        SentMessage(
            row.document,
            row.variation,
            row.sent_at,
            row.taken_at,
            Verdict(row.verdict) if row.verdict else None,
            row.reason,
            row.external_id,
        )
        for row in tx.execute(select(messages).where(*mine))
    ]


def sending(tx: Tx, connection_id: int, document: str, variation: int, *, reference: str, now: datetime) -> None:
    """Note that a variation goes out; once more, when it did before."""
    values = {"reference": reference, "sent_at": now}
    written = upsert(messages).values(
        connection_id=connection_id, document=document, variation=variation, sendings=1, **values
    )
    tx.execute(
        written.on_conflict_do_update(index_elements=_ONE, set_={**values, "sendings": messages.c.sendings + 1})
    )


def taken(tx: Tx, connection_id: int, document: str, variation: int, *, now: datetime) -> None:
    """Note that the carrier took it."""
    tx.execute(update(messages).where(*_is(connection_id, document, variation)).values(taken_at=now))


def not_taken(tx: Tx, connection_id: int, document: str, variation: int) -> None:
    """Take one sending back; a variation that never went out and has no verdict is gone."""
    here = _is(connection_id, document, variation)
    tx.execute(update(messages).where(*here).values(sendings=messages.c.sendings - 1))
    tx.execute(delete(messages).where(*here, messages.c.sendings <= 0, messages.c.verdict.is_(None)))


def tell(tx: Tx, connection_id: int, told: Acknowledgement, *, now: datetime) -> str:
    """Keep a verdict, of a variation that is not known here too; an acceptance is never taken back.

    :returns: the order's external reference, as far as it is known.
    """
    values = {
        "verdict": told.verdict.value,
        "reason": told.reason,
        "external_id": told.external_id,
        "told_at": now,
    }
    written = upsert(messages).values(
        connection_id=connection_id, document=told.document, variation=told.variation, **values
    )
    stands = messages.c.verdict == Verdict.ACCEPTED.value
    kept = written.on_conflict_do_update(
        index_elements=_ONE,
        set_={name: case((stands, messages.c[name]), else_=value) for name, value in values.items()},
    )
    reference: str = tx.execute(kept.returning(messages.c.reference)).scalar_one()
    return reference


def _is(connection_id: int, document: str, variation: int) -> tuple[ColumnElement[bool], ...]:
    return (
        messages.c.connection_id == connection_id,
        messages.c.document == document,
        messages.c.variation == variation,
    )
