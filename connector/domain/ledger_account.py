"""An account of the ERP's chart, as it is listed for people who map. Read, never made."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LedgerAccount:
    """One account; ``usable``: open and valid today."""

    number: str
    name: str
    usable: bool = True

    def __str__(self) -> str:
        return f"{self.number} {self.name}".strip()
