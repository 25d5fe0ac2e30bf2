"""Where the store keeps something else than the ERP says: field by field, and only where the ERP is the master."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from connector.domain.product import Article, ProductChange, VariantChange

FIELDS = ("name", "description", "price", "weight", "visible")


@dataclass(frozen=True, slots=True)
class ForeignValue:
    """One field as the store has it and as it should be."""

    field: str
    theirs: str
    ours: str

    def __str__(self) -> str:
        return f"{self.field} is {self.theirs!r} in the store, {self.ours!r} by the ERP"


def differences(article: Article, change: ProductChange | VariantChange) -> list[ForeignValue]:
    """List the fields of a change that the article does not have yet."""
    return list(_differences(article, change))


def _differences(article: Article, change: ProductChange | VariantChange) -> Iterator[ForeignValue]:
    for name in FIELDS:
        ours = getattr(change, name, None)
        theirs = getattr(article, name)
        if ours is not None and ours != theirs:
            yield ForeignValue(name, "" if theirs is None else str(theirs), str(ours))


def digest(found: Sequence[ForeignValue]) -> str:
    """Digest what somebody else made of the fields."""
    return hashlib.sha256("\n".join(f"{one.field}={one.theirs}" for one in found).encode()).hexdigest()
