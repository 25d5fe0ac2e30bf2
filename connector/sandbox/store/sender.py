"""Sends webhooks for real: signed, tried again on failure, and with a fate that a test may choose.

Bodies and signatures are those of facts/bigcommerce.md §2.1 and §2.2; the schedule of retries is the official one,
run ``retry_scale`` times as fast. A hook whose last retry fails is switched off, and both are complained of.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import urlsplit

from connector.sandbox.store.complaints import GAVE_UP, SCOPE, WILL_RETRY, Complaints, about
from connector.sandbox.store.hooks import Hook, Hooks

SCHEDULE = (60, 180, 300, 600, 900, 1800, 3600, 7200, 21600, 50400, 86400)
FATES = ("lost", "doubled", "late", "reordered", "copied")
SENDERS = 16
PATIENCE = 10.0


@dataclass(slots=True)
class Fate:
    """What becomes of the deliveries that match; ``count`` is for copies, ``seconds`` for lateness."""

    match: str
    fate: str
    times: int | None = None
    seconds: float = 0.2
    count: int = 2


@dataclass(slots=True)
class Delivery:
    """One event on its way to one destination; ``answers`` holds a status per try, 0 for none."""

    id: str
    scope: str
    destination: str
    body: bytes
    headers: dict[str, str]
    hook: Hook | None
    fate: str = ""
    answers: list[int] = field(default_factory=list)

    @property
    def arrived(self) -> bool:
        """Whether the destination said 2xx."""
        return any(200 <= status < 300 for status in self.answers)


class Sender:
    """Queues events for the hooks that listen, and for ``direct`` destinations that need no hook."""

    def __init__(
        self,
        hooks: Hooks,
        *,
        store_hash: str,
        secret: str,
        now: Callable[[], float],
        retry_scale: float = 0.001,
        extra_signature: str = "",
    ) -> None:
        self.direct: list[str] = []
        self.deliveries: list[Delivery] = []
        self.retry_scale = retry_scale
        self.extra_signature = extra_signature  # "hex" or "base64" adds X-BC-Signature
        self._hooks = hooks
        self._complaints = Complaints(hooks, now=now)
        self._producer = f"stores/{store_hash}"
        self._secret = secret.encode()
        self._now = now
        self._fates: list[Fate] = []
        self._held_back: list[Delivery] = []
        self._count = 0
        self._pending = 0
        self._changed = threading.Condition()
        self._pool = ThreadPoolExecutor(SENDERS, thread_name_prefix="webhooks")
        self._timers: set[threading.Timer] = set()
        self._closed = False

    def fate(self, match: str, fate: str, *, times: int | None = None, seconds: float = 0.2, count: int = 2) -> None:
        """Choose what becomes of the deliveries whose scope matches.

        :raises ValueError: no such fate.
        """
        if fate not in FATES:
            raise ValueError(f"{fate!r} is not a fate; choose one of {', '.join(FATES)}")
        with self._changed:
            self._fates.append(Fate(match, fate, times, seconds, count))

    def forget_fates(self) -> None:
        """Let every delivery go its way again."""
        with self._changed:
            self._fates.clear()

    def announce(self, scope: str, what: dict[str, Any]) -> None:
        """Send one event to everybody who listens."""
        listeners: list[tuple[str, Hook | None]] = [(hook.destination, hook) for hook in self._hooks.listening(scope)]
        for destination, hook in [*listeners, *((one, None) for one in list(self.direct))]:
            self._begin(self._delivery(scope, what, destination, hook))

    def switch_off(self, hook_id: int) -> None:
        """Switch a hook off as the shop does after its last try, and complain of it.

        :raises Refused: 404.
        """
        self._hooks.switch_off(hook_id)
        self._complain(self._hooks.get(hook_id), GAVE_UP)

    def settle(self, timeout: float = 30) -> bool:
        """Wait until nothing is on its way, held back deliveries included; False when it takes too long."""
        self._let_go()
        with self._changed:
            return self._changed.wait_for(lambda: not self._pending, timeout)

    def close(self) -> None:
        """Send nothing more."""
        with self._changed:
            self._closed = True
            timers = list(self._timers)
        for timer in timers:
            timer.cancel()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def sign(self, delivery_id: str, moment: int, body: bytes) -> dict[str, str]:
        """Give the headers that prove where a body comes from."""
        signed = hmac.new(self._secret, f"{delivery_id}.{moment}.".encode() + body, hashlib.sha256).digest()
        headers = {
            "webhook-id": delivery_id,
            "webhook-timestamp": str(moment),
            "webhook-signature": "v1," + base64.b64encode(signed).decode(),
        }
        plain = hmac.new(self._secret, body, hashlib.sha256).digest()
        if self.extra_signature == "hex":
            headers["X-BC-Signature"] = plain.hex()
        if self.extra_signature == "base64":
            headers["X-BC-Signature"] = base64.b64encode(plain).decode()
        return headers

    def _delivery(self, scope: str, what: dict[str, Any], destination: str, hook: Hook | None) -> Delivery:
        with self._changed:
            self._count += 1
            number = self._count
        moment = int(self._now())
        seed = json.dumps([scope, what, moment, number])
        body = {
            "producer": self._producer,
            "hash": hashlib.sha1(seed.encode(), usedforsecurity=False).hexdigest(),
            "created_at": moment,
            "store_id": "1025646",
            "scope": scope,
            "data": what,
        }
        written = json.dumps(body, separators=(",", ":")).encode()
        headers = dict(hook.headers or {}) if hook else {}
        delivery = Delivery(f"msg_{number:08d}", scope, destination, written, headers, hook)
        self.deliveries.append(delivery)
        return delivery

    def _begin(self, delivery: Delivery) -> None:
        fate = self._fate_of(delivery.scope)
        delivery.fate = fate.fate if fate else ""
        if fate and fate.fate == "lost":
            return
        if fate and fate.fate == "reordered":
            self._hold_back(delivery, fate.seconds)
            return
        copies = {"doubled": 2, "copied": fate.count}.get(fate.fate, 1) if fate else 1
        for _ in range(copies):
            self._later(fate.seconds if fate and fate.fate == "late" else 0, delivery, 0)
        self._let_go()

    def _hold_back(self, delivery: Delivery, seconds: float) -> None:
        with self._changed:
            self._held_back.append(delivery)
        self._start_timer(seconds, self._let_go)

    def _let_go(self) -> None:
        """Send what was held back, newest first: something newer has gone, or nothing newer came."""
        with self._changed:
            held, self._held_back = self._held_back, []
        for delivery in reversed(held):
            self._later(0.05, delivery, 0)

    def _fate_of(self, scope: str) -> Fate | None:
        with self._changed:
            for fate in self._fates:
                if fnmatchcase(scope, fate.match):
                    if fate.times is not None:
                        fate.times -= 1
                        if fate.times <= 0:
                            self._fates.remove(fate)
                    return fate
        return None

    def _later(self, seconds: float, delivery: Delivery, tries: int) -> None:
        with self._changed:
            if self._closed:
                return
            self._pending += 1
            if seconds:
                self._start_timer(seconds, self._wake, delivery, tries)
            else:
                self._pool.submit(self._try, delivery, tries)

    def _start_timer(self, seconds: float, work: Callable[..., None], *args: Any) -> None:
        timer = threading.Timer(seconds, work, args)
        timer.daemon = True
        with self._changed:
            self._timers = {one for one in self._timers if one.is_alive()} | {timer}
            timer.start()

    def _wake(self, delivery: Delivery, tries: int) -> None:
        with self._changed:
            if not self._closed:
                self._pool.submit(self._try, delivery, tries)

    def _try(self, delivery: Delivery, tries: int) -> None:
        try:
            status = self._post(delivery)
            delivery.answers.append(status)
            if not 200 <= status < 300:
                self._after_failure(delivery, tries)
        finally:
            with self._changed:
                self._pending -= 1
                self._changed.notify_all()

    def _after_failure(self, delivery: Delivery, tries: int) -> None:
        if tries < len(SCHEDULE):
            self._later(SCHEDULE[tries] * self.retry_scale, delivery, tries + 1)
            if delivery.hook and not tries:
                self._complain(delivery.hook, WILL_RETRY)
        elif delivery.hook:
            self.switch_off(delivery.hook.id)

    def _complain(self, hook: Hook, code: int) -> None:
        if self._complaints.due(hook, code, scale=self.retry_scale):
            for listener in self._complaints.listeners():
                self._begin(self._delivery(SCOPE, about(hook, code), listener.destination, listener))

    def _post(self, delivery: Delivery) -> int:
        """Make one try; 0 when nobody answered."""
        url = urlsplit(delivery.destination)
        connect = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
        connection = connect(url.netloc, timeout=PATIENCE)
        headers = {**delivery.headers, **self.sign(delivery.id, int(self._now()), delivery.body)}
        try:
            connection.request("POST", url.path, delivery.body, {"Content-Type": "application/json", **headers})
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            connection.close()
