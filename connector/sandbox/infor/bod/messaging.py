"""``/IONSERVICES/api/ion/messaging/service``: takes messages now, gives them to the target later, in any order."""

from __future__ import annotations

import json
import random
import re
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import unquote

from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Request, Response

from connector.sandbox.infor.bod import documents
from connector.sandbox.infor.bod.courier import Answer, Courier
from connector.sandbox.infor.bod.documents import Bod, Refused
from connector.sandbox.infor.bod.options import BodOptions, Fate
from connector.sandbox.infor.gateway import json_response, peek
from connector.sandbox.infor.options import IonOptions

PARAMETERS = ("documentName", "messageId", "fromLogicalId", "toLogicalId", "encoding", "characterSet")


class Target(Protocol):
    """What takes the documents of one noun."""

    def __call__(self, bod: Bod) -> str:
        """Take a document and give its number.

        :raises Refused: it is not taken.
        """
        ...


@dataclass(slots=True)
class _Message:
    id: str
    document: str
    name: str
    payload: bytes
    due: float


class IonMessaging:
    """The product IONSERVICES of the gateway, with one connection point and a target for each noun.

    ``control`` has ``bod_fate`` (the words of ``Fate``), ``bod_clear``, ``bod_dedupe`` and ``bod_active`` (true or
    false), ``bod_door`` (``{"url", "secret"}``), ``bod_resend`` and ``bod_messages``.
    """

    def __init__(
        self,
        ion: IonOptions,
        options: BodOptions,
        targets: dict[str, Target],
        *,
        now: Callable[[], float],
        alone: Callable[[], AbstractContextManager[None]],
    ) -> None:
        self.courier = Courier(options, ion.tenant)
        self.active, self.dedupe = True, options.dedupe
        self._ion, self._options, self._targets = ion, options, targets
        self._now, self._alone = now, alone
        self._queue: list[_Message] = []
        self._verdicts: dict[str, tuple[str, str]] = {}
        self._fates: list[Fate] = []
        self._random = random.Random(1)
        self.taken: list[dict[str, Any]] = []
        self.control: dict[str, Callable[[Any], Any]] = {
            "bod_fate": lambda words: self._fates.append(Fate(**words)),
            "bod_clear": lambda _: self._fates.clear(),
            "bod_dedupe": lambda on: setattr(self, "dedupe", bool(on)),
            "bod_active": lambda on: setattr(self, "active", bool(on)),
            "bod_door": lambda words: self.courier.open_door(words["url"], words["secret"]),
            "bod_resend": lambda _: self.courier.resend(),
            "bod_messages": lambda _: list(self.taken),
        }

    def answer(self, request: Request) -> Response:
        """Answer a call: ``/ping``, ``/versions``, ``/v3/{lid}/acceptedDocuments``, ``/v3/multipartMessage``."""
        path = request.path.partition("/messaging/service/")[2]
        if request.method == "GET" and path in ("ping", "versions"):
            return json_response(200, {"status": "OK", "code": 200})
        if request.method == "GET" and path.startswith("v3/") and path.endswith("/acceptedDocuments"):
            return self._accepted(unquote(path.removeprefix("v3/").removesuffix("/acceptedDocuments")))
        if request.method == "POST" and path == "v3/multipartMessage":
            return self._take(request)
        raise NotFound("The requested URL was not found on the server.")

    def name_of(self, environ: dict[str, Any]) -> str:
        """Name a call ``bod`` and its document's name, or the end of its path."""
        if environ.get("REQUEST_METHOD") == "POST":
            body = peek(environ)
            found = re.search(rb'"documentName": ?"([\w.]+)"', body)
            return f"bod {found[1].decode() if found else 'unreadable'}"
        return f"bod {environ.get('PATH_INFO', '').rpartition('/')[2]}"

    def run_due(self) -> None:
        """Give the target what ION has carried long enough; order is not kept."""
        due = [message for message in self._queue if message.due <= self._now()]
        self._queue = [message for message in self._queue if message.due > self._now()]
        self._random.shuffle(due)
        for message in due:
            self._process(message)

    def close(self) -> None:
        """Bring nothing more."""
        self.courier.close()

    def _accepted(self, lid: str) -> Response:
        if lid.removeprefix("lid://") != self._options.lid.removeprefix("lid://"):
            return _fail(403, 403, f"No connection point for {lid}")
        if not self.active:
            return _fail(412, 412, "Connection point is not active")
        return json_response(200, {"documents": [{"documentName": name} for name in self._options.documents]})

    def _take(self, request: Request) -> Response:
        told = _json(request.form.get("ParameterRequest", ""))
        payload = request.form.get("MessagePayload")
        if payload is None or told is None:
            return _fail(400, 477, "Exactly two parts are expected: ParameterRequest and MessagePayload")
        wrong = self._wrong(request, told)
        if wrong is not None:
            return wrong
        self._keep(told, payload.encode())
        return json_response(202, {"status": "OK", "code": 202})

    def _wrong(self, request: Request, told: dict[str, Any]) -> Response | None:
        missing = [name for name in PARAMETERS if not told.get(name)]
        options, tenant = self._options, self._ion.tenant
        wrongs = (
            (missing, 400, 453, f"Empty parameter: {', '.join(missing)}"),
            (request.headers.get("X-TenantId") != tenant, 400, 448, "Invalid tenant"),
            (told.get("fromLogicalId") != options.lid, 403, 403, "fromLogicalId is not the connection point's"),
            (options.client_id not in ("", self._ion.client_id), 400, 471, "Invalid client id provided"),
            (not self.active, 412, 412, "Connection point is not active"),
            (told.get("documentName") not in options.documents, 400, 400, "The document is not accepted"),
        )
        return next((_fail(status, code, text) for wrong, status, code, text in wrongs if wrong), None)

    def _keep(self, told: dict[str, Any], payload: bytes) -> None:
        self.taken.append({**told, "payload": payload.decode()})
        due = self._now() + self._ion.batch_seconds
        document = str(told.get("documentId", ""))
        self._queue.append(_Message(told["messageId"], document, told["documentName"], payload, due))
        if self._now is time.time:
            timer = threading.Timer(self._ion.batch_seconds + 0.01, self._tick)
            timer.daemon = True
            timer.start()

    def _tick(self) -> None:
        with self._alone():
            self.run_due()

    def _process(self, message: _Message) -> None:
        fate = self._fate(message.document)
        try:
            bod = documents.read(message.payload)
        except Refused:
            return  # what is no BOD, ION can tell nobody but its administrator
        refusal, number = self._verdict(bod, fate)
        if fate and fate.fate == "confirm":
            content, name = documents.confirm(bod, self._options.target, refusal), "Confirm.BOD"
        else:
            content = documents.acknowledge(bod, self._options.target, refusal=refusal, number=number)
            name = f"Acknowledge.{bod.noun}"
        self.courier.bring(Answer(message.document, name, content), fate)

    def _verdict(self, bod: Bod, fate: Fate | None) -> tuple[str, str]:
        if self.dedupe and bod.id in self._verdicts:
            return self._verdicts[bod.id]
        verdict = self._ask(bod, fate)
        self._verdicts[bod.id] = verdict
        return verdict

    def _ask(self, bod: Bod, fate: Fate | None) -> tuple[str, str]:
        if fate and fate.fate in ("reject", "confirm"):
            return "the period is closed", ""
        target = self._targets.get(bod.noun)
        try:
            return ("", target(bod)) if target else (f"nobody takes {bod.noun}", "")
        except Refused as why:
            return str(why), ""

    def _fate(self, document: str) -> Fate | None:
        for fate in self._fates:
            if document.startswith(fate.match):
                if fate.times is not None:
                    fate.times -= 1
                    if fate.times <= 0:
                        self._fates.remove(fate)
                return fate
        return None


def _json(text: str) -> dict[str, Any] | None:
    try:
        told = json.loads(text)
    except ValueError:
        return None
    return told if isinstance(told, dict) else None


def _fail(status: int, code: int, errors: str) -> Response:
    return json_response(status, {"status": "FAIL", "code": code, "errors": errors})
