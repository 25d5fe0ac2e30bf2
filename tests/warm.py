"""Programs as a test starts them: each a process of its own, forked from one that has imported everything already.

To start Python and import everything is nearly all that a short command costs, and half of what it takes to start a
system. What must be seen of a real start (``make demo``, ``up``, a module run by name) is started for real.
"""

from __future__ import annotations

import atexit
import ctypes
import gc
import importlib
import json
import os
import random
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import IO, Any

from connector.cli import COMMANDS, main
from connector.cli.processes import ROOT, KeptProcess, Processes
from connector.embedded.leash import PR_SET_PDEATHSIG

IMPORTED = (
    "celery.app.amqp",
    "celery.apps.beat",
    "celery.apps.worker",
    "celery.bin.celery",
    "celery.canvas",
    "celery.concurrency.prefork",
    "connector.bootstrap",
    "connector.console",
    "gunicorn.app.wsgiapp",
    "kombu.transport.redis",
    "webhooks.app",
    "webhooks.worker",
    *(f"connector.cli.{command}" for command in COMMANDS),
)
"""What programs import when they run, and that reads no environment but the worker's."""

WORKERS_ENVIRONMENT = {"REMAP_SIGTERM": "SIGQUIT"}
"""Read by Celery when it is imported, and heeded by workers only: the Procfile gives them this."""

STAND_IN = f"#!{sys.executable} -IS\nimport json, os, sys\nprint(json.dumps([sys.argv, dict(os.environ)]))\n"
"""Stands before a program on the path, and says how it was called."""


class Forked:
    """A process forked from the warm one: what ``subprocess.Popen`` tells of a process, this tells of it."""

    def __init__(self, words: Sequence[str], env: Mapping[str, str], cwd: Path, *, out: int, err: int) -> None:
        self.stdout: IO[bytes] | None = None
        self.returncode: int | None = None
        self._over = threading.Event()
        self._line = socket.socket(socket.AF_UNIX)
        self._line.connect(str(_warm() / "line"))
        socket.send_fds(self._line, [b"\0"], [out, err])
        self._line.sendall(json.dumps([words, dict(env), str(cwd)]).encode() + b"\n")
        self.pid = self._told()
        threading.Thread(target=self._follow, daemon=True).start()

    def poll(self) -> int | None:
        """Give its exit status, if it has ended."""
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end; gives its exit status."""
        if not self._over.wait(timeout):
            raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
        assert self.returncode is not None
        return self.returncode

    def terminate(self) -> None:
        """Ask it to end, unless it has."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGTERM)

    def _follow(self) -> None:
        with self._line:
            self.returncode = self._told()
        self._over.set()

    def _told(self) -> int:
        said = self._line.recv(4, socket.MSG_WAITALL)
        return int(struct.unpack("i", said)[0]) if said else -signal.SIGKILL


class WarmKept(KeptProcess):
    """A process of the Procfile."""

    @staticmethod
    def begin(command: str, env: Mapping[str, str]) -> subprocess.Popen[bytes]:
        """Let the shell read the command, and fork the program that it would run."""
        path = {"PATH": f"{_warm()}{os.pathsep}{env['PATH']}"}
        read = subprocess.run(
            ["/bin/sh", "-c", command], cwd=ROOT, env={**env, **path}, stdout=subprocess.PIPE, check=True
        )
        words, chosen = json.loads(read.stdout)
        said, saying = os.pipe()
        begun = Forked(words, {**chosen, "PATH": env["PATH"]}, ROOT, out=saying, err=saying)
        os.close(saying)
        begun.stdout = os.fdopen(said, "rb")
        return begun  # type: ignore[return-value]  # all of it that is asked for


class WarmProcesses(Processes):
    """Several processes of the Procfile."""

    kept = WarmKept


def type_command(*arguments: str, env: Mapping[str, str], cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run ``ml-connector`` with these arguments in this environment, to its end."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        begun = Forked(["ml-connector", *arguments], env, cwd, out=out.fileno(), err=err.fileno())
        status = begun.wait(120)
        stdout, stderr = (os.pread(file.fileno(), 1 << 26, 0).decode() for file in (out, err))
    return subprocess.CompletedProcess([*arguments], status, stdout, stderr)


_starting = threading.Lock()


def _warm() -> Path:
    """Give the folder of the process that the others of this test process are forked from."""
    with _starting:
        return _started()


@cache
def _started() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="warm-"))
    for program in ("celery", "gunicorn"):
        (folder / program).write_text(STAND_IN)
        (folder / program).chmod(0o700)
    command = [sys.executable, "-m", "tests.warm", str(folder)]
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | WORKERS_ENVIRONMENT, stdin=subprocess.PIPE)
    atexit.register(_end, process, folder)
    while not (folder / "line").exists():
        assert process.poll() is None, "nothing is warm: see above"
        time.sleep(0.02)
    return folder


def _end(process: subprocess.Popen[bytes], folder: Path) -> None:
    process.communicate()
    shutil.rmtree(folder)


Order = tuple[list[str], dict[str, str], str]


def _serve(folder: Path) -> Order:
    """Fork for each order, again and again; returns an order, in the process that is to carry it out."""
    for name in IMPORTED:
        importlib.import_module(name)
    gc.freeze()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(folder / "line.new"))
        listener.listen(100)
        (folder / "line.new").rename(folder / "line")  # when somebody listens
        while listener in select.select([listener, sys.stdin], [], [])[0]:  # until its input ends: with us
            line, _ = listener.accept()
            with line:
                if os.fork() == 0:
                    listener.close()
                    return _follow(line)
            _reap()
    sys.exit()


def _reap() -> None:
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _follow(line: socket.socket) -> Order:
    """Fork the program, tell its process id and its end; returns in the forked process only."""
    _end_with_parent()
    _, (out, err), _, _ = socket.recv_fds(line, 1, 2)
    with line.makefile() as told:
        order: Order = json.loads(told.readline())
    child = os.fork()
    if child == 0:
        _end_with_parent()
        os.setsid()
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(out, 1)
        os.dup2(err, 2)
    os.close(out)
    os.close(err)
    if child == 0:
        return order
    line.sendall(struct.pack("i", child))
    line.sendall(struct.pack("i", os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])))
    os._exit(0)


def _end_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _run(words: list[str], env: dict[str, str], cwd: str) -> Any:
    os.environ.clear()
    os.environ.update(env)
    os.chdir(cwd)
    time.tzset()
    random.seed()
    tempfile.tempdir = None
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    program = Path(words[0]).name
    sys.argv = [program, *words[1:]]
    return _PROGRAMS[program]()


def _celery() -> Any:
    from celery.__main__ import main as celery

    return celery()


def _gunicorn() -> Any:
    from gunicorn.app.wsgiapp import run

    return run()


_PROGRAMS: dict[str, Callable[[], Any]] = {
    "ml-connector": lambda: main(prog_name="ml-connector"),
    "celery": _celery,
    "gunicorn": _gunicorn,
}


if __name__ == "__main__":
    sys.exit(_run(*_serve(Path(sys.argv[1]))))
