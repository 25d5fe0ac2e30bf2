"""The sandbox's own switches over HTTP: ``/_sandbox/<room>/<verb>`` with JSON in and out, for other processes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request, Response

from connector.sandbox.dial import Dial

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

Verbs = Mapping[str, Callable[[Any], Any]]


class Control:
    """Serves every room's verbs; a verb's errors come back as 400 with their words."""

    def __init__(self, rooms: Mapping[str, Verbs]) -> None:
        self._rooms = rooms

    def wsgi(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one call."""
        request = Request(environ)
        status, answer = self._do(request)
        body = json.dumps(answer, default=str)
        return Response(body, status, content_type="application/json")(environ, start_response)

    def _do(self, request: Request) -> tuple[int, Any]:
        _, _, path = request.path.partition("/_sandbox/")
        room, _, verb = path.partition("/")
        if verb not in self._rooms.get(room, {}):
            known = sorted(f"{name}/{one}" for name, verbs in self._rooms.items() for one in verbs)
            return 404, {"error": f"no {path!r} here", "known": known}
        try:
            return 200, self._rooms[room][verb](json.loads(request.get_data() or b"{}"))
        except Exception as exc:  # noqa: BLE001 - whoever turned the switch wrongly is told, the server goes on
            return 400, {"error": f"{type(exc).__name__}: {exc}"}


def dial_verbs(dial: Dial) -> dict[str, Callable[[Any], Any]]:
    """Give the dial's switches."""
    return {
        "add": lambda words: asdict(dial.add(**words)),
        "load": lambda words: dial.load(words["spec"]),
        "clear": lambda _words: dial.clear(),
        "rules": lambda _words: [asdict(rule) for rule in dial.rules()],
        "calls": lambda _words: [asdict(call) for call in list(dial.calls)],
        "counts": lambda _words: dict(dial.counts()),
        "forget_calls": lambda _words: dial.forget_calls(),
        "latency": lambda words: setattr(dial, "latency", float(words["seconds"])),
    }
