"""The Procfile's processes on one machine: started, revived when they end by themselves, stopped.

honcho reads the Procfile, starts the shells and prints their lines. Its ``Manager`` is not used: it stops
everything when one process ends, but a Celery worker may end when its broker restarts, and must come back.
"""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import IO, Self

import click
from honcho.colour import get_colours
from honcho.environ import parse_procfile
from honcho.printer import Message, Printer
from honcho.process import Popen

from connector.embedded.server import leashed
from connector.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
"""The checkout: where the Procfile, ``tasks`` and ``webhooks`` are."""

STOPPED_WITHIN = 20.0
GONE_WITHIN = 2.0
SHORT_LIFE = 10.0
SHORT_LIVES = 5
"""A process that ends so early, so often in a row, will not come up: everything stops."""


class NotUp(click.ClickException):
    """A process did not come up; the message says which, and where to read why."""


class KeptProcess:
    """One process, started again whenever it ends by itself."""

    def __init__(
        self, name: str, command: str, env: Mapping[str, str], say: Callable[[str, bytes | str], None]
    ) -> None:
        self.name = name
        self.gave_up = threading.Event()
        self._command = command
        self._env = dict(env)
        self._say = say
        self._stopping = threading.Event()
        self._starting = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._keep, name=name, daemon=True)

    @property
    def pid(self) -> int:
        """The process as it runs now.

        :raises NotUp: it does not run at this moment.
        """
        child = self._child
        if child is None or child.poll() is not None:
            raise NotUp(f"{self.name} does not run")
        return child.pid

    def start(self) -> None:
        """Start it, and keep it running from now on."""
        self._thread.start()

    def stop(self) -> None:
        """Ask it to end, kill what is left, and do not start it again."""
        with self._starting:
            self._stopping.set()
            child = self._child
        if child and child.poll() is None:
            child.terminate()  # the process itself, not its group: it tells its own children
        self._thread.join(STOPPED_WITHIN)
        if child and self._thread.is_alive():
            _kill_group(child)
            self._thread.join()

    def _keep(self) -> None:
        short_lives = 0
        while child := self._next():
            began = time.monotonic()
            self._follow(child)
            short_lives = short_lives + 1 if time.monotonic() - began < SHORT_LIFE else 0
            if short_lives == SHORT_LIVES and not self._stopping.is_set():
                self._say(self.name, f"ended {SHORT_LIVES} times within {SHORT_LIFE:.0f} s of its start: giving up")
                self.gave_up.set()
                return
            self._stopping.wait(min(2**short_lives, 10) / 2)

    def _next(self) -> subprocess.Popen[bytes] | None:
        with self._starting:
            if self._stopping.is_set():
                return None
            self._child = self.begin(self._command, self._env)
        return self._child

    @staticmethod
    def begin(command: str, env: Mapping[str, str]) -> subprocess.Popen[bytes]:
        """Start a process, killed with us: a worker whose broker ends in the same moment can wait for it for ever."""
        leash = leashed(["/bin/sh", "-c", command], signal.SIGKILL)
        begun: subprocess.Popen[bytes] = Popen(leash, shell=False, env=env, cwd=ROOT)
        return begun

    def _follow(self, child: subprocess.Popen[bytes]) -> None:
        self._say(self.name, f"started, process {child.pid}")
        reader = threading.Thread(target=self._read, args=(child.stdout,), daemon=True)
        reader.start()
        status = child.wait()
        _kill_group(child)  # children it left behind hold work that nobody will acknowledge
        reader.join(1)
        self._say(self.name, f"ended, status {status}")

    def _read(self, lines: IO[bytes]) -> None:
        with lines:
            for line in lines:
                self._say(self.name, line)


def _kill_group(child: subprocess.Popen[bytes]) -> None:
    """Kill what is left of its group, and wait until nothing is: a killed process takes a moment to end."""
    deadline = time.monotonic() + GONE_WITHIN
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
        while time.monotonic() < deadline:
            os.killpg(child.pid, 0)
            threading.Event().wait(0.005)


class Processes:
    """Several processes as one thing: started in order, stopped in reverse order, each by its own name."""

    kept = KeptProcess

    def __init__(self, commands: Mapping[str, str], env: Mapping[str, str], *, output: IO[str] | None = None) -> None:
        self._printer = Printer(output or sys.stdout, width=max(map(len, commands)))
        self._printing = threading.Lock()
        self._colours = dict(zip(commands, get_colours(), strict=False))
        self._kept = {name: self.kept(name, command, env, self._say) for name, command in commands.items()}

    def start(self) -> Self:
        """Start all."""
        for kept in self._kept.values():
            kept.start()
        return self

    def stop(self) -> None:
        """Stop all: the last one started first."""
        for kept in reversed(self._kept.values()):
            kept.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def pid(self, name: str) -> int:
        """Give the process id of one of them as it runs now."""
        return self._kept[name].pid

    def check(self) -> None:
        """Make sure that none was given up.

        :raises NotUp: one was.
        """
        for kept in self._kept.values():
            if kept.gave_up.is_set():
                raise NotUp(f"{kept.name} does not stay up: its last lines above say why")

    def wait_live(self, port: int, *, within: float = 60) -> None:
        """Wait until the web process answers.

        :raises NotUp: it does not, in this time.
        """
        deadline = time.monotonic() + within
        while not is_live(port):
            self.check()
            if time.monotonic() > deadline:
                raise NotUp(f"nothing answers on http://127.0.0.1:{port}/live after {within:.0f} s")
            threading.Event().wait(0.1)

    def run(self, *, once_up: Callable[[], None] = lambda: None) -> None:
        """Keep all running until somebody presses Ctrl-C or sends SIGTERM; ``once_up`` is done when all are started.

        :raises NotUp: one of them does not stay up.
        """
        asked = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # nohup wants it ignored
                signal.signal(number, lambda *_: asked.set())
        with self:
            once_up()
            while not asked.wait(0.5):
                self.check()

    def _say(self, name: str, line: bytes | str) -> None:
        with self._printing:
            self._printer.write(Message("line", line, datetime.now().astimezone(), name, self._colours.get(name)))


def procfile(names: Iterable[str]) -> dict[str, str]:
    """Give the Procfile's commands of these names."""
    commands = parse_procfile((ROOT / "Procfile").read_text()).processes
    return {name: commands[name] for name in names}


def environment(settings: Settings) -> dict[str, str]:
    """Give the environment of processes on this machine: these settings, this Python, loopback only."""
    scratch = settings.make_home() / "tmp"  # a killed worker leaves its temporary folders: here, not in /tmp
    scratch.mkdir(mode=0o700, exist_ok=True)
    return {
        **os.environ,
        **settings.environment(),
        "TMPDIR": str(scratch),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "PYTHONUNBUFFERED": "1",
        "GUNICORN_CMD_ARGS": f"--bind 127.0.0.1:{settings.port}",
    }


def is_live(port: int) -> bool:
    """Ask the web process whether it lives."""
    asking = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        asking.request("GET", "/live")
        return asking.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        asking.close()
