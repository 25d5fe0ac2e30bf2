"""The fault dial: what a call may suffer on its way, turned up by rules and undone by clearing them."""

from __future__ import annotations

import io
import os
import random
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from connector.sandbox.faults import REFUSALS, Rule, When, fits, rules_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

GARBAGE = b"<html><body>The page you requested is on its way</body></html>"


@dataclass(frozen=True, slots=True)
class Call:
    """One call as it was seen; ``status`` None: no answer was given."""

    name: str
    at: float
    status: int | None
    fault: str


@dataclass(slots=True)
class _Watch:
    match: str
    strike: Callable[[str, _Answer], object]
    times: int
    when: When | None

    def fits(self, name: str, body: bytes) -> bool:
        return fits(name, body, self.match, self.when)


@dataclass(slots=True)
class _Answer:
    status: str
    headers: list[tuple[str, str]]
    body: bytes

    @property
    def code(self) -> int:
        return int(self.status.split()[0])


U14 = b'{"error":{"message":"OAuth [U14]: unknown oauth_consumer_key"}}'
GAVE_UP = _Answer("504 Gateway Timeout", [("Content-Type", "text/html")], b"<h1>504 Gateway Time-out</h1>")


class Dial:
    """Middleware that counts every call and makes some of them go wrong. Safe for many threads."""

    def __init__(self, spec: str = "", *, seed: int = 0) -> None:
        self.calls: list[Call] = []
        self.latency = 0.0
        self._rules: list[Rule] = []
        self._watches: list[_Watch] = []
        self._random = random.Random(seed)
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self.load(spec)

    def add(
        self,
        match: str,
        fault: str,
        times: int | None = None,
        probability: float = 1.0,
        seconds: float = 0,
        *,
        when: When | None = None,
    ) -> Rule:
        """Turn one fault on for the calls that match; earlier rules go first. The rule tells how often it is left.

        :raises ValueError: no such fault.
        """
        rule = Rule(match, fault, times, probability, seconds, when)
        with self._lock:
            self._rules.append(rule)
        return rule

    def load(self, spec: str) -> None:
        """Read rules from ``MATCH=FAULT[:PROBABILITY][xTIMES][~SECONDS]``, comma-separated, or take a preset's name.

        :raises ValueError: the spec does not read.
        """
        rules = rules_of(spec)
        with self._lock:
            self._rules += rules

    def clear(self) -> None:
        """Turn every fault off; counts and watches stay."""
        with self._lock:
            self._rules.clear()

    def rules(self) -> list[Rule]:
        """Say which rules are left."""
        with self._lock:
            return list(self._rules)

    def after(self, match: str, callback: Callable[[str], object], times: int = 1, when: When | None = None) -> None:
        """Call back with the call's name right after a matching call was applied, before it is answered."""
        self._watch(match, lambda name, _: callback(name), times, when)

    def rewrite(self, match: str, change: Callable[[bytes], bytes], times: int = 1, when: When | None = None) -> None:
        """Apply a matching call, and answer it with another body than the one that ``change`` is given."""

        def strike(_: str, answer: _Answer) -> None:
            answer.body = change(answer.body)
            answer.headers = [(name, value) for name, value in answer.headers if name.lower() != "content-length"]
            answer.headers.append(("Content-Length", str(len(answer.body))))

        self._watch(match, strike, times, when)

    def forget_watches(self) -> None:
        """Call nobody back and rewrite nothing from now on."""
        with self._lock:
            self._watches.clear()

    def _watch(self, match: str, strike: Callable[[str, _Answer], object], times: int, when: When | None) -> None:
        with self._lock:
            self._watches.append(_Watch(match, strike, times, when))

    def counts(self) -> Counter[str]:
        """Say how often each name was called."""
        with self._lock:
            return Counter(call.name for call in self.calls)

    def forget_calls(self) -> None:
        """Begin counting anew."""
        with self._lock:
            self.calls.clear()

    def close(self) -> None:
        """End every silence that is still going on."""
        self._closed.set()

    def wrap(self, app: WSGIApplication, name_of: Callable[[WSGIEnvironment], str]) -> WSGIApplication:
        """Put the dial before an app. Both it and ``name_of`` find the whole body in ``wsgi.input``."""

        def dialled(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            environ["wsgi.input"] = io.BytesIO(body)
            name = name_of(environ)
            environ["wsgi.input"] = io.BytesIO(body)
            if self.latency:
                self._closed.wait(self.latency)
            return self._serve(app, environ, start_response, name, body)

        return dialled

    def _serve(
        self, app: WSGIApplication, environ: WSGIEnvironment, start_response: StartResponse, name: str, body: bytes
    ) -> Iterable[bytes]:
        rule = self._choose(name, body)
        fault = rule.fault if rule else ""
        if fault in REFUSALS or fault == "hang":
            answer = _refusal(name, rule) if rule and fault != "hang" else None
        elif rule and fault == "late-504":
            answer = GAVE_UP
            self._later(rule.seconds, app, environ, name, body)
        else:
            answer = self._apply(app, environ, name, body, fault)
        self._note(name, answer, fault)
        if rule and fault in ("hang", "apply-hang"):
            self._closed.wait(rule.seconds)
        if answer is None:
            cut(environ)
            raise ConnectionResetError("cut by the dial")
        start_response(answer.status, answer.headers)
        return [answer.body]

    def _later(self, seconds: float, app: WSGIApplication, environ: WSGIEnvironment, name: str, body: bytes) -> None:
        later = threading.Timer(seconds, self._apply, (app, dict(environ), name, body, ""))
        later.daemon = True
        later.start()

    def _apply(
        self, app: WSGIApplication, environ: WSGIEnvironment, name: str, body: bytes, fault: str
    ) -> _Answer | None:
        due = self._due(name, body)  # chosen before: afterwards what a call deletes tells nothing any more
        answer = _run(app, environ)
        for watch in due:
            watch.strike(name, answer)
        if fault in ("apply-reset", "apply-hang"):
            return None
        if fault == "apply-504":
            return GAVE_UP
        if fault == "apply-garbage":
            return _Answer("200 OK", [("Content-Type", "text/html")], GARBAGE)
        return answer

    def _choose(self, name: str, body: bytes) -> Rule | None:
        with self._lock:
            for rule in self._rules:
                if rule.fits(name, body) and self._random.random() < rule.probability:
                    self._spend(rule)
                    return rule
        return None

    def _spend(self, rule: Rule) -> None:
        if rule.times is not None:
            rule.times -= 1
            if rule.times <= 0:
                self._rules.remove(rule)

    def _due(self, name: str, body: bytes) -> list[_Watch]:
        with self._lock:
            due = [watch for watch in self._watches if watch.fits(name, body)]
            for watch in due:
                watch.times -= 1
            self._watches = [watch for watch in self._watches if watch.times > 0]
        return due

    def _note(self, name: str, answer: _Answer | None, fault: str) -> None:
        with self._lock:
            self.calls.append(Call(name, time.time(), answer.code if answer else None, fault))


def cut(environ: WSGIEnvironment) -> None:
    """Reset the TCP connection of this request, so that the other side reads nothing more."""
    connection: socket.socket | None = environ.get("werkzeug.socket")
    if connection is None or connection.fileno() < 0:
        return
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    os.close(connection.detach())


def _run(app: WSGIApplication, environ: WSGIEnvironment) -> _Answer:
    told: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(status: str, headers: list[tuple[str, str]], _exc: Any = None) -> Callable[[bytes], object]:
        told.append((status, headers))
        return lambda _: None

    body = b"".join(app(environ, start_response))
    status, headers = told[-1]
    return _Answer(status, headers, body)


def _refusal(name: str, rule: Rule) -> _Answer:
    headers = [("Content-Type", "application/json")]
    if rule.fault == "429":
        headers += _how_long(name, rule.seconds or 1.0)
    code = REFUSALS[rule.fault]
    body = U14 if rule.fault == "u14" else b'{"title":"the dial says no"}'
    return _Answer(f"{code} {HTTPStatus(code).phrase}", headers, body)


def _how_long(name: str, seconds: float) -> list[tuple[str, str]]:
    if name.startswith("store "):
        return [
            ("X-Rate-Limit-Time-Window-Ms", "30000"),
            ("X-Rate-Limit-Time-Reset-Ms", str(int(seconds * 1000))),
            ("X-Rate-Limit-Requests-Quota", "150"),
            ("X-Rate-Limit-Requests-Left", "0"),
        ]
    return [("Retry-After", str(max(1, round(seconds))))]
