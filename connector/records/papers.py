"""Rows of papers: what was made for people to keep, by the digest that the trail names."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from connector.domain.paper import Paper
from connector.records.database import Tx
from connector.records.schema_books import papers


def keep(tx: Tx, made: Sequence[Paper], *, at: datetime) -> None:
    """Keep papers; the same content twice is one row."""
    rows = [{"digest": paper.digest, "content": paper.content, "made_at": at} for paper in made]
    tx.execute(insert(papers).on_conflict_do_nothing(), rows)


def content(tx: Tx, digest: str) -> bytes | None:
    """Read what a paper holds; None where there is none of this digest."""
    found = tx.execute(select(papers.c.content).where(papers.c.digest == digest)).scalar_one_or_none()
    return bytes(found) if found is not None else None


def intact(tx: Tx, digests: Collection[str]) -> set[str]:
    """Say which of these digests have a paper that still holds what it held."""
    now = func.encode(func.sha256(papers.c.content), "hex")
    held = select(papers.c.digest).where(papers.c.digest.in_(digests), papers.c.digest == now)
    return set(tx.execute(held).scalars())
