"""A few cases of ``make chaos``: lost answers and accidents of one seed, then both sides are compared."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass

import pytest

from benchmarks.chaos import matrix
from benchmarks.chaos.wave import Report, Wave
from connector.cli.processes import ROOT

CALLS = [call for call in (*matrix.ORDER_CALLS, *matrix.SHELF_CALLS) if call not in matrix.SLOW]
SOON = [
    call for call in CALLS if not call.startswith(("payment", "reversal", "correction")) and call != "list prices"
]
"""Calls that are made for an order as it comes, and for a plain shelf."""


@dataclass(frozen=True)
class Chosen:
    """The first cases of a seed, all in one system."""

    scene: str
    seed: int
    count: int
    accidents: tuple[str, ...]
    calls: list[str]
    shelves: int = 1


MOST = tuple(one for one in matrix.STRIKES if one not in ("kill worker", "valkey restart"))
WAVES = [
    pytest.param(Chosen("accidents", 27, 7, MOST, SOON), id="seven"),
    pytest.param(Chosen("accidents", 3, 24, matrix.STRIKES, CALLS, 2), id="two dozen", marks=pytest.mark.long),
    pytest.param(Chosen("clock ahead", 3, 12, (matrix.CLOCK_OFF,), CALLS), id="clock", marks=pytest.mark.long),
]


@pytest.fixture(scope="module", params=WAVES)
def chosen(request: pytest.FixtureRequest) -> Chosen:
    """The cases of one wave."""
    found: Chosen = request.param
    return found


@pytest.fixture(scope="module")
def report(chosen: Chosen, tmp_path_factory: pytest.TempPathFactory) -> Report:
    """What became of them."""
    cases = matrix.cases(chosen.seed, chosen.count, calls=chosen.calls, accidents=chosen.accidents)
    folder = tmp_path_factory.mktemp("chaos")
    return Wave(chosen.scene, cases, folder, within=200, shelves=chosen.shelves).run()


def test_nothing_is_lost_doubled_left_or_unbalanced(report: Report) -> None:
    assert [(one.case.name, one.verdict.said) for one in report.results if not one.verdict.right] == []
    assert report.rest.said == []


def test_the_faults_and_accidents_really_happened(chosen: Chosen, report: Report) -> None:
    assert [one.injected for one in report.results] == [True] * chosen.count
    assert [one.struck for one in report.results] == [one.case.accident != "nothing" for one in report.results]
    assert set(report.accidents) == set(chosen.accidents) - {"nothing"}


WHAT_A_WRONG_CLOCK_DOES = """
from datetime import UTC, datetime, timedelta
from celery.worker.request import Request
from kombu import Message
from kombu.utils.json import dumps
from benchmarks.chaos import skewed

for seconds in (60, 120):
    ends = datetime.now(UTC) + timedelta(seconds=seconds)
    said = skewed.app.amqp.as_task_v2("id", "upkeep.sweep", expires=ends)
    words = {"content_type": "application/json", "content_encoding": "utf-8", "accept": ["application/json"]}
    message = Message(body=dumps(said.body), headers=said.headers, properties=said.properties, **words)
    print(bool(Request(message, app=skewed.app, task=skewed.app.Task()).maybe_expire()))
"""


def test_a_worker_whose_clock_is_ahead_takes_things_for_expired_too_early() -> None:
    command = [sys.executable, "-c", WHAT_A_WRONG_CLOCK_DOES]
    env = {**os.environ, "CHAOS_CLOCK_OFF": "90"}
    told = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert (told.stderr, told.stdout.split()) == ("", ["True", "False"])
