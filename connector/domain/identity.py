"""What a thing is called, here and in the ERP: the same fact has the same name for ever."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, order=True)
class OrderRef:
    """One order of one connection."""

    connection: str
    order: int

    def __str__(self) -> str:
        return f"{self.connection}/{self.order}"


def external_reference(order: int, prefix: str = "") -> str:
    """Name an order in the ERP's customer-order field: ``BC-1042``, or ``EU-BC-1042`` with a store prefix."""
    return f"{prefix}-BC-{order}" if prefix else f"BC-{order}"


def order_of(reference: str) -> tuple[str, int] | None:
    """Read a store's prefix and its order's number off an external reference; None where it is none."""
    prefix, _, number = reference.rpartition("BC-")
    if not number.isdecimal() or not (prefix == "" or prefix.endswith("-")):
        return None
    found = prefix.removesuffix("-"), int(number)
    return found if external_reference(found[1], found[0]) == reference else None


def posting_key(connection: str, kind: str, source: int, revision: int = 1) -> str:
    """Identify one posting of one fact: readable, unique, the same on every attempt."""
    return f"{connection}:{kind}:{source}:{revision}"


def batch_key(key: str) -> str:
    """Shorten a posting key to the 15 characters a ledger batch may be called by (65 bits of SHA-256)."""
    digest = base64.b32encode(hashlib.sha256(key.encode()).digest()).decode()
    return f"BC{digest[:13]}"


def place(table: str, *row: object) -> str:
    """Name where something sealed stands, by what identifies its row: it opens nowhere else."""
    return " ".join([table, *(str(one.timestamp() if isinstance(one, datetime) else one) for one in row)])
