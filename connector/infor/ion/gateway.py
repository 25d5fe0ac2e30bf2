"""One way into a suite: bearer, budget, and the single retry that a refused token earns (design §3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from connector.domain.faults import Effect, Unauthorized, Unavailable
from connector.http.message import Part
from connector.http.transport import Answer, Request, Transport
from connector.ports import Budget
from connector.telemetry.logs import logger

log = logger(__name__)

BLAMELESS_TRIES = 3
"""How often a call is tried that is refused with a good token, before it waits."""


@dataclass(frozen=True, slots=True)
class Bearer:
    """The token in use; its version tells whether another worker has replaced it since."""

    token: str = field(repr=False)
    version: int


class TokenSource(Protocol):
    """This connection's tokens, shared by all workers."""

    def current(self) -> Bearer:
        """The token to use now, requested anew when the last one has ended or is distrusted."""
        ...

    def distrust(self, version: int) -> None:
        """Never hand out this version again; harmless when it has been replaced already."""
        ...


@dataclass(frozen=True, slots=True)
class Call:
    """What a suite's client wants sent: ``path`` begins behind the product's base."""

    effect: Effect
    method: str
    path: str
    name: str
    params: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    json: object | None = None
    parts: Sequence[Part] = ()


def no_guard() -> None:
    """Guard nothing: the call only reads."""


def never(_: Answer) -> bool:
    """Take every 401 for the token's fault."""
    return False


class Gateway:
    """Sends calls to one product of one tenant, as the token's user. ``blameless`` knows 401s of good tokens."""

    def __init__(
        self,
        base: str,
        tokens: TokenSource,
        transport: Transport,
        budget: Budget,
        blameless: Callable[[Answer], bool] = never,
    ) -> None:
        self._base = base.rstrip("/")
        self._blameless = blameless
        self._tokens = tokens
        self._transport = transport
        self._budget = budget

    def send(self, call: Call, *, guard: Callable[[], None] = no_guard) -> Answer:
        """Send once; a 401 distrusts the token and earns one more try.

        A 401 is given before anything is executed (facts/infor.md §1.5), so a WRITE may be repeated too.

        :raises Unauthorized: two tokens in a row were refused.
        :raises Unavailable: the suite goes on refusing a token that is good; nothing was executed.
        """
        answer, version = self._patiently(call, guard)
        if answer.status != 401:
            return answer
        log.warning("token.refused", call=call.name, version=version)
        self._tokens.distrust(version)
        answer, _ = self._patiently(call, guard)
        if answer.status == 401:
            raise Unauthorized(
                f"{call.name}: Infor refused two tokens in a row; check the service account, and its user's roles in "
                "the suite"
            )
        return answer

    def _patiently(self, call: Call, guard: Callable[[], None]) -> tuple[Answer, int]:
        """Try; again at once, a few times, while the refusal is none of the token's fault."""
        for _ in range(BLAMELESS_TRIES):
            answer, version = self._try(call, guard)
            if answer.status != 401 or not self._blameless(answer):
                return answer, version
            log.warning("token.refused_though_good", call=call.name, version=version)
        raise Unavailable(f"{call.name}: refused {BLAMELESS_TRIES} times with a token that is good; nothing was done")

    def _try(self, call: Call, guard: Callable[[], None]) -> tuple[Answer, int]:
        bearer = self._tokens.current()
        self._budget.reserve(1)
        guard()
        answer = self._transport.send(self._request(call, bearer))
        self._budget.observe(answer.headers, answer.status)
        return answer, bearer.version

    def _request(self, call: Call, bearer: Bearer) -> Request:
        return Request(
            call.effect,
            call.method,
            f"{self._base}/{call.path}",
            call.name,
            params=call.params,
            headers={"Authorization": f"Bearer {bearer.token}", "Accept": "application/json", **call.headers},
            json=call.json,
            parts=call.parts,
        )
