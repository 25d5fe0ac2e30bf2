"""Sends prepared HTTP requests on a few kept connections as fast as they are answered, and times each answer."""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

_OK = b"HTTP/1.1 200 "


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
    """One connection, with at most one request under way."""

    def __init__(self, port: int, todo: Iterator[bytes]) -> None:
        self._port, self._todo = port, todo
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._answer = b""
        self._sent = 0.0

    def send(self) -> bool:
        """Send the next request, if there is one."""
        request = next(self._todo, None)
        if request is None:
            return False
        self._answer, self._sent = b"", time.perf_counter()
        self.socket.sendall(request)
        return True

    def read(self) -> float | None:
        """Read what has come; gives the seconds it took once the answer is there (none has a body)."""
        said = self.socket.recv(4096)
        self._answer += said
        if not said or (self._answer.endswith(b"\r\n\r\n") and not self._answer.startswith(_OK)):
            raise AssertionError(f"not taken: {self._answer[:200]!r}")
        return time.perf_counter() - self._sent if self._answer.endswith(b"\r\n\r\n") else None


def fire(port: int, requests: Sequence[bytes], *, connections: int) -> Fired:
    """Send all of them, in their order, over so many connections.

    :raises AssertionError: one was answered with anything but 200.
    """
    fired, todo, began = Fired(), iter(requests), time.perf_counter()
    with selectors.DefaultSelector() as ready:
        lines = [_Line(port, todo) for _ in range(connections)]
        under_way = 0
        for line in lines:
            if line.send():
                ready.register(line.socket, selectors.EVENT_READ, line)
                under_way += 1
        while under_way:
            for key, _ in ready.select():
                took = key.data.read()
                if took is None:
                    continue
                fired.took.append(took)
                if not key.data.send():
                    ready.unregister(key.fileobj)
                    key.data.socket.close()
                    under_way -= 1
    fired.seconds = time.perf_counter() - began
    return fired
