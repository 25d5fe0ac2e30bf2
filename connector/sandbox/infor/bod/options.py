"""What a test or a demo may choose about the messages of a simulated tenant."""

from __future__ import annotations

from dataclasses import dataclass

FATES = ("reject", "confirm", "late", "lost", "doubled", "reordered")


@dataclass(frozen=True, slots=True, kw_only=True)
class BodOptions:
    """The connection point, and the habits of ION and of the target.

    ``client_id`` is the one that an administrator entered in the connection point; empty is the app's own.
    ``dedupe``: the target drops a BOD whose id it has had, and answers it as before. ``retries`` is how often ION
    brings an answer that nobody took, ``retry_seconds`` apart, before an administrator must resend it. ``timezone``
    is where the target keeps its days.
    """

    lid: str = "lid://infor.ims.bigcommerce"
    target: str = "lid://infor.ln.ln01"
    documents: tuple[str, ...] = ("Process.SourceSystemJournalEntry", "Process.SalesOrder")
    client_id: str = ""
    dedupe: bool = True
    retries: int = 5
    retry_seconds: float = 0.5
    timezone: str = "UTC"


@dataclass(slots=True)
class Fate:
    """What becomes of the next ``times`` documents whose id begins with ``match``.

    ``reject``: the target says no. ``confirm``: it says no by a ConfirmBOD. The others are the answer's: late by
    ``seconds``, lost, doubled, or behind the next one.
    """

    fate: str
    match: str = ""
    times: int | None = 1
    seconds: float = 0.5

    def __post_init__(self) -> None:
        if self.fate not in FATES:
            raise ValueError(f"{self.fate!r} is not a fate; choose one of {', '.join(FATES)}")
