"""To a webhook that takes ``{"text": ...}``: Slack, Mattermost, Teams by a workflow, one's own."""

from __future__ import annotations

from connector.domain.faults import Effect, Fault, Unavailable
from connector.http.classify import check
from connector.http.message import Request
from connector.http.transport import Transport
from connector.ports import Clock, Exchange


class _Nowhere:
    """Keeps no trail: a message belongs to no connection's record."""

    def record(self, exchange: Exchange) -> None:
        """Drop it."""


class Chat:
    """One webhook; its address is a secret."""

    def __init__(self, url: str, clock: Clock, *, allow_insecure: bool) -> None:
        self._url = url
        self._transport = Transport(
            system="notify",
            recorder=_Nowhere(),
            clock=clock,
            connect_timeout=5,
            read_timeout=15,
            allow_insecure=allow_insecure,
        )

    def tell(self, subject: str, text: str) -> None:
        """WRITE: send it once.

        :raises Unavailable: it was not taken.
        """
        body = {"text": f"{subject}\n\n{text}"}
        try:
            check(self._transport.send(Request(Effect.WRITE, "POST", self._url, "notify", json=body, private=True)))
        except Fault as fault:
            raise Unavailable(f"the address in NOTIFY_URL took no message ({fault.code})") from None
