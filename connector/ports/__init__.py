"""What we need of the outside, shaped by our need and not by a vendor's SDK.

Every method says READ or WRITE. All may raise ``Transient``, ``Throttled``, ``Unauthorized`` and
``ContractBroken``; a WRITE may also raise ``OutcomeUnknown`` (it may have been applied) and ``Rejected``
(it was not, and will not be).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from connector.domain.faults import Effect
from connector.ports.catalog import BatchSizes, Catalog, Guard, Hooks, Items, Refusals
from connector.ports.erp import Erp, Finding, LedgerLine, Masters
from connector.ports.hands import Hands
from connector.ports.messages import Messages, SentMessage
from connector.ports.store import OrderHead, Store
from connector.ports.walks import OrderMark, RefundHead, Walks

__all__ = [
    "BatchSizes",
    "Budget",
    "Catalog",
    "Clock",
    "Erp",
    "Exchange",
    "Finding",
    "Guard",
    "Hands",
    "Herald",
    "Hooks",
    "Items",
    "LedgerLine",
    "Locks",
    "Masters",
    "Messages",
    "OrderHead",
    "OrderMark",
    "Passwords",
    "Recorder",
    "RefundHead",
    "Refusals",
    "SentMessage",
    "Store",
    "Vault",
    "Walks",
]


class Clock(Protocol):
    """Where time comes from; always aware, always UTC."""

    def now(self) -> datetime:
        """The present moment."""
        ...


class Vault(Protocol):
    """Seals what must not be read at rest."""

    def seal(self, clear: bytes, place: str) -> bytes:
        """Encrypt with the first key, for one place (``identity.place``) alone."""
        ...

    def open(self, sealed: bytes, place: str) -> bytes:
        """Decrypt with whichever key fits.

        :raises CannotOpen: none does, or it was sealed for another place.
        """
        ...

    def rotate(self, sealed: bytes, place: str) -> bytes:
        """Seal anew with the first key.

        :raises CannotOpen: as ``open``.
        """
        ...

    def sign(self, content: bytes) -> str:
        """Give a signature that only a holder of the first key can make."""
        ...

    def verify(self, content: bytes, signature: str) -> bool:
        """Tell whether one of the keys made this signature, of exactly this content."""
        ...

    def marks(self, content: bytes) -> list[str]:
        """Give what equal content is found by and cannot be read from: one mark a key, the first key's first."""
        ...


class Passwords(Protocol):
    """Keeps passwords so that whoever reads them cannot use them."""

    def hash(self, password: str) -> str:
        """Give what is kept in a password's place."""
        ...

    def verify(self, kept: str | None, password: str) -> bool:
        """Tell whether it is the password; takes as long where there is none, and is never true then."""
        ...


class Locks(Protocol):
    """A courtesy: keeps workers off one record. The law is the claim in the database."""

    def acquire(self, name: str, token: str, ttl: timedelta) -> bool:
        """Take or extend a lock; False while another token holds it. True when Redis is down."""
        ...

    def release(self, name: str, token: str) -> None:
        """Give a lock back, if this token still holds it."""
        ...


class Herald(Protocol):
    """Brings people a message: by mail, to a chat's webhook."""

    def tell(self, subject: str, text: str) -> None:
        """WRITE, harmless to repeat: send it everywhere it is to go.

        :raises Fault: it did not arrive everywhere.
        """
        ...


class Budget(Protocol):
    """Calls left in the other side's window, shared by all workers."""

    def reserve(self, calls: int = 1) -> None:
        """Count ``calls`` against the window before they are made.

        :raises Throttled: the window is spent; ``retry_after`` says when it turns.
        """
        ...

    def observe(self, headers: Mapping[str, str], status: int) -> None:
        """Learn quota, remainder and reset from an answer; a 429 closes the window for everybody."""
        ...


@dataclass(frozen=True, slots=True)
class Exchange:
    """One outside call as it happened: a row of the trail. Bodies are kept sealed; headers are not kept."""

    system: str  # "bigcommerce", "ion", "m3"
    call: str  # "GET /v2/orders/{id}", "OIS100MI/AddBatchHead"
    effect: Effect
    started_at: datetime
    seconds: float
    status: int | None  # None: no answer
    outcome: str  # "ok" or the fault's code
    sent: bytes
    answered: bytes
    request_id: str = ""  # the other side's own id of this call


class Recorder(Protocol):
    """Keeps every exchange in the trail of the record at work (the context says which)."""

    def record(self, exchange: Exchange) -> None:
        """Write one row; never raises for the caller."""
        ...
