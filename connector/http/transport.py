"""Sends a request once and says what came of it: an answer, or the fault that fits what the call could have done.

A failure before anything was sent is ``Unavailable``. After that a READ is ``Unavailable`` and a WRITE is
``OutcomeUnknown``, be it a timeout, a reset, or a kept connection that the server had just closed.
"""

from __future__ import annotations

import os
import threading
import time
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

import requests
from requests.structures import CaseInsensitiveDict
from urllib3.exceptions import HTTPError
from urllib3.fields import RequestField
from urllib3.filepost import encode_multipart_formdata

from connector.domain.faults import Effect, Fault, Misconfigured, OutcomeUnknown, Unavailable
from connector.http import classify, hosts
from connector.http.connection import Adapter, NotConnected
from connector.http.message import Answer, Part, Request, exact_json, unusable
from connector.http.side_by_side import SideBySide
from connector.ports import Clock, Exchange, Recorder
from connector.telemetry import context, observers

__all__ = ["BODY_LIMIT", "Answer", "Request", "Transport"]

BODY_LIMIT = 32 * 1024 * 1024
CHUNK = 64 * 1024
DEFAULT_HEADERS = {"User-Agent": "ml-connector", "Accept": "application/json", "Accept-Encoding": "gzip"}
REQUEST_IDS = ("X-Request-Id", "Request-Id", "X-Correlation-Id")


@dataclass(frozen=True, slots=True)
class _Start:
    """When a try began, by both clocks."""

    at: datetime
    ticks: float


class Transport:
    """One outside system's wire. Safe to share by threads: each keeps its own connections alive.

    ``read_timeout`` is the longest wait for the *whole* answer, ``connect_timeout`` for the connection; seconds.
    """

    def __init__(
        self,
        *,
        system: str,
        recorder: Recorder,
        clock: Clock,
        connect_timeout: float,
        read_timeout: float,
        allow_insecure: bool,
        hands: SideBySide | None = None,
    ) -> None:
        self._system = system
        self._recorder = recorder
        self._clock = clock
        self._timeout = (connect_timeout, read_timeout)
        self._allow_insecure = allow_insecure
        self.hands = hands or SideBySide()
        self._local = threading.local()

    def send(self, request: Request) -> Answer:
        """Make the call once and give its answer, whatever the status; ``classify`` names that.

        :raises Misconfigured: the URL or a header may not be sent; nothing was.
        :raises Unavailable: not connected, or a READ without a whole answer.
        :raises OutcomeUnknown: a WRITE without a whole answer, once it had begun to go out.
        :raises ContractBroken: a READ whose body is over ``BODY_LIMIT``.
        """
        hosts.check_url(request.url, allow_insecure=self._allow_insecure)
        prepared = self._prepare(request)
        start = _Start(self._clock.now(), time.monotonic())
        try:
            with observers.span(request.call, system=self._system, **context.current()):
                answer = self._exchange(request, prepared)
        except Fault as fault:
            self._record(request, prepared, start, fault.code)
            raise
        fault_or_none = classify.fault_for(answer)
        self._record(request, prepared, start, fault_or_none.code if fault_or_none else "ok", answer)
        return answer

    def _prepare(self, request: Request) -> requests.PreparedRequest:
        headers: CaseInsensitiveDict[str] = CaseInsensitiveDict({**DEFAULT_HEADERS})
        body: bytes | dict[str, str] | None = dict(request.form) if request.form is not None else None
        if request.json is not None:
            headers["Content-Type"] = "application/json"
            body = exact_json(request.json).encode()
        if request.parts:
            body, headers["Content-Type"] = encode_multipart_formdata([_field(part) for part in request.parts])
        headers.update(request.headers)
        for name, value in headers.items():
            self._check_header(request, name, value)
        unsent = requests.Request(request.method, request.url, headers, params=dict(request.params), data=body)
        try:
            return unsent.prepare()
        except requests.RequestException as exc:
            raise Misconfigured(f"{self._system}: {request.call} cannot be sent ({type(exc).__name__})") from None

    def _check_header(self, request: Request, name: str, value: str) -> None:
        if value != value.strip() or not value.isascii() or not value.isprintable():
            raise Misconfigured(
                f"{self._system}: {request.call} cannot be sent: header {name} has spaces around it, a line break "
                "or a character beyond ASCII; check the credential it carries"
            )

    def _exchange(self, request: Request, prepared: requests.PreparedRequest) -> Answer:
        try:
            with closing(self._adapter().send(prepared, stream=True, timeout=self._timeout)) as response:
                body = self._read(request, response)
                return Answer(response.status_code, response.headers, body, request.effect, request.call)
        except NotConnected as exc:
            raise Unavailable(f"{self._system} cannot be reached: {exc}") from None
        except (requests.RequestException, HTTPError, OSError) as exc:
            raise self._lost(request, exc) from None

    def _read(self, request: Request, response: requests.Response) -> bytes:
        body = bytearray()
        for chunk in response.iter_content(CHUNK):
            body += chunk
            if len(body) > BODY_LIMIT:
                raise unusable(request.effect, f"{request.call} answered more than {BODY_LIMIT} bytes")
        return bytes(body)

    def _lost(self, request: Request, exc: Exception) -> Fault:
        if request.effect is Effect.READ:
            return Unavailable(f"{self._system}: {request.call} got no answer ({type(exc).__name__})")
        return OutcomeUnknown(f"{self._system}: {request.call} was sent, its answer lost ({type(exc).__name__})")

    def _adapter(self) -> Adapter:
        """This thread's connections; a forked child makes its own, for two must never share one socket."""
        if getattr(self._local, "pid", None) != os.getpid():
            self._local.pid = os.getpid()
            self._local.adapter = Adapter(allow_insecure=self._allow_insecure)
        adapter: Adapter = self._local.adapter
        return adapter

    def _record(
        self,
        request: Request,
        prepared: requests.PreparedRequest,
        start: _Start,
        outcome: str,
        answer: Answer | None = None,
    ) -> None:
        self._recorder.record(
            Exchange(
                system=self._system,
                call=request.call,
                effect=request.effect,
                started_at=start.at,
                seconds=time.monotonic() - start.ticks,
                status=answer.status if answer else None,
                outcome=outcome,
                sent=b"" if request.private else _sent(prepared),
                answered=b"" if request.private or answer is None else answer.body,
                request_id=_request_id(answer) if answer else "",
            )
        )


def _field(part: Part) -> RequestField:
    field = RequestField(part.name, part.content)
    field.make_multipart(content_type=part.content_type)
    return field


def _sent(prepared: requests.PreparedRequest) -> bytes:
    """The body, or for a call without one what its address asked for."""
    body = prepared.body or prepared.path_url
    return body.encode() if isinstance(body, str) else bytes(body)


def _request_id(answer: Answer) -> str:
    return next((answer.headers[name][:100] for name in REQUEST_IDS if name in answer.headers), "")
