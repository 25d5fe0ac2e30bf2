"""What a posting is to book, written as JSON and read back exactly: a type tag picks the class."""

from __future__ import annotations

import json

from connector.domain.codec import plain, read
from connector.domain.document import Customer, SalesDocument
from connector.domain.journal import JournalEntry
from connector.domain.plan import Content

KINDS: dict[str, type[Content]] = {
    "customer": Customer,
    "sales_document": SalesDocument,
    "journal_entry": JournalEntry,
}
"""The tags are stored: a class may be renamed, its tag may not."""


def dump(content: Content) -> bytes:
    """Write a content down."""
    tag = next(tag for tag, kind in KINDS.items() if type(content) is kind)
    return json.dumps({"type": tag, "content": plain(content)}, separators=(",", ":")).encode()


def load(written: bytes) -> Content:
    """Read a content back.

    :raises ValueError: it is none.
    """
    stored = json.loads(written)
    if not isinstance(stored, dict) or stored.get("type") not in KINDS:
        raise ValueError("this is no stored content: its type is unknown")
    return read(KINDS[stored["type"]], stored["content"])
