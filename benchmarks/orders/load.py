"""Sends prepared HTTP requests on a few connections as fast as they are answered, and times each answer.

The connections are kept, or each request has one of its own, as proxies do unless told otherwise.
"""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

_OK = b"HTTP/1.1 200 "
_END = b"\r\n\r\n"


@dataclass
class Fired:
    """What came of it: the seconds in all, and those that each answer took."""

    seconds: float = 0.0
    took: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.took) / self.seconds

    def percentile(self, part: float) -> float:
        """Milliseconds within which so much of them was answered."""
        return sorted(self.took)[int(part * (len(self.took) - 1))] * 1000


class _Line:
    """One connection at a time, with at most one request under way."""

    def __init__(self, port: int, todo: Iterator[bytes], ready: selectors.BaseSelector, *, kept: bool) -> None:
        self._port, self._todo, self._ready, self._kept = port, todo, ready, kept
        self._socket: socket.socket | None = None
        self._answer = b""
        self._sent = 0.0

    def send(self) -> bool:
        """Send the next request, if there is one; else close."""
        request = next(self._todo, None)
        if self._socket and (request is None or not self._kept):
            self._ready.unregister(self._socket)
            self._socket.close()
            self._socket = None
        if request is None:
            return False
        self._answer, self._sent = b"", time.perf_counter()
        self._socket = self._socket or self._dialled()
        self._socket.sendall(request if self._kept else request.replace(_END, b"\r\nConnection: close" + _END, 1))
        return True

    def _dialled(self) -> socket.socket:
        dialled = socket.create_connection(("127.0.0.1", self._port))
        dialled.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._ready.register(dialled, selectors.EVENT_READ, self)
        return dialled

    def read(self) -> float | None:
        """Read what has come; gives the seconds it took once the answer is there (none has a body)."""
        assert self._socket is not None
        said = self._socket.recv(4096)
        self._answer += said
        if not said or (self._answer.endswith(_END) and not self._answer.startswith(_OK)):
            raise AssertionError(f"not taken: {self._answer[:200]!r}")
        return time.perf_counter() - self._sent if self._answer.endswith(_END) else None


def fire(port: int, requests: Sequence[bytes], *, connections: int, kept: bool = True) -> Fired:
    """Send all of them, in their order, over so many connections at once.

    :raises AssertionError: one was answered with anything but 200.
    """
    fired, todo, began = Fired(), iter(requests), time.perf_counter()
    with selectors.DefaultSelector() as ready:
        under_way = sum(_Line(port, todo, ready, kept=kept).send() for _ in range(connections))
        while under_way:
            for key, _ in ready.select():
                took = key.data.read()
                if took is not None:
                    fired.took.append(took)
                    under_way -= not key.data.send()
    fired.seconds = time.perf_counter() - began
    return fired
