"""What a suite's rig needs when it books by BOD: messages kept in memory, and a door that answers come in by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from werkzeug.wrappers import Request, Response

from connector.domain.acknowledgement import Acknowledgement, Verdict
from connector.infor.bod.wire import acknowledgement
from connector.ports import SentMessage
from connector.sandbox.listen import Listener


class InMemoryMessages:
    """The port's fake: what PostgreSQL keeps, in a dictionary."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, int], SentMessage] = {}
        self.sendings: dict[tuple[str, int], int] = {}
        self.now = lambda: datetime.now(UTC)

    def of(self, documents: Sequence[str]) -> list[SentMessage]:
        return [row for (document, _), row in sorted(self.rows.items()) if document in documents]

    def sending(self, document: str, variation: int, *, reference: str) -> None:
        one = (document, variation)
        self.rows[one] = replace(self.rows.get(one, SentMessage(*one)), sent_at=self.now())
        self.sendings[one] = self.sendings.get(one, 0) + 1

    def taken(self, document: str, variation: int) -> None:
        self.rows[document, variation] = replace(self.rows[document, variation], taken_at=self.now())

    def not_taken(self, document: str, variation: int) -> None:
        one = (document, variation)
        self.sendings[one] -= 1
        if self.sendings[one] <= 0 and self.rows[one].verdict is None:
            del self.rows[one]

    def deaf(self) -> str:
        return ""

    def tell(self, told: Acknowledgement) -> None:
        one = (told.document, told.variation)
        row = self.rows.get(one, SentMessage(*one))
        if row.verdict is not Verdict.ACCEPTED:
            self.rows[one] = replace(row, verdict=told.verdict, reason=told.reason, external_id=told.external_id)


@dataclass
class Door:
    """Takes what ION brings; ``seen`` is everything that it read."""

    messages: InMemoryMessages
    seen: list[object] = field(default_factory=list)
    shut: bool = False
    url: str = ""

    def wsgi(self, environ, start_response):  # type: ignore[no-untyped-def]
        if self.shut:
            return Response(status=503)(environ, start_response)
        told = acknowledgement.read(Request(environ).form["MessagePayload"].encode())
        self.seen.append(told)
        if isinstance(told, Acknowledgement):
            self.messages.tell(told)
        return Response(status=202)(environ, start_response)


@contextmanager
def opened_door(messages: InMemoryMessages) -> Iterator[Door]:
    """A door over real HTTP."""
    door = Door(messages)
    listener = Listener(door.wsgi)
    door.url = listener.url
    listener.start()
    try:
        yield door
    finally:
        listener.stop()
