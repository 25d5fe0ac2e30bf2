"""The post: what a suite's room is given to send documents by, and to ask what became of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from connector.domain.faults import Fault, OutcomeUnknown, Superseded, Transient, Unauthorized
from connector.domain.inquiry import FindingState
from connector.infor.bod import settings as bod_settings
from connector.infor.bod.messaging import PRODUCT, Messaging
from connector.infor.bod.settings import BodSettings
from connector.infor.bod.standing import next_variation, standing
from connector.infor.bod.wire import envelope
from connector.infor.bod.wire.envelope import Name
from connector.infor.bod.xml import Tag
from connector.infor.suite import Outside
from connector.ports import Clock, Finding, Guard, Messages, SentMessage

GOES = frozenset({FindingState.ABSENT, FindingState.REFUSED})
"""Where a document may go out: it never did, a repeat does no harm, or its last variation was rejected."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A document to be sent. ``write`` describes its noun once it is known which variation goes out."""

    noun: str
    document: str
    reference: str
    write: Callable[[Name], Tag]


@dataclass(frozen=True, slots=True)
class _Written:
    name: Name
    content: bytes
    reference: str


class Post:
    """One connection's way to its target by way of ION."""

    def __init__(self, messaging: Messaging, settings: BodSettings, messages: Messages, clock: Clock) -> None:
        self.messaging = messaging
        self.settings = settings
        self.messages = messages
        self._clock = clock

    def find(self, documents: Sequence[str]) -> dict[str, Finding]:
        """READ, no call: where each document stands."""
        now = self._clock.now()
        return {each: standing(each, sent, self.settings, now) for each, sent in self._sent(documents).items()}

    def deliver(
        self, letters: Sequence[Letter], *, found: Mapping[str, Finding], guard: Guard
    ) -> dict[str, Finding | Fault]:
        """WRITE, 1 call for each letter that goes: one outcome for each document, whatever ``found`` says of it.

        Everything is written before anything goes. What ION refuses for a while, it refuses of the rest too.
        """
        outcomes: dict[str, Finding | Fault] = {}
        going: list[_Written] = []
        sent = self._sent([letter.document for letter in letters])
        for letter in letters:
            known = self._known(letter.document, found, sent[letter.document])
            try:
                if known is None:
                    going.append(self._write(letter, sent[letter.document]))
                else:
                    outcomes[letter.document] = known
            except Fault as gap:
                outcomes[letter.document] = gap
        closed: Fault | None = None
        for each in going:
            outcome = closed or self._send(each, guard)
            closed = outcome if isinstance(outcome, Transient | Unauthorized) else None
            outcomes[each.name.document] = outcome
        return outcomes

    def _sent(self, documents: Sequence[str]) -> dict[str, list[SentMessage]]:
        found: dict[str, list[SentMessage]] = {each: [] for each in documents}
        for one in self.messages.of(documents):
            found[one.document].append(one)
        return found

    def _known(self, document: str, found: Mapping[str, Finding], sent: Sequence[SentMessage]) -> Finding | None:
        """Where a document stands that may not be sent; None for one that may."""
        told = found.get(document)
        if told is None or told.state in GOES:  # told before; what was sent meanwhile counts
            told = standing(document, sent, self.settings, self._clock.now())
        return None if told.state in GOES else told

    def _write(self, letter: Letter, sent: Sequence[SentMessage]) -> _Written:
        name = Name(letter.noun, letter.document, next_variation(sent))
        content = envelope.wrap(name, letter.write(name), self.settings, self._clock.now())
        return _Written(name, content, letter.reference)

    def _send(self, each: _Written, guard: Guard) -> Finding | Fault:
        """Keep it as on its way before it goes, and for as long as it may be there."""
        name = each.name
        self.messages.sending(name.document, name.variation, reference=each.reference)
        try:
            self.messaging.send(name, each.content, guard=guard)
        except OutcomeUnknown as lost:
            return lost
        except Fault as fault:
            self.messages.not_taken(name.document, name.variation)
            if isinstance(fault, Superseded):
                raise
            return fault
        self.messages.taken(name.document, name.variation)
        return Finding(FindingState.PENDING, handle=name.document)


def open_post(company: Mapping[str, str], outside: Outside) -> Post:
    """Open the post of a connection, whose settings have no faults."""
    settings = bod_settings.read(company, outside.tenant)
    return Post(Messaging(outside.gateway(PRODUCT), settings), settings, outside.messages, outside.clock)
