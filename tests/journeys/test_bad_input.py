"""A person's mistake gets one clear message on stderr, exit status 1, no traceback, and nothing half-saved."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest

from connector.domain.faults import Unknown
from connector.flows import connections
from connector.keyfile import new_key
from tests.rig import Rig
from tests.warm import type_command


@dataclass
class Desk:
    """The files of a connection and a shell to type in."""

    rig: Rig
    folder: Path
    before: list[tuple[str, datetime]] = field(default_factory=list)

    def file(self, name: str) -> Path:
        return self.folder / name

    def edit(self, name: str, old: str, new: str) -> None:
        text = self.file(name).read_text()
        assert old in text
        self.file(name).write_text(text.replace(old, new))

    def type(self, *words: str | Path, **env: str) -> subprocess.CompletedProcess[str]:
        return type_command(*map(str, words), env={**os.environ, **self.rig.settings.environment(), **env})

    def refused(self, *words: str | Path, **env: str) -> str:
        done = self.type(*words, **env)
        assert done.returncode == 1, done.stdout + done.stderr
        assert "Traceback" not in done.stdout + done.stderr
        return done.stdout + done.stderr

    def saved(self) -> list[tuple[str, datetime]]:
        return [(one.connection.name, one.saved_at) for one in connections.every(self.rig.house)]


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    with Rig(tmp_path_factory.mktemp("desk")) as rig:
        yield rig


@pytest.fixture
def desk(rig: Rig, tmp_path: Path) -> Desk:
    rig.sandbox.write_files(tmp_path, name="acme")
    desk = Desk(rig, tmp_path)
    desk.before = desk.saved()
    return desk


def test_the_files_as_they_are_make_a_connection(desk: Desk):
    done = desk.type("connection", "add", "--file", desk.file("connection.yaml"))
    assert done.returncode == 0, done.stderr
    assert desk.type("mapping", "import", "acme", desk.file("mapping.yaml")).returncode == 0
    assert desk.type("connection", "ping", "acme").returncode == 0
    assert "acme" in desk.type("connection", "list").stdout
    secrets = json.loads(desk.file("acme.ionapi").read_text())["sask"], desk.rig.sandbox.store.token
    shown = desk.type("connection", "show", "acme", "--json").stdout + desk.type("connection", "show", "acme").stdout
    assert "300s" in shown
    assert not any(secret in shown for secret in secrets)
    assert desk.saved() > desk.before


def test_a_store_that_was_connected_by_another_name_keeps_that_name(desk: Desk):
    desk.edit("connection.yaml", "name: acme", "name: other")
    said = desk.refused("connection", "add", "--file", desk.file("connection.yaml"))
    assert "connected as acme before" in said
    assert desk.saved() == desk.before


def test_a_removed_connection_is_gone_until_it_is_added_again(desk: Desk):
    assert desk.type("connection", "remove", "acme", "--yes").returncode == 0
    assert desk.saved() == []
    assert desk.type("connection", "add", "--file", desk.file("connection.yaml")).returncode == 0
    assert desk.type("mapping", "import", "acme", desk.file("mapping.yaml")).returncode == 0


def _without(*keys: str) -> Callable[[str], str]:
    return lambda text: json.dumps({key: value for key, value in json.loads(text).items() if key not in keys})


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda _: "{", ["not JSON"]),
        (lambda _: "[]", ["no JSON object"]),
        (_without("ti", "iu"), ["lacks ti, iu"]),
        (_without("sask"), ["has saak but lacks sask"]),
    ],
    ids=["cut off", "a list", "keys missing", "half an account"],
)
def test_a_broken_ionapi_names_what_is_missing(desk: Desk, change: Callable[[str], str], told: list[str]):
    desk.file("acme.ionapi").write_text(change(desk.file("acme.ionapi").read_text()))
    said = desk.refused("connection", "add", "--file", desk.file("connection.yaml"))
    assert all(words in said for words in told)
    assert "sandbox-secret-key" not in said
    assert desk.saved() == desk.before


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("booking: full", "bookings: full", ["line 18", "bookings", "booking"]),
        ("booking: full", "booking: everything", ["line 18", "full"]),
        ('company: "100"', "company: 010", ["infor.company", "quotes"]),
        ("start_from: 2026-01-01T00:00:00Z", "start_from: soon", ["start_from"]),
        ("suite: m3", "suite: sap", ["infor.suite", "m3"]),
        ("ionapi: ./acme.ionapi", "ionapi: ./none.ionapi", ["infor.ionapi", "No such file"]),
    ],
)
def test_a_wrong_line_of_the_connection_file_is_named(desk: Desk, old: str, new: str, told: list[str]):
    desk.edit("connection.yaml", old, new)
    said = desk.refused("connection", "add", "--file", desk.file("connection.yaml"))
    assert all(words in said for words in [*told, "connection.yaml"]), said
    assert desk.saved() == desk.before


def test_a_store_hash_that_is_not_the_tokens_store_is_refused(desk: Desk):
    desk.edit("connection.yaml", "store_hash: abcde12345", "store_hash: zzzzz99999")
    said = desk.refused("connection", "add", "--file", desk.file("connection.yaml"))
    assert "zzzzz99999" in said
    assert desk.saved() == desk.before


def test_hosts_without_tls_or_on_a_private_network_are_refused(desk: Desk):
    said = desk.refused("connection", "add", "--file", desk.file("connection.yaml"), ALLOW_INSECURE_HOSTS="0")
    assert "ALLOW_INSECURE_HOSTS" in said
    desk.edit("connection.yaml", desk.rig.sandbox.url, "https://10.1.2.3")
    desk.edit("acme.ionapi", desk.rig.sandbox.url, "https://10.1.2.3")
    assert "10.1.2.3" in desk.refused(
        "connection", "add", "--file", desk.file("connection.yaml"), ALLOW_INSECURE_HOSTS="0"
    )
    assert desk.saved() == desk.before


def test_every_fault_of_a_mapping_profile_is_named_at_once_and_nothing_is_saved(desk: Desk):
    before = connections.current_profile(desk.rig.house, "acme")
    desk.edit("mapping.yaml", 'sales: "4000"', 'sales: "9998"')
    desk.edit("mapping.yaml", 'returns: "4950"', 'returns: "7777"')
    desk.edit("mapping.yaml", "template: WEBTMPL", "template: NOTMPL")
    said = desk.refused("mapping", "import", "acme", desk.file("mapping.yaml"))
    assert all(words in said for words in ("9998", "7777", "NOTMPL", "accounts.sales", "accounts.returns")), said
    assert f"{desk.file('mapping.yaml')} line" in said
    assert connections.current_profile(desk.rig.house, "acme") == before


def test_a_profile_that_is_none_is_refused_with_its_line(desk: Desk):
    desk.edit("mapping.yaml", "accounts:", "accouts:")
    said = desk.refused("mapping", "import", "acme", desk.file("mapping.yaml"))
    assert f"{desk.file('mapping.yaml')} line" in said
    assert "accouts" in said
    assert "did you mean accounts" in said.lower()


def test_a_connection_nobody_knows_says_what_to_do(desk: Desk):
    for words in (["connection", "ping"], ["records", "list"], ["backfill"], ["mapping", "export"]):
        assert "there is no connection named nobody" in desk.refused(*words, "nobody")
    assert "no order number" in desk.refused("orders", "show", "acme", "abc")
    assert "has not heard of order 999" in desk.refused("orders", "show", "acme", "999")
    said = desk.refused("preview", "acme", "999")
    assert f"the store knows no order 999\n{Unknown.advice}" in said
    assert "no record id" in desk.refused("records", "show", "17")
    assert "there is no posting p-17" in desk.refused("records", "replay", "p-17")


def test_a_key_that_cannot_open_what_is_sealed_says_so(desk: Desk):
    said = desk.refused("connection", "ping", "acme", CONNECTOR_KEYS=new_key())
    assert "CONNECTOR_KEYS" in said


def test_a_database_that_is_not_migrated_says_which_command_mends_it(desk: Desk):
    empty = desk.rig.postgres.url.rsplit("/", 1)[0] + "/template1"
    assert "ml-connector db upgrade" in desk.refused("connection", "list", DATABASE_URL=empty)


def test_a_database_that_does_not_answer_is_named(desk: Desk):
    said = desk.refused("connection", "list", DATABASE_URL="postgres://nobody@127.0.0.1:1/none")
    assert "the database does not answer" in said
    assert "the database does not answer" in desk.refused(
        "db", "upgrade", DATABASE_URL="postgres://nobody@127.0.0.1:1/none"
    )


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("connector:", "somebody:", "it refuses DATABASE_URL's user or password"),
        ("/postgres", "/nosuch", "it has no user or no database of the name in DATABASE_URL"),
        ("@127.0.0.1", "@nosuch.invalid", "DATABASE_URL's host is not known"),
        ("/postgres", "/postgres?colour=red", "DATABASE_URL has an option that PostgreSQL's client does not know"),
    ],
)
def test_why_the_database_does_not_answer_is_told_without_its_password(desk: Desk, old: str, new: str, why: str):
    url = desk.rig.postgres.url
    said = desk.refused("connection", "list", DATABASE_URL=url.replace(old, new))
    assert why in said
    assert url.split(":")[2].split("@")[0] not in said


def test_the_doctor_has_a_line_for_everything_where_the_database_is_down(desk: Desk):
    done = desk.type("doctor", "--json", DATABASE_URL="postgres://nobody@127.0.0.1:1/none")
    lines = {line["name"]: line for line in json.loads(done.stdout)}
    assert done.returncode == 1
    assert [name for name, line in lines.items() if not line["ok"]] == ["database", "migrations", "beat", "keys"]
    assert "nothing listens at DATABASE_URL's host and port" in lines["database"]["detail"]


def test_a_state_that_no_record_is_ever_in_is_refused_with_those_there_are(desk: Desk):
    said = desk.refused("records", "list", "acme", "--state", "failed", "--kind", "delivery")
    assert "no delivery is ever failed; there are dead, echo, ignored, taken" in said
    said = desk.refused("orders", "list", "acme", "--state", "failed")
    assert "no order is ever failed; there are held, left_out, new, open, posted, " in said


def test_a_file_of_something_else_gets_no_key(desk: Desk, tmp_path: Path):
    taken = tmp_path / "connector.env"
    taken.write_text("PROXIES=1\n")
    assert f"{taken} holds something else than keys" in desk.refused("keys", "new", "--file", taken)
    assert taken.read_text() == "PROXIES=1\n"


@pytest.mark.parametrize(
    "words",
    [
        ("mapping", "import", "acme"),
        ("connection", "add", "--file"),
        ("certificate", "verify"),
        ("console", "user", "add", "jo", "--role", "viewer", "--password-file"),
    ],
    ids=" ".join,
)
def test_a_file_that_is_not_there_is_no_wrong_usage(desk: Desk, words: tuple[str, ...]):
    assert "No such file or directory" in desk.refused(*words, desk.file("nothing"))


def test_wrong_usage_is_exit_status_two(desk: Desk):
    assert desk.type("connection", "add").returncode == 2
    assert desk.type("nonsense").returncode == 2


def test_an_unusable_environment_names_each_variable(desk: Desk):
    said = desk.refused("connection", "list", PORT="many", QUIET_PERIOD="-1")
    assert "PORT" in said
    assert "QUIET_PERIOD" in said
