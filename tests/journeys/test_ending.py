"""A worker that Celery gives up while a child hangs is gone soon, so that its supervisor can start another one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

from connector.cli.processes import ROOT, environment
from tests.rig import Rig

GIVEN_UP = """
import os, signal, sys
from celery import bootsteps
from celery.__main__ import main
from tasks import ending
from tasks.app import app

class GiveUp(bootsteps.StartStopStep):
    requires = ("celery.worker.consumer.tasks:Tasks",)

    def start(self, consumer):
        os.kill(consumer.pool._pool._pool[0].pid, signal.SIGSTOP)
        raise ValueError("file descriptor is None")

ending.WITHIN = 1.0
app.steps["consumer"].add(GiveUp)
sys.argv = ["celery", "--app", "tasks.app", "worker", "--concurrency", "2", "--queues", "catalog"]
main()
"""


def test_a_worker_whose_child_never_ends_is_gone_soon(rig: Rig) -> None:
    worker = subprocess.Popen(
        [sys.executable, "-c", GIVEN_UP], cwd=ROOT, env=environment(rig.settings), start_new_session=True
    )
    try:
        assert worker.wait(30) == os.EX_TEMPFAIL
    finally:
        os.killpg(worker.pid, signal.SIGKILL)
