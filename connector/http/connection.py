"""Connections that know three things requests does not tell us.

Whether a failure came before anything was sent (``NotConnected``), whether the far end is public, and how much
time is left for the *whole* answer: a server that drips one byte a second is cut off all the same.
"""

from __future__ import annotations

import http.client
import io
import socket
import ssl
import time
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError, NameResolutionError

from connector.http import hosts


class NotConnected(Exception):
    """No connection came about: nothing of the request was sent. Its text says why, without the address asked."""


class _TimedReader(io.RawIOBase):
    """Reads a socket until a moment; the time left shrinks with every read."""

    def __init__(self, sock: socket.socket) -> None:
        super().__init__()
        self._socket = sock
        self._raw = sock.makefile("rb", buffering=0)
        self._allowed = sock.gettimeout()
        self._until = time.monotonic() + (self._allowed or 0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError("the whole answer took too long")
        self._socket.settimeout(left)
        try:
            return self._raw.readinto(buffer)
        finally:
            self._socket.settimeout(self._allowed)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _TimedResponse(http.client.HTTPResponse):
    """A response whose head and body share one deadline: the socket's timeout when the reading began."""

    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp.close()
        self.fp = io.BufferedReader(_TimedReader(sock))


class _PlainConnection(HTTPConnection):
    response_class = _TimedResponse

    def connect(self) -> None:
        try:
            super().connect()
        except (OSError, HTTPError) as exc:
            raise NotConnected(_reason(exc)) from None


class _TlsConnection(HTTPSConnection):
    response_class = _TimedResponse
    allow_insecure = False

    def connect(self) -> None:
        try:
            super().connect()
        except (OSError, HTTPError) as exc:
            raise NotConnected(_reason(exc)) from None
        if not self.allow_insecure:
            self._check_peer()

    def _check_peer(self) -> None:
        assert self.sock is not None  # noqa: S101 - connect() has just made it
        try:
            hosts.check_peer(self.sock.getpeername()[0], self.host)
        except Exception:
            self.close()
            raise


class _TlsConnectionAnywhere(_TlsConnection):
    allow_insecure = True


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _PlainConnection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


class _TlsPoolAnywhere(HTTPSConnectionPool):
    ConnectionCls = _TlsConnectionAnywhere


class Adapter(HTTPAdapter):
    """Keep-alive connections of one thread, on our own connection classes; never retries, never redirects."""

    def __init__(self, *, allow_insecure: bool) -> None:
        self._tls_pool = _TlsPoolAnywhere if allow_insecure else _TlsPool
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Let urllib3 open our connections."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _PlainPool, "https": self._tls_pool}


def _reason(exc: Exception) -> str:
    root = exc.__cause__ or exc.__context__ or exc
    if isinstance(exc, NameResolutionError):
        return "its host name is unknown"
    if isinstance(root, TimeoutError):
        return "it did not take the connection in time"
    if isinstance(root, ssl.SSLCertVerificationError):
        return f"its TLS certificate was refused: {root.verify_message}"
    return f"no connection ({type(root).__name__})"
