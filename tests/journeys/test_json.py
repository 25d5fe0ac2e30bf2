"""What programs read: each reading command prints one JSON document, of the shape that docs/json.md tells."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from connector.cli import main
from connector.cli.processes import ROOT
from connector.domain.faults import MappingGap
from connector.domain.user import Role
from connector.flows import connections, users
from tests.console.workshop import Workshop
from tests.rig import NAME, Rig

ROW = re.compile(r"^\| `([a-z -]+)` \| (list|object) \| (.+) \|$", re.MULTILINE)
TOLD = {command: (kind, names) for command, kind, names in ROW.findall((ROOT / "docs" / "json.md").read_text())}
SPELT = {"certificate": "certificate make", "records replay --dry-run": "records replay"}
ARGUMENTS = {
    "mapping": [NAME],
    "preview": [NAME, "1001"],
    "orders find": ["1001"],
    "orders show": [NAME, "1001"],
    "records show": ["p-1"],
    "records replay --dry-run": ["o-1"],
    "catalog sync": [NAME, "--dry-run"],
    "certificate": [NAME, "--file", "certificate.json"],
    "certificate verify": ["certificate.json"],
    "doctor": [],
    "connection list": [],
    "console user list": [],
}
EMPTY = {"orders notices", "catalog drift"}
"""Nothing is to be done by hand, and nothing differs."""


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    with Rig(tmp_path_factory.mktemp("json")) as rig:
        [number] = rig.sandbox.store.place_orders(1)
        Workshop(rig).hear(number)
        users.add(rig.house, "jo", Role.VIEWER, None, by="test")
        yield rig


def _reading(command: click.Command = main, path: tuple[str, ...] = ()) -> Iterator[str]:
    """Every command that takes ``--json``, by what is typed for it."""
    context = click.Context(command)
    for name in command.list_commands(context) if isinstance(command, click.Group) else ():
        found = command.get_command(context, name)
        assert found is not None
        yield from _reading(found, (*path, name))
    if any(param.name == "as_json" for param in command.params):
        yield " ".join(path)


def _names(command: str) -> set[str]:
    told = re.fullmatch(r"as in `(.+)`", TOLD[command][1])
    return _names(told[1]) if told else set(re.findall(r"`(\w+)`", TOLD[command][1]))


def _typed(rig: Rig, folder: Path, command: str, *options: str) -> subprocess.CompletedProcess[str]:
    return rig.typed(*command.split(), *ARGUMENTS.get(command, [NAME]), *options, cwd=folder)


def test_every_command_that_prints_json_is_told() -> None:
    assert sorted(SPELT.get(command, command) for command in TOLD) == sorted(_reading())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("typed")


@pytest.mark.parametrize("command", TOLD)
def test_a_document_has_the_shape_that_is_told(rig: Rig, folder: Path, command: str) -> None:
    done = _typed(rig, folder, command, "--json")
    told: Any = json.loads(done.stdout)
    assert (done.returncode, type(told)) == (0, list if TOLD[command][0] == "list" else dict)
    assert bool(told) is (command not in EMPTY)
    for one in told if isinstance(told, list) else [told]:
        assert set(one) >= _names(command)
        assert set(one) == _names(command) or "and all that is kept" in TOLD[command][1]


def test_a_posting_says_what_it_books(rig: Rig, folder: Path) -> None:
    shown = json.loads(_typed(rig, folder, "records show", "--json").stdout)
    assert (shown["id"], shown["kind"], shown["what"]) == ("p-1", "posting", "sales_order")


def test_a_trail_is_the_same_in_one_document_as_line_by_line(rig: Rig, folder: Path) -> None:
    lines = _typed(rig, folder, "audit export").stdout.splitlines()
    assert json.loads(_typed(rig, folder, "audit export", "--json").stdout) == list(map(json.loads, lines))
    assert _typed(rig, folder, "audit export", "--json", "--from", "2100-01-01").stdout == "[]\n"
    assert _typed(rig, folder, "audit export", "--json", "--format", "beancount").returncode == 2


def test_days_the_wrong_way_round_are_refused_and_not_found_empty(rig: Rig) -> None:
    refused = rig.typed("audit", "export", NAME, "--from", "2026-12-01", "--to", "2026-11-01")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "--from must not be after --to" in refused.stderr


def test_a_preview_of_a_held_order_says_what_holds_it(rig: Rig, folder: Path) -> None:
    profile = connections.current_profile(rig.house, NAME).text
    connections.import_profile(rig.house, NAME, profile.replace("rule: same", "rule: table"), by="test")
    [number] = rig.sandbox.store.place_orders(1)
    done = rig.typed("preview", NAME, str(number), "--json")
    assert done.returncode == 0, done.stderr
    [held] = [one for one in json.loads(done.stdout)["postings"] if one["faults"]]
    assert held["kind"] == "sales_order"
    for fault in held["faults"]:
        assert (fault["code"], fault["advice"]) == (MappingGap.code, MappingGap.advice)
        assert "PLAIN-" in fault["what"]


def test_a_preview_of_an_edited_order_says_what_to_change_by_hand(rig: Rig) -> None:
    rig.sandbox.store.edit_order(1001, shipping="20.00")
    change = "Shipping: booked Shipping: 12.50 USD, now Shipping: 20.00 USD"
    assert change in rig.cli("preview", NAME, "1001")
    [notice] = json.loads(rig.cli("preview", NAME, "1001", "--json"))["notices"]
    assert (notice["code"], notice["detail"]) == ("edited_after_posting", change)
