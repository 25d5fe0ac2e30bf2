"""gunicorn's threads, for clients whom nobody knows.

A thread reads its request itself, and gunicorn lets it wait for ever: a few connections that stop in the middle would
keep every webhook out. It lets a header that a proxy on this machine passes on say where the app begins, too: then
``/webhooks/console/`` would be the console, for whom the proxy shows only the webhooks.
"""

from __future__ import annotations

import socket
import time
from contextlib import suppress
from typing import Any, ClassVar

from gunicorn.workers.gthread import TConn, ThreadWorker


class PunctualWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn ships no types
    """Cuts off who takes longer than ``asking`` to send a request, or ``at_all`` until they have its answer."""

    asking: ClassVar[float] = 20
    at_all: ClassVar[float] = 300

    def __init__(self, *args: Any, **words: Any) -> None:
        super().__init__(*args, **words)
        self.cfg.set("forwarder_headers", "")
        self._begun: dict[TConn, float] = {}

    def handle(self, conn: TConn) -> object:
        """Read one request and answer it, in a thread."""
        self._begun[conn] = time.monotonic()
        try:
            return super().handle(conn)
        finally:
            del self._begun[conn]

    def notify(self) -> None:
        """Look at the clients whenever gunicorn's own loop tells that it lives: each second at least."""
        super().notify()
        now = time.monotonic()
        for conn, begun in self._begun.copy().items():
            if now - begun > self.asking:
                self._cut_off(conn, socket.SHUT_RDWR if now - begun > self.at_all else socket.SHUT_RD)

    def _cut_off(self, conn: TConn, what: int) -> None:
        with suppress(OSError):  # it left by itself just now
            conn.sock.shutdown(what)
