"""A file that people open: made once, never changed, known by what it holds."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Paper:
    """A file and its whole content; the ending of ``name`` says what it is."""

    name: str
    content: bytes = field(repr=False)

    @property
    def digest(self) -> str:
        """The SHA-256 of the content, as ``sha256sum`` tells it."""
        return hashlib.sha256(self.content).hexdigest()
