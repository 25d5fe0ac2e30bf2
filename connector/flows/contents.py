"""Sealed contents: what is planned is kept unreadable at rest, because documents carry addresses."""

from __future__ import annotations

from connector.domain import content, snapshot
from connector.domain.document import Customer, SalesDocument
from connector.domain.identity import place
from connector.domain.journal import JournalEntry
from connector.domain.money import Money, total
from connector.domain.order import Address, Snapshot
from connector.domain.plan import Content
from connector.mapping import documents
from connector.ports import Vault
from connector.records.postings import PostingRow


def seal(vault: Vault, key: str, planned: Content) -> bytes:
    """Seal the content of the posting of this key."""
    return vault.seal(content.dump(planned), place("postings", key))


def open_content(vault: Vault, row: PostingRow) -> Content:
    """Open a posting's content.

    :raises CannotOpen: no key fits.
    """
    assert row.content is not None, row.posting_key  # noqa: S101  a posting on its way has content by construction
    return content.load(vault.open(row.content, place("postings", row.posting_key)))


def without_people(vault: Vault, row: PostingRow) -> bytes | None:
    """Seal what is left of a posting's content when its buyer is forgotten."""
    return seal(vault, row.posting_key, bare(open_content(vault, row))) if row.content is not None else None


def bare(content: Content) -> Content:
    """Take the people out of a content."""
    match content:
        case Customer():
            return Customer(content.id, Address())
        case SalesDocument():
            return documents.without_people(content)
    return content


def amount(content: Content | None) -> Money | None:
    """Say what a content comes to, in the order's currency."""
    if isinstance(content, JournalEntry):
        return content.debits
    if isinstance(content, SalesDocument):
        lines = [line.net for line in content.lines] + [charge.amount for charge in content.charges]
        return total(lines, content.currency)
    return None


def seal_snapshot(vault: Vault, order_id: int, taken: Snapshot) -> bytes:
    """Seal a reading of an order."""
    return vault.seal(snapshot.dump(taken), place("snapshots", order_id))


def open_snapshot(vault: Vault, order_id: int, sealed: bytes) -> Snapshot:
    """Open a reading of an order."""
    return snapshot.load(vault.open(sealed, place("snapshots", order_id)))
