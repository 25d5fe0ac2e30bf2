"""Sealed contents: what is planned is kept unreadable at rest, because documents carry addresses."""

from __future__ import annotations

from connector.domain import content, snapshot
from connector.domain.document import Customer, SalesDocument
from connector.domain.order import Address, Snapshot
from connector.domain.plan import Content
from connector.mapping import documents
from connector.ports import Vault
from connector.records.postings import PostingRow


def seal(vault: Vault, planned: Content) -> bytes:
    """Seal a posting's content."""
    return vault.seal(content.dump(planned))


def open_content(vault: Vault, row: PostingRow) -> Content:
    """Open a posting's content.

    :raises CannotOpen: no key fits.
    """
    assert row.content is not None, row.posting_key  # noqa: S101  a posting on its way has content by construction
    return content.load(vault.open(row.content))


def without_people(vault: Vault, row: PostingRow) -> bytes | None:
    """Seal what is left of a posting's content when its buyer is forgotten."""
    if row.content is None:
        return None
    content = open_content(vault, row)
    match content:
        case Customer():
            content = Customer(content.id, Address())
        case SalesDocument():
            content = documents.without_people(content)
    return seal(vault, content)


def seal_snapshot(vault: Vault, taken: Snapshot) -> bytes:
    """Seal a reading of the store."""
    return vault.seal(snapshot.dump(taken))


def open_snapshot(vault: Vault, sealed: bytes) -> Snapshot:
    """Open a reading of the store."""
    return snapshot.load(vault.open(sealed))
