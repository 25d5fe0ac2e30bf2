"""One way into a suite: bearer, budget, and the single retry that a refused token earns (design §3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from connector.domain.faults import Effect, Unauthorized
from connector.http.transport import Answer, Request, Transport
from connector.ports import Budget
from connector.telemetry.logs import logger

log = logger(__name__)


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


def no_guard() -> None:
    """Guard nothing: the call only reads."""


class Gateway:
    """Sends calls to one product of one tenant, as the token's user."""

    def __init__(self, base: str, tokens: TokenSource, transport: Transport, budget: Budget) -> None:
        self._base = base.rstrip("/")
        self._tokens = tokens
        self._transport = transport
        self._budget = budget

    def send(self, call: Call, *, guard: Callable[[], None] = no_guard) -> Answer:
        """Send once; a 401 distrusts the token and earns one more try.

        A 401 is given before anything is executed (facts/infor.md §1.5), so a WRITE may be repeated too.

        :raises Unauthorized: two tokens in a row were refused.
        """
        answer, version = self._try(call, guard)
        if answer.status != 401:
            return answer
        log.warning("token.refused", call=call.name, version=version)
        self._tokens.distrust(version)
        answer, _ = self._try(call, guard)
        if answer.status == 401:
            raise Unauthorized(
                f"{call.name}: Infor refused two tokens in a row; check the service account and its M3 user's roles"
            )
        return answer

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
        )
