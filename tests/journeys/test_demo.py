"""``ml-connector demo`` as a stranger runs it: beside other systems, beside itself, and stopped half-way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from connector.cli.processes import ROOT

HONEST = ["-m", "connector.cli"]
ONE_DOLLAR_TOO_MUCH = """
from connector.cli import main
from connector.sandbox.infor.m3.app import InforM3

honest = InforM3.trial_balance
InforM3.trial_balance = lambda infor: (told := honest(infor)) | {("1091", "USD"): told["1091", "USD"] + 1}
main(prog_name="ml-connector")
"""


def started(home: Path, program: list[str], *arguments: str) -> subprocess.Popen[str]:
    """Run the demonstration in an environment that speaks of other systems."""
    others = {
        "ML_CONNECTOR_HOME": str(home),
        "DATABASE_URL": "postgres://other:system@127.0.0.1:1/other",
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "PORT": "1",
    }
    return subprocess.Popen(
        [sys.executable, *program, "demo", *arguments],
        env=os.environ | others,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


Ended = tuple[int, str]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def side_by_side(home: Path) -> tuple[Ended, Ended]:
    """An honest demonstration, and one whose ledger has a dollar too much, at the same time in the same home."""
    both = [started(home, HONEST, "--orders", "5"), started(home, ["-c", ONE_DOLLAR_TOO_MUCH], "--orders", "0")]
    try:
        outputs = [one.communicate(timeout=240)[0] for one in both]
    finally:
        for one in both:
            one.terminate()
    return (both[0].returncode, outputs[0]), (both[1].returncode, outputs[1])


def test_both_sides_tie_out(side_by_side: tuple[Ended, Ended]):
    (status, output), _ = side_by_side
    assert status == 0, output
    for words in (
        "59 awkward orders with their refunds, and 5 plain ones",
        "webhooks, signed: ",
        "orders of which no webhook told",
        "5 orders are held, each alone and with its reason:",
        "difference (tolerance 0.02): 1.0000 USD",
        "every order came to the end its story asks for: 61 posted, 5 left out, 2 waiting, 1 held",
        "store and M3 agree to the cent on all 13 receivable, money and tax accounts",
        "60 orders with items, 60 sales orders: none missing, none twice, none unfinished",
        "refunds of one order were posted one after another, never two at once",
        "Both sides tie out.",
    ):
        assert words in output
    assert "✗" not in output


def test_one_that_does_not_tie_says_what_differs_and_keeps_the_log(side_by_side: tuple[Ended, Ended], home: Path):
    _, (status, output) = side_by_side
    assert status == 1, output
    assert "differs by 1" in output
    assert "The two sides do NOT tie out" in output
    [log] = home.iterdir()
    assert str(log) in output
    assert "delivery.received" in log.read_text()


def test_stopped_half_way_it_leaves_nothing_behind(tmp_path: Path):
    demo = started(tmp_path, HONEST, "--orders", "5")
    assert demo.stdout is not None
    seen = next(line for line in demo.stdout if "The shop sells" in line)
    [folder] = (path for path in tmp_path.iterdir() if path.is_dir())
    running = processes_of(folder)
    demo.send_signal(signal.SIGINT)
    rest, _ = demo.communicate(timeout=60)
    assert demo.returncode == 1, seen + rest
    assert "Aborted!" in rest
    assert len(running) >= 3  # web, worker, beat
    assert processes_of(folder) == []
    assert list(tmp_path.iterdir()) == []


def processes_of(folder: Path) -> list[int]:
    """List the processes whose environment names this folder as their home."""
    found = []
    for process in Path("/proc").iterdir():
        try:
            environment = (process / "environ").read_bytes() if process.name.isdecimal() else b""
        except OSError:
            continue
        if f"ML_CONNECTOR_HOME={folder}".encode() in environment:
            found.append(int(process.name))
    return found


def test_a_suite_without_a_simulator_is_refused(tmp_path: Path):
    demo = started(tmp_path, HONEST, "--suite", "ln")
    output, _ = demo.communicate(timeout=30)
    assert demo.returncode == 1
    assert output == "Error: ln arrives later: run `ml-connector demo --suite m3`\n"
    assert list(tmp_path.iterdir()) == []
