"""The whole sandbox on one port: both sides, the switches of both, the files that point at it, and its program."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml

from connector.sandbox.serve import Sandbox
from connector.sandbox.store import seed


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    sandbox = Sandbox().start()
    yield sandbox
    sandbox.stop()


def turn(sandbox: Sandbox, verb: str, words: Any = None) -> Any:
    answer = requests.post(f"{sandbox.url}/_sandbox/{verb}", json=words or {}, timeout=5)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_the_store_is_seeded_and_answers(sandbox: Sandbox) -> None:
    order = sandbox.ids["three taxes"]
    answer = requests.get(
        f"{sandbox.url}/stores/{sandbox.store.store_hash}/v2/orders/{order}",
        headers={"X-Auth-Token": sandbox.store.token},
        timeout=5,
    )
    assert answer.json()["total_inc_tax"] == "176.3700"
    assert sandbox.dial.calls[-1].name == f"store GET /v2/orders/{order}"


def test_the_tenant_gives_a_token_and_knows_the_seeds_items(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.write_files(tmp_path)
    ionapi = json.loads((tmp_path / "acme.ionapi").read_text())
    form = {
        "grant_type": "password",
        "username": ionapi["saak"],
        "password": ionapi["sask"],
        "client_id": ionapi["ci"],
        "client_secret": ionapi["cs"],
    }
    token = requests.post(ionapi["pu"] + ionapi["ot"], data=form, timeout=5).json()["access_token"]
    answer = requests.get(
        f"{ionapi['iu']}/{ionapi['ti']}/M3/m3api-rest/v2/execute/MMS200MI/GetItmBasic",
        params={"ITNO": seed.MAPPED["TEE-RED-S"], "cono": "100"},
        headers={"Authorization": f"Bearer {token}"},
        timeout=5,
    )
    assert answer.json()["results"][0]["records"][0]["ITNO"] == "10045"
    assert [call.name for call in sandbox.dial.calls[-2:]] == ["ion token", "m3 MMS200MI/GetItmBasic"]


def test_other_processes_drive_the_store(sandbox: Sandbox) -> None:
    order = turn(sandbox, "store/place_order", {"lines": [{"price": "10.00", "quantity": 2}], "customer": 11})["id"]
    item = {"item_type": "PRODUCT", "item_id": order * 1000 + 1, "quantity": 1}
    turn(sandbox, "store/refund", {"order_id": order, "items": [item], "delay": 0})
    turn(sandbox, "store/set_status", {"order_id": order, "status": 10})
    told = turn(sandbox, "store/truth")[str(order)]
    assert (told["payments"], told["refunds"], told["status_id"]) == (
        {"braintree": "20.00"},
        {"braintree": "10.00"},
        10,
    )
    assert turn(sandbox, "store/quota") == {"calls": 7500, "window_ms": 30000, "throttled": 0}


def test_other_processes_turn_the_dial(sandbox: Sandbox) -> None:
    turn(sandbox, "dial/forget_calls")
    turn(sandbox, "dial/add", {"match": "store GET /v2/time", "fault": "503", "times": 1})
    url = f"{sandbox.url}/stores/{sandbox.store.store_hash}/v2/time"
    statuses = [requests.get(url, headers={"X-Auth-Token": sandbox.store.token}, timeout=5).status_code for _ in "ab"]
    assert statuses == [503, 200]
    assert turn(sandbox, "dial/counts") == {"store GET /v2/time": 2}
    assert turn(sandbox, "dial/rules") == []


def test_a_switch_that_is_not_there_or_turned_wrongly_says_so(sandbox: Sandbox) -> None:
    unknown = requests.post(f"{sandbox.url}/_sandbox/store/explode", timeout=5)
    assert (unknown.status_code, "store/truth" in unknown.json()["known"]) == (404, True)
    wrong = requests.post(f"{sandbox.url}/_sandbox/store/place_order", json={"colour": "red"}, timeout=5)
    assert wrong.status_code == 400
    assert "OrderSpec has no colour" in wrong.json()["error"]


def test_the_files_are_the_contracts_examples_pointed_here(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.write_files(tmp_path / "new", booking="ledger")
    connection = yaml.safe_load((tmp_path / "new" / "connection.yaml").read_text())
    assert connection["bigcommerce"]["api_url"] == sandbox.url
    assert connection["bigcommerce"]["client_id"] == sandbox.store.client_id
    assert (connection["booking"], connection["infor"]["company"], connection["infor"]["warehouse"]) == (
        "ledger",
        "100",
        "001",
    )
    assert (tmp_path / "new" / "acme.token").read_text() == sandbox.store.token
    assert (tmp_path / "new" / "acme.secret").stat().st_mode & 0o777 == 0o600
    mapping = yaml.safe_load((tmp_path / "new" / "mapping.yaml").read_text())
    assert mapping["items"] == {"rule": "same", "table": {"TEE-RED-S": "10045"}}
    assert mapping["accounts"]["clearing"] == {"default": "1090", "braintree": "1091"}


def test_two_sandboxes_live_side_by_side() -> None:
    one, two = Sandbox(seed=()), Sandbox(seed=())
    assert one.url != two.url
    assert one.ids == {}
    for sandbox in (one, two):
        sandbox.start().stop()


def test_the_program_prints_its_address_writes_the_files_and_stops_when_told(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "connector.sandbox", "--empty", "--folder", str(tmp_path), "--faults", "storm"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    url = process.stdout.readline().strip()
    assert requests.post(f"{url}/_sandbox/dial/rules", timeout=5).json() != []
    assert yaml.safe_load((tmp_path / "connection.yaml").read_text())["bigcommerce"]["api_url"] == url
    process.terminate()
    assert process.wait(10) == 0
    process.stdout.close()
