"""The memory of documents that go to the ERP by message: each note is committed on its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from connector.flows.connections import open_credentials
from connector.flows.house import House
from connector.ports import SentMessage
from connector.records import messages
from connector.records.connections import SavedConnection


@dataclass(frozen=True)
class KeptMessages:
    """Implements ``ports.Messages`` for one saved connection."""

    house: House
    saved: SavedConnection

    def of(self, documents: Sequence[str]) -> list[SentMessage]:
        """Read every variation of these documents."""
        with self.house.database.begin() as tx:
            return messages.of(tx, self.saved.id, documents)

    def sending(self, document: str, variation: int, *, reference: str) -> None:
        """Note that a variation goes out now."""
        with self.house.database.begin() as tx:
            messages.sending(tx, self.saved.id, document, variation, reference=reference, now=self.house.now())

    def taken(self, document: str, variation: int) -> None:
        """Note that the carrier took it."""
        with self.house.database.begin() as tx:
            messages.taken(tx, self.saved.id, document, variation, now=self.house.now())

    def not_taken(self, document: str, variation: int) -> None:
        """Take the last sending back."""
        with self.house.database.begin() as tx:
            messages.not_taken(tx, self.saved.id, document, variation)

    def deaf(self) -> str:
        """Say why no verdict can come in."""
        known = open_credentials(self.house.vault, self.saved).erp.ion_secrets
        return "" if known else "the connection has no ion_secret"
