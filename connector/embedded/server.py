"""A server process that lives in a folder, keeps its port, and ends with whoever started it."""

from __future__ import annotations

import importlib.util
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from pwd import struct_passwd
from typing import ClassVar, Self

from connector.embedded import privileges

LEASH = Path(__file__).with_name("leash.py")
READY_WITHIN = 30.0
STOPPED_WITHIN = 30.0
ATTEMPTS = 12
BETWEEN_ATTEMPTS = 0.25
PORTS = range(20_000, 32_768)
"""Below those the kernel gives to outgoing calls and to whoever asks for any: what is free now stays so."""


class NotStarted(RuntimeError):
    """An embedded server could not be started; the message says why and what to do instead."""


class Server(ABC):
    """One server; everything it keeps is under ``place``. Start it from a thread that outlives it.

    ``fast`` gives up surviving a power cut: for tests.
    """

    name: ClassVar[str]
    stop_signal: ClassVar[signal.Signals]

    def __init__(self, folder: Path, *, fast: bool = False) -> None:
        self.folder = folder.absolute()
        self.place = self.folder
        self.fast = fast
        self.port = 0
        self.user: struct_passwd | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    @abstractmethod
    def url(self) -> str:
        """Where clients connect, password included."""

    @abstractmethod
    def _prepare(self) -> None:
        """Make everything under ``place`` that a start needs."""

    @abstractmethod
    def _command(self) -> list[str]:
        """Give the program and its arguments."""

    @abstractmethod
    def _ready(self) -> bool:
        """Say whether clients are served."""

    @property
    def pid(self) -> int:
        """The server's process id.

        :raises NotStarted: it does not run.
        """
        if self._process is None:
            raise NotStarted(f"{self.name} was not started")
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> Self:
        """Start and wait until clients are served, on the port of last time if it is still free.

        :raises NotStarted: it did not come up in time.
        """
        if self.alive:
            return self
        self._prepare()
        deadline = time.monotonic() + READY_WITHIN
        for _ in range(ATTEMPTS):
            if self._comes_up(deadline):
                return self
            threading.Event().wait(BETWEEN_ATTEMPTS)
        raise NotStarted(f"{self.name} did not start; the end of {self._log}:\n{self._last_words()}")

    def stop(self) -> None:
        """Ask it to end, wait, and kill it if it does not."""
        if self._process is None:
            return
        self._process.send_signal(self.stop_signal)
        try:
            self._process.wait(STOPPED_WITHIN)
        except subprocess.TimeoutExpired:
            self.kill()
        self._process = None

    def kill(self) -> None:
        """Kill it as a power cut would (SIGKILL)."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def restart(self) -> None:
        """Stop and start again: same port, same data."""
        self.stop()
        self.start()

    def discard(self) -> None:
        """Stop it and remove everything it kept, wherever that is."""
        self.stop()
        privileges.forget(self.folder)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def _log(self) -> Path:
        return self.place / "log"

    def _last_words(self) -> str:
        return "\n".join(self._log.read_text(errors="replace").splitlines()[-5:])

    def _comes_up(self, deadline: float) -> bool:
        self.port = kept_port(self.place / "port")
        self._log.touch(mode=0o600)
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603  # the wheel's own program
                leashed(self._command(), self.stop_signal, self.user),
                cwd="/",
                env=plain_environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        while time.monotonic() < deadline:
            if self._ended_within(0.02):
                return False
            if self._ready():
                return True
        self.kill()
        return False

    def _ended_within(self, seconds: float) -> bool:
        assert self._process is not None  # noqa: S101  # tells the type checker what the caller did
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        self._process = None
        return True

    def _password(self) -> str:
        kept = self.place / "password"
        if not (kept.exists() and kept.read_text()):  # a full disk leaves it empty
            kept.touch(mode=0o600)
            kept.write_text(secrets.token_urlsafe(24))
        return kept.read_text()


def leashed(command: list[str], stop_signal: signal.Signals, user: struct_passwd | None = None) -> list[str]:
    """Give the command that runs ``command`` as ``user`` and ends it when the calling thread ends."""
    uid, gid = (user.pw_uid, user.pw_gid) if user else (0, 0)
    bare_python = [sys.executable, "-I", "-S", str(LEASH)]
    return [*bare_python, *map(str, (os.getpid(), int(stop_signal), uid, gid)), *command]


def plain_environment() -> Mapping[str, str]:
    """Give an environment in which no variable of the caller changes what a server does."""
    return {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


def package_folder(package: str) -> Path:
    """Find where a wheel is installed, without importing it.

    :raises NotStarted: it is not installed.
    """
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise NotStarted(
            f"the package {package!r} is not installed: install ml-connector[embedded], "
            "or set DATABASE_URL and REDIS_URL to servers of your own"
        )
    return Path(spec.submodule_search_locations[0])


def kept_port(file: Path) -> int:
    """Give the port kept in ``file``, or a free one from now on if there is none or somebody else has it."""
    port = int(file.read_text() or 0) if file.exists() else 0
    if not port or not is_free(port):
        port = free_port()
        file.write_text(str(port))
    return port


def free_port() -> int:
    """Find a loopback port that nothing listens on."""
    while not is_free(port := secrets.choice(PORTS)):
        pass
    return port


def is_free(port: int) -> bool:
    """Say whether a server can listen on this loopback port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
