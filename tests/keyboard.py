"""Commands as a test types them: each a process of its own, forked from one that has imported the program already.

To start Python and import everything is nearly all that a short command costs. What must be seen of a real start
(``make demo``, ``up``, a module run by name) is started for real.
"""

from __future__ import annotations

import atexit
import importlib
import json
import os
import random
import shutil
import signal
import socket
import socketserver
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from connector.cli import COMMANDS, main
from connector.cli.processes import ROOT
from connector.embedded.server import leashed

IMPORTED = ("celery.app.amqp", "celery.canvas", "connector.bootstrap", "kombu.transport.redis")
"""What commands import when they run, and that reads no environment."""


_LONGEST = 120.0
"""Seconds that a command may take."""


def type_command(*arguments: str, env: Mapping[str, str], cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run ``ml-connector`` with these arguments in this environment, to its end."""
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(_LONGEST)
        line.connect(_typist())
        line.sendall(json.dumps([arguments, dict(env), str(cwd)]).encode() + b"\n")
        status, stdout, stderr = json.loads(line.makefile().read())
    return subprocess.CompletedProcess([*arguments], status, stdout, stderr)


@cache
def _typist() -> str:
    """Start the process that the commands of this test process are forked from; it ends with us."""
    folder = Path(tempfile.mkdtemp(prefix="typist-"))
    address = folder / "line"
    command = leashed([sys.executable, "-m", "tests.keyboard", str(address)], signal.SIGKILL)
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL)
    atexit.register(_end, process, folder)
    while not address.exists():
        assert process.poll() is None, "nobody types: see above"
        time.sleep(0.02)
    return str(address)


def _end(process: subprocess.Popen[bytes], folder: Path) -> None:
    process.kill()
    process.wait()
    shutil.rmtree(folder)


class _Typed(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        told = json.loads(self.rfile.readline())
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            child = os.fork()
            if child == 0:
                os.dup2(out.fileno(), 1)
                os.dup2(err.fileno(), 2)
                os._exit(_run(*told))
            status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            said = [os.pread(file.fileno(), 1 << 26, 0).decode() for file in (out, err)]
        self.wfile.write(json.dumps([status, *said]).encode())


def _run(arguments: list[str], env: dict[str, str], cwd: str) -> int:
    os.environ.clear()
    os.environ.update(env)
    os.chdir(cwd)
    time.tzset()
    random.seed()
    try:
        main(arguments, prog_name="ml-connector")
    except SystemExit as ended:
        return _flushed(ended.code if isinstance(ended.code, int) else 0)
    except BaseException:  # noqa: BLE001  what Python itself does
        traceback.print_exc()
    return _flushed(1)


def _flushed(status: int) -> int:
    sys.stdout.flush()
    sys.stderr.flush()
    return status


class _Typist(socketserver.ForkingMixIn, socketserver.UnixStreamServer):
    """Forks for each command; several may run at once."""

    request_queue_size = 100

    def server_activate(self) -> None:
        super().server_activate()
        draft = Path(str(self.server_address))  # renamed when somebody listens
        draft.rename(draft.with_suffix(""))


def _serve(address: Any) -> None:
    for name in (*IMPORTED, *(f"connector.cli.{command}" for command in COMMANDS)):
        importlib.import_module(name)
    with _Typist(f"{address}.new", _Typed) as typist:
        typist.serve_forever(poll_interval=60)


if __name__ == "__main__":
    _serve(sys.argv[1])
