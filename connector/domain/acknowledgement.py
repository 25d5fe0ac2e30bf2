"""What an ERP says of a document that went to it by message: taken in, or refused."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Verdict(Enum):
    """The ERP's word."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """One verdict on one variation of a document, by our name for it; ``external_id`` is the ERP's, if told."""

    document: str
    variation: int
    verdict: Verdict
    reason: str = ""
    external_id: str = ""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """An authentic message that settles nothing of ours, and why."""

    reason: str
