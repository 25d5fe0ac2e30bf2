"""Brings answers to the connector's door for real, tries again when it is shut, and keeps what nobody took."""

from __future__ import annotations

import http.client
import json
import threading
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from connector.sandbox.infor.bod.options import BodOptions, Fate

PATIENCE = 10.0
BOUNDARY = "ion-sandbox-boundary"


@dataclass(slots=True)
class Answer:
    """One BOD on its way back; ``statuses`` holds one per try, 0 for none."""

    document: str
    name: str
    content: bytes
    fate: str = ""
    statuses: list[int] = field(default_factory=list)

    @property
    def arrived(self) -> bool:
        """Whether somebody took it."""
        return any(200 <= status < 300 for status in self.statuses)


class Courier:
    """ION's outbound side: one connection point with an end point. Without a door everything waits."""

    def __init__(self, options: BodOptions, tenant: str) -> None:
        self.answers: list[Answer] = []
        self._options = options
        self._tenant = tenant
        self._door: tuple[str, str] | None = None
        self._behind: list[Answer] = []
        self._pending = 0
        self._changed = threading.Condition()
        self._pool = ThreadPoolExecutor(4, thread_name_prefix="ion")
        self._closed = False

    def open_door(self, url: str, secret: str) -> None:
        """Say where answers go, and bring what waited."""
        self._door = (url, secret)
        self.resend()

    def bring(self, answer: Answer, fate: Fate | None) -> None:
        """Bring an answer, or let it have its fate."""
        answer.fate = fate.fate if fate else ""
        with self._changed:
            self.answers.append(answer)
            held, self._behind = self._behind, []
        if answer.fate == "lost":
            self._behind = held
            return
        if answer.fate == "reordered":
            self._behind = [*held, answer]
            return
        for _ in range(2 if answer.fate == "doubled" else 1):
            self._later(fate.seconds if fate and answer.fate == "late" else 0, answer)
        for one in held:
            self._later(0.05, one)

    def resend(self) -> int:
        """Bring everything that nobody took, as an administrator does in OneView; give how much that is."""
        with self._changed:
            waiting = [answer for answer in self.answers if not answer.arrived]
            self._behind = []
        for answer in waiting:
            answer.statuses.clear()
            self._later(0, answer)
        return len(waiting)

    def settle(self, timeout: float = 10) -> bool:
        """Wait until nothing is on its way; False when it takes too long."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._pending, timeout)

    def close(self) -> None:
        """Bring nothing more."""
        self._closed = True
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _later(self, seconds: float, answer: Answer) -> None:
        with self._changed:
            if self._closed or self._door is None:
                return
            self._pending += 1
        if not seconds:
            self._pool.submit(self._try, answer)
            return
        timer = threading.Timer(seconds, self._submit, [answer])
        timer.daemon = True
        timer.start()

    def _submit(self, answer: Answer) -> None:
        if self._closed:
            self._done()
        else:
            self._pool.submit(self._try, answer)

    def _try(self, answer: Answer) -> None:
        try:
            answer.statuses.append(self._post(answer))
            if not answer.arrived and len(answer.statuses) <= self._options.retries:
                self._later(self._options.retry_seconds, answer)
        finally:
            self._done()

    def _done(self) -> None:
        with self._changed:
            self._pending -= 1
            self._changed.notify_all()

    def _post(self, answer: Answer) -> int:
        """Make one try, as ION does: multipart, with its parameters beside the document; 0 when nobody answered."""
        assert self._door is not None  # noqa: S101  asked before
        address, secret = self._door
        url = urlsplit(address)
        connect = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
        connection = connect(url.netloc, timeout=PATIENCE)
        headers = {
            "Authorization": f"Basic {b64encode(f'ion:{secret}'.encode()).decode()}",
            "X-TenantId": self._tenant,
            "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
        }
        try:
            connection.request("POST", f"{url.path}/v3/multipartMessage", self._body(answer), headers)
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            connection.close()

    def _body(self, answer: Answer) -> bytes:
        told = {
            "documentName": answer.name,
            "messageId": f"{answer.document}-{answer.name}",
            "fromLogicalId": self._options.target,
            "toLogicalId": self._options.lid,
            "tenantId": self._tenant,
            "encoding": "NONE",
            "characterSet": "UTF-8",
        }
        parts = (
            ("ParameterRequest", "application/json", json.dumps(told).encode()),
            ("MessagePayload", "application/octet-stream", answer.content),
        )
        lines = [
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\nContent-Type: {kind}\r\n\r\n'.encode()
            + content
            + b"\r\n"
            for name, kind, content in parts
        ]
        return b"".join([*lines, f"--{BOUNDARY}--\r\n".encode()])
