"""Flower, as the Procfile runs it, shows the workers and the tasks."""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.request
from typing import Any

import pytest

from connector.cli.processes import Processes, environment, procfile
from connector.embedded.server import free_port
from tests.rig import Rig, until


def test_flower_shows_the_worker_and_its_tasks(tmp_path_factory: pytest.TempPathFactory):
    with Rig(tmp_path_factory.mktemp("flower")) as rig:
        port = free_port()
        env = {**environment(rig.settings), "PORT": str(port), "FLOWER_UNAUTHENTICATED_API": "true"}
        with Processes(procfile(["flower"]), env, output=rig.output):
            rig.start()
            until(lambda: _ask(port, "/api/workers?refresh=1"), within=30, why=rig.output.getvalue)
            rig.wait_settled([rig.sandbox.store.place_order()])
            until(lambda: "orders.pull" in _names(port), within=30, why=rig.output.getvalue)
            [worker] = _ask(port, "/api/workers?refresh=1")
            assert worker.startswith("worker-")
            assert {"orders.pull", "postings.post_sale", "orders.settle"} <= _names(port)
    assert "FLOWER_UNAUTHENTICATED_API" not in os.environ


def _ask(port: int, path: str) -> dict[str, Any]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
            found: dict[str, Any] = json.load(answer)
            return found
    except (urllib.error.URLError, OSError):
        return {}


def _names(port: int) -> set[str]:
    return {task["name"] for task in _ask(port, "/api/tasks?limit=1000").values() if task["name"]}
