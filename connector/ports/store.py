"""What we need of the merchant's shop. The rules of ``connector.ports`` hold here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from connector.domain.connection import Check
from connector.domain.order import Snapshot
from connector.ports.catalog import Catalog, Hooks
from connector.ports.walks import RefundHead, Walks


@dataclass(frozen=True, slots=True)
class OrderHead:
    """A row of the store's order list: enough to decide whether the order must be read again."""

    id: int
    modified_at: datetime
    head_fingerprint: str


class Store(Protocol):
    """The merchant's shop."""

    def ping(self) -> list[Check]:
        """READ: token, scopes, store hash, currency, tax entry mode, clock difference."""
        ...

    def read_order(self, order: int) -> Snapshot:
        """READ, 4 calls: the order with its taxes, transactions and refunds.

        :raises Rejected: the store knows no such order.
        """
        ...

    def orders_modified(self, since: datetime, until: datetime | None = None) -> Iterator[OrderHead]:
        """READ: every order modified in the period, oldest change first, pages until proven last."""
        ...

    def refunds_created(self, since: datetime) -> Iterator[RefundHead]:
        """READ: every refund created since, each once."""
        ...

    def write_external_id(self, order: int, external_id: str) -> None:
        """WRITE, harmless to repeat: put the ERP's number on the order."""
        ...

    @property
    def walks(self) -> Walks:
        """Its lists read whole, for counting."""
        ...

    @property
    def catalog(self) -> Catalog:
        """Its products, prices and stock."""
        ...

    @property
    def hooks(self) -> Hooks:
        """Its webhook subscriptions."""
        ...
