"""The whole sandbox on one port: the store, the Infor tenant, and the switches of both."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from connector.sandbox import files
from connector.sandbox.control import Control, dial_verbs
from connector.sandbox.dial import Dial
from connector.sandbox.faults import PRESETS
from connector.sandbox.infor.suites import SIMULATORS
from connector.sandbox.listen import Listener
from connector.sandbox.store import seed as stories
from connector.sandbox.store.app import StoreSandbox
from connector.sandbox.store.seed.story import Story

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


class Sandbox:
    """A store filled with ``seed`` and a tenant that knows its items, behind one dial.

    ``store`` and ``infor`` are options for ``StoreSandbox`` and for the simulator of ``suite``; ``ids`` gives the
    seeded order ids by the name of their story.
    """

    def __init__(
        self,
        port: int = 0,
        faults: str = "",
        *,
        suite: str = "m3",
        seed: Sequence[Story] = stories.STORIES,
        store: Mapping[str, Any] | None = None,
        infor: Mapping[str, Any] | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.dial = Dial(faults)
        self.store = StoreSandbox(now=now, **(store or {}))
        self.infor = SIMULATORS[suite](now=now, **{"items": stories.items(), **(infor or {})})
        self.ids = stories.fill(self.store, seed)
        rooms = {"store": self.store.control, "infor": self.infor.control, "dial": dial_verbs(self.dial)}
        self._control = Control(rooms).wsgi
        self._store = self.dial.wrap(self.store.wsgi, self.store.name_of)
        self._infor = self.dial.wrap(self.infor.wsgi, self.infor.name_of)
        self._listener = Listener(self.wsgi, port)

    @property
    def url(self) -> str:
        """Where everything is."""
        return self._listener.url

    def start(self) -> Sandbox:
        """Begin to answer."""
        self._listener.start()
        return self

    def stop(self) -> None:
        """End every silence, send no more webhooks, give the port back."""
        self.dial.close()
        self.store.close()
        self._listener.stop()

    def wsgi(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request, by its path."""
        path = environ["PATH_INFO"]
        if path.startswith("/_sandbox/"):
            return self._control(environ, start_response)
        room = self._store if path.startswith("/stores/") else self._infor
        return room(environ, start_response)

    def write_files(self, folder: Path, *, name: str = "acme", booking: str = "") -> None:
        """Write connection.yaml, mapping.yaml and what they point at, for ``ml-connector connection add``."""
        files.write(
            folder,
            url=self.url,
            name=name,
            booking=booking or self.infor.booking,
            suite=self.infor.suite,
            company=self.infor.company,
            profile=self.infor.profile,
            store_hash=self.store.store_hash,
            client_id=self.store.client_id,
            secrets=self._secrets(),
            ionapi=self.infor.ionapi(self.url),
            table=stories.MAPPED,
        )

    def _secrets(self) -> dict[str, str]:
        answers = {"ion": self.infor.door_secret} if self.infor.door_secret else {}
        return {"token": self.store.token, "secret": self.store.client_secret, **answers}


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve the sandbox until it is told to stop; print its address."""
    parser = argparse.ArgumentParser(prog="python -m connector.sandbox", description=__doc__)
    parser.add_argument("--suite", choices=sorted(SIMULATORS), default="m3", help="which Infor suite is simulated")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument(
        "--faults", default="", help=f"rules for the dial, or one of {', '.join(filter(None, PRESETS))}"
    )
    parser.add_argument("--held", action="store_true", help="seed the orders that must be held, too")
    parser.add_argument("--empty", action="store_true", help="seed nothing")
    parser.add_argument("--folder", type=Path, help="a folder for connection.yaml, mapping.yaml and their secrets")
    parser.add_argument("--send-to", action="append", default=[], metavar="URL", help="send every webhook there, too")
    chosen = parser.parse_args(arguments)
    seed = () if chosen.empty else (*stories.STORIES, *(stories.HELD if chosen.held else ()))
    sandbox = Sandbox(chosen.port, chosen.faults, suite=chosen.suite, seed=seed)
    over = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: over.set())
    sandbox.store.webhooks.direct += chosen.send_to
    for url in chosen.send_to:
        sandbox.infor.open_door(url.replace("/webhooks/bigcommerce/", "/webhooks/infor/"))
    sandbox.start()
    if chosen.folder:
        sandbox.write_files(chosen.folder)
    sys.stdout.write(f"{sandbox.url}\n")
    sys.stdout.flush()
    over.wait()
    sandbox.stop()
    return 0
