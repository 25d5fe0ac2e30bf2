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

A_THREAD_THAT_NEVER_ENDS = """
import threading
from concurrent.futures import ThreadPoolExecutor
from connector.cli import main

ThreadPoolExecutor(1).submit(threading.Event().wait)
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


def assert_ties_out(status: int | None, output: str) -> None:
    """The honest demonstration with five plain orders."""
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


def test_both_sides_tie_out(tmp_path: Path):
    demo = started(tmp_path, HONEST, "--orders", "5")
    output, _ = demo.communicate(timeout=240)
    assert_ties_out(demo.returncode, output)


@pytest.mark.long
def test_one_that_does_not_tie_says_what_differs_keeps_the_log_and_disturbs_no_other(tmp_path: Path):
    both = [
        started(tmp_path, HONEST, "--orders", "5"),
        started(tmp_path, ["-c", ONE_DOLLAR_TOO_MUCH], "--orders", "0"),
    ]
    outputs = [one.communicate(timeout=240)[0] for one in both]
    assert_ties_out(both[0].returncode, outputs[0])
    assert both[1].returncode == 1, outputs[1]
    assert "differs by 1" in outputs[1]
    assert "The two sides do NOT tie out" in outputs[1]
    [log] = tmp_path.iterdir()
    assert str(log) in outputs[1]
    assert "delivery.received" in log.read_text()


def test_stopped_half_way_it_leaves_nothing_behind_even_if_a_thread_never_ends(tmp_path: Path):
    demo = started(tmp_path, ["-c", A_THREAD_THAT_NEVER_ENDS], "--orders", "5")
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
    demo = started(tmp_path, HONEST, "--suite", "sap")
    output, _ = demo.communicate(timeout=30)
    assert demo.returncode == 2
    assert "'sap' has no simulator: choose m3" in output
    assert list(tmp_path.iterdir()) == []
