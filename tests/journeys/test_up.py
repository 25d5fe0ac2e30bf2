"""``ml-connector up`` runs the Procfile on one machine, revives what ends, and leaves nothing behind."""

from __future__ import annotations

import io
import os
import pty
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from connector.cli import processes
from connector.cli.processes import NotUp, Processes, is_live, procfile
from connector.embedded import remove
from connector.embedded.server import free_port

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
PATIENCE = 60.0
SLEEPER = "exec sleep 600"


def within_patience(holds: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def living(groups: set[int]) -> list[str]:
    """List what still runs of these process groups."""
    shown = subprocess.run(["ps", "-A", "-o", "pgid=,stat=,args="], capture_output=True, text=True, check=True)
    rows = [line.split(None, 2) for line in shown.stdout.splitlines()]
    return [
        args
        for group, state, args in (row for row in rows if len(row) == 3)
        if int(group) in groups and not state.startswith("Z")
    ]


def started(said: str) -> set[int]:
    return {int(number) for number in re.findall(r"started, process (\d+)", said)}


def pid_of(kept: Processes, name: str) -> int:
    try:
        return kept.pid(name)
    except NotUp:
        return 0


def test_a_process_that_is_killed_comes_back_and_takes_nothing_with_it() -> None:
    said = io.StringIO()
    with Processes({"worker": SLEEPER, "web": SLEEPER}, os.environ, output=said) as kept:
        assert within_patience(lambda: min(pid_of(kept, "worker"), pid_of(kept, "web")) > 0)
        before, web = kept.pid("worker"), kept.pid("web")
        os.kill(before, signal.SIGKILL)
        assert within_patience(lambda: pid_of(kept, "worker") not in (0, before))
        assert kept.pid("web") == web
        groups = started(said.getvalue())
        assert len(groups) == 3
    assert living(groups) == []
    assert "ended, status -9" in said.getvalue()


def test_children_of_a_killed_process_do_not_outlive_it() -> None:
    said = io.StringIO()
    with Processes({"worker": "sleep 600 & sleep 600 & echo both; wait"}, os.environ, output=said) as kept:
        assert within_patience(lambda: "both" in said.getvalue())
        first = kept.pid("worker")
        os.kill(first, signal.SIGKILL)
        assert within_patience(lambda: living({first}) == [])


def test_a_process_that_ignores_being_asked_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "STOPPED_WITHIN", 0.5)
    said = io.StringIO()
    with Processes({"worker": "trap '' TERM; echo deaf; sleep 600; sleep 600"}, os.environ, output=said):
        assert within_patience(lambda: "deaf" in said.getvalue())
    assert living(started(said.getvalue())) == []


def test_a_process_that_never_stays_up_stops_everything_and_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "SHORT_LIVES", 2)
    said = io.StringIO()
    kept = Processes({"web": "echo wrong setting; exit 3", "worker": SLEEPER}, os.environ, output=said)
    with kept, pytest.raises(NotUp, match="web does not stay up"):
        kept.wait_live(free_port())
    assert said.getvalue().count("wrong setting") == 2
    assert "ended, status 3" in said.getvalue()
    assert living(started(said.getvalue())) == []


def test_lines_carry_the_name_of_their_process() -> None:
    said = io.StringIO()
    with Processes({"web": "echo hello; exec sleep 600", "worker": SLEEPER}, os.environ, output=said):
        assert within_patience(lambda: "hello" in said.getvalue())
    assert re.search(r"^\d\d:\d\d:\d\d web    \| hello$", said.getvalue(), re.MULTILINE)


def test_the_procfile_names_what_a_platform_runs() -> None:
    commands = procfile(["release", "web", "worker", "beat", "flower"])
    assert commands["release"] == "python -m connector.cli db upgrade"
    assert "${PORT" in commands["flower"]
    assert "${WEB_CONCURRENCY" in commands["web"]


def test_beat_without_a_home_keeps_its_schedule_where_nobody_else_writes(tmp_path: Path) -> None:
    env = {name: value for name, value in os.environ.items() if name != "ML_CONNECTOR_HOME"}
    env |= {"TMPDIR": str(tmp_path), "REDIS_URL": "redis://127.0.0.1:1/0", "PATH": f"{BIN}{os.pathsep}{env['PATH']}"}
    with Processes(procfile(["beat"]), env, output=io.StringIO()):
        assert within_patience(lambda: any(tmp_path.glob("*/celerybeat-schedule*")))
    [folder] = tmp_path.iterdir()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


class System:
    """``ml-connector up --sandbox`` as its own process."""

    def __init__(self, home: Path, port: int) -> None:
        self.log = home / "up.log"
        run = "from connector.cli import main; main()"
        environment = {**os.environ, "ML_CONNECTOR_HOME": str(home / "state"), "LOG_LEVEL": "WARNING"}
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-c", run, "up", "--sandbox", "--port", str(port)],
                cwd=ROOT,
                env=environment,
                stdout=log,
                stderr=log,
            )

    @property
    def said(self) -> str:
        return self.log.read_text()

    @property
    def groups(self) -> set[int]:
        keeper = re.search(r'"pid": (\d+)', (self.log.parent / "state/run/servers.json").read_text())
        assert keeper
        return {*started(self.said), int(keeper[1])}

    def pids(self, name: str) -> list[int]:
        return [int(number) for number in re.findall(rf"{name} +\| started, process (\d+)", self.said)]


@pytest.fixture
def home() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="up-"))
    yield folder
    remove(folder / "state")
    shutil.rmtree(folder)


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def system(home: Path, port: int) -> Iterator[System]:
    up = System(home, port)
    try:
        assert within_patience(lambda: is_live(port) or up.process.poll() is not None)
        assert is_live(port), up.said
        yield up
    finally:
        up.process.kill()
        up.process.wait()


def test_a_killed_worker_comes_back_and_sigterm_stops_everything(system: System, home: Path, port: int) -> None:
    (worker,) = system.pids("worker")
    os.kill(worker, signal.SIGKILL)
    assert within_patience(lambda: len(system.pids("worker")) == 2), system.said
    groups = system.groups
    assert {"connection.yaml", "mapping.yaml"} <= {file.name for file in (home / "state" / "sandbox").iterdir()}

    system.process.send_signal(signal.SIGTERM)
    assert system.process.wait(PATIENCE) == 0, system.said
    assert within_patience(lambda: living(groups) == []), living(groups)
    assert not is_live(port)
    assert (home / "state/run/servers.json").read_text() == ""


def test_nothing_outlives_a_killed_up(system: System) -> None:
    groups = system.groups
    system.process.kill()
    system.process.wait()
    assert within_patience(lambda: living(groups) == []), living(groups)


def test_a_command_at_a_terminal_says_that_it_works_on_this_machines_own_servers(home: Path) -> None:
    away = {"DATABASE_URL", "REDIS_URL", "CONNECTOR_KEYS", "SECRET_KEY", "BROKER_URL"}
    env = {name: value for name, value in os.environ.items() if name not in away}
    terminal, stderr = pty.openpty()
    with os.fdopen(terminal) as screen:
        done = subprocess.run(
            [BIN / "ml-connector", "connection", "list", "--json"],
            env={**env, "ML_CONNECTOR_HOME": str(home / "state")},
            stdout=subprocess.PIPE,
            stderr=stderr,
            check=False,
        )
        os.close(stderr)
        said = screen.readline(), screen.readline()
    assert (done.returncode, done.stdout) == (1, b"")
    assert f"not set: working on this machine's own servers, {home / 'state'}" in said[0]
    assert "the database is not migrated" in said[1]


def test_a_port_in_use_is_named_and_nothing_is_started(home: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        number = taken.getsockname()[1]
        up = System(home, number)
        assert up.process.wait(PATIENCE) == 1
    assert up.said == f"Error: port {number} is in use: name another by --port or PORT\n"
    assert not (home / "state/run/servers.json").read_text()
