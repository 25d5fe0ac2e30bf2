"""PostgreSQL and Valkey from wheels: they keep their data and their port, are shared, and leave nothing behind."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg2
import pytest
import redis

from connector.embedded import NotStarted, PostgreSQL, Valkey, ensure, privileges, remove
from connector.embedded.server import package_folder

ROOT = Path(__file__).parents[2]
PATIENCE = 15.0


@pytest.fixture
def home() -> Iterator[Path]:
    """A home that only its owner can enter, as every home is."""
    folder = Path(tempfile.mkdtemp(prefix="home-"))
    yield folder
    remove(folder)
    shutil.rmtree(folder)


def ask(url: str, sql: str) -> Any:
    connection = psycopg2.connect(url.replace("+psycopg2", ""))
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall() if cursor.description else None
    finally:
        connection.close()


def say(url: str, *command: str) -> Any:
    with redis.Redis.from_url(url) as client:
        return client.execute_command(*command)


def ended(pid: int) -> bool:
    shown = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return shown.stdout.strip()[:1] in ("", "Z")


def within_patience(holds: Any) -> bool:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def user_of(home: Path) -> subprocess.Popen[str]:
    """Start a process that uses the servers of a home until it is ended; its first line is their addresses."""
    use = (
        "import sys, time; from pathlib import Path; from connector.embedded import ensure\n"
        "with ensure(Path(sys.argv[1]), fast=True) as servers:\n"
        "    print(servers.database_url, servers.redis_url, flush=True); sys.stdin.read()"
    )
    return subprocess.Popen(
        [sys.executable, "-c", use, str(home)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def keeper_of(home: Path) -> int:
    told = (home / "run" / "servers.json").read_text()
    return int(told.split('"pid": ')[1].split(",")[0])


def test_postgresql_keeps_its_address_and_its_data_through_stop_and_kill(home: Path) -> None:
    with PostgreSQL(home / "postgres", fast=True) as server:
        address = server.url
        ask(address, "CREATE TABLE kept (id int); INSERT INTO kept VALUES (1)")
        server.restart()
        assert server.url == address
        assert ask(address, "SELECT id FROM kept") == [(1,)]
        ask(address, "INSERT INTO kept VALUES (2)")
        server.kill()
        assert not server.alive
        server.start()
        assert server.url == address
        assert ask(address, "SELECT id FROM kept ORDER BY id") == [(1,), (2,)]


def test_postgresql_stops_although_a_client_is_connected(home: Path) -> None:
    server = PostgreSQL(home / "postgres", fast=True).start()
    client = psycopg2.connect(server.url.replace("+psycopg2", ""))
    pid = server.pid
    server.stop()
    assert ended(pid)
    with pytest.raises(psycopg2.OperationalError):
        client.cursor().execute("SELECT 1")


def test_postgresql_is_durable_unless_speed_was_asked_for(home: Path) -> None:
    with PostgreSQL(home / "postgres") as server:
        assert ask(server.url, "SHOW fsync") == [("on",)]
        assert ask(server.url, "SHOW server_encoding") == [("UTF8",)]
        assert ask(server.url, "SHOW timezone") == [("UTC",)]


def test_valkey_keeps_its_address_and_its_data_through_stop_and_kill(home: Path) -> None:
    with Valkey(home / "valkey") as server:
        address = server.url
        say(address, "SET", "kept", "1")
        server.restart()
        assert server.url == address
        assert say(address, "GET", "kept") == b"1"
        server.kill()
        server.start()
        assert server.url == address
        assert say(address, "GET", "kept") == b"1"
        assert say(address, "CONFIG", "GET", "maxmemory-policy") == {b"maxmemory-policy": b"noeviction"}


def test_other_users_of_the_machine_need_the_password(home: Path) -> None:
    with PostgreSQL(home / "postgres", fast=True) as postgres, Valkey(home / "valkey", fast=True) as valkey:
        with pytest.raises(psycopg2.OperationalError, match=r"no password supplied|password authentication failed"):
            psycopg2.connect(host="127.0.0.1", port=postgres.port, user="connector", dbname="postgres", password="")
        with pytest.raises(redis.AuthenticationError):
            say(f"redis://127.0.0.1:{valkey.port}/0", "PING")
        commands = subprocess.run(["ps", "-A", "-o", "args="], capture_output=True, text=True, check=True).stdout
        for secret in (postgres.url, valkey.url):
            assert secret.split(":")[2].split("@")[0] not in commands


def test_the_log_of_postgresql_holds_nothing_that_was_to_be_kept(home: Path) -> None:
    with PostgreSQL(home / "postgres", fast=True) as server:
        ask(server.url, "CREATE TABLE kept (word text PRIMARY KEY); INSERT INTO kept VALUES ('hollyhock')")
        with pytest.raises(psycopg2.Error):
            ask(server.url, "INSERT INTO kept VALUES ('hollyhock', 2)")
        log = server.place / "log"
        assert ("more expressions" in log.read_text(), "hollyhock" in log.read_text()) == (True, False)
        assert log.stat().st_mode & 0o077 == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user starts it as themselves")
def test_who_commands_postgresql_leads_root_nowhere(home: Path) -> None:
    with PostgreSQL(home / "postgres", fast=True) as server:
        for command in (f"mv {server.place}/log /tmp/gone", f"ln -s {home}/of-root {server.place}/port.new"):
            with pytest.raises(psycopg2.Error, match=r"program .* failed"):
                ask(server.url, f"COPY (SELECT 1) TO PROGRAM '{command}'")
        assert (server.place.owner(), server.place.stat().st_mode & 0o027) == ("root", 0)
    server.discard()


@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user's data stays in the home")
def test_root_keeps_nothing_in_a_folder_that_somebody_else_made(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    theirs = Path(tempfile.mkdtemp()) / "ml-connector"
    theirs.mkdir()
    os.chown(theirs, 65534, 65534)
    monkeypatch.setattr(privileges, "COMMON", (theirs, theirs))
    with pytest.raises(NotStarted, match=f"{theirs} was made by somebody else than root"):
        PostgreSQL(home / "postgres", fast=True).start()
    assert list(theirs.iterdir()) == []
    shutil.rmtree(theirs.parent)


def test_a_port_taken_meanwhile_is_replaced(home: Path) -> None:
    server = Valkey(home / "valkey", fast=True).start()
    taken = server.port
    server.stop()
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", taken))
        other.listen()
        with server:
            assert server.port != taken
            assert say(server.url, "PING") is True


def test_a_start_that_a_full_disk_cut_short_is_done_again(home: Path) -> None:
    folder = home / "valkey"
    folder.mkdir()
    for name in ("password", "port"):
        (folder / name).touch()
    with Valkey(folder, fast=True) as server:
        assert say(server.url, "PING") is True
        with pytest.raises(redis.AuthenticationError):
            say(f"redis://127.0.0.1:{server.port}/0", "PING")


def test_a_home_that_only_root_enters_is_no_obstacle_and_leaves_nothing_elsewhere(home: Path) -> None:
    folder = home / "postgres"
    with PostgreSQL(folder, fast=True) as server:
        place = server.place
        moved = place != folder
        assert moved == (os.geteuid() == 0)
        assert ask(server.url, "SELECT 1") == [(1,)]
    if moved:
        assert (folder / "moved-to").read_text() == f"{place}\n"
        assert (place / "cluster").owner() == "nobody"
    server.discard()
    assert not place.exists()
    assert not folder.exists()


def test_what_a_removed_home_left_elsewhere_is_not_found_again(home: Path) -> None:
    folder = home / "postgres"
    with PostgreSQL(folder, fast=True) as server:
        ask(server.url, "CREATE TABLE old ()")
        left = server.place
    shutil.rmtree(folder)
    with PostgreSQL(home / "another", fast=True):
        assert not left.exists()
    with PostgreSQL(folder, fast=True) as server:
        assert ask(server.url, "SELECT to_regclass('old')") == [(None,)]
    server.discard()
    PostgreSQL(home / "another").discard()


@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user's data stays in the home")
def test_the_data_of_a_home_that_people_keep_stays_when_the_home_cannot_be_found() -> None:
    user = privileges.unprivileged()
    with tempfile.TemporaryDirectory(dir="/root") as kept:
        folder = Path(kept) / "postgres"
        place = privileges.place_for(folder, user)
        (place / "book").touch()
        folder.rename(folder.with_name("moved"))
        with tempfile.TemporaryDirectory() as another:
            privileges.place_for(Path(another) / "postgres", user)
            privileges.forget(Path(another) / "postgres")
        assert privileges.place_for(folder.with_name("moved"), user) == place
        assert (place / "book").exists()
        privileges.forget(folder.with_name("moved"))


@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user's data stays in the home")
def test_a_restart_never_makes_the_data_look_as_if_its_home_was_removed(home: Path) -> None:
    user = privileges.unprivileged()
    owner = privileges.place_for(home / "postgres", user) / "home"
    with ThreadPoolExecutor() as others:
        restarts = others.submit(lambda: [privileges.place_for(home / "postgres", user) for _ in range(300)])
        read = {owner.read_text() for _ in iter(restarts.done, True)}
    assert read == {f"{home / 'postgres'}\n"}
    privileges.forget(home / "postgres")


def test_a_server_that_cannot_start_says_why(home: Path) -> None:
    server = PostgreSQL(home / "postgres", fast=True).start()
    server.stop()
    (server.place / "cluster" / "PG_VERSION").write_text("9.6\n")
    with pytest.raises(NotStarted, match=r"(?s)PostgreSQL did not start.*9\.6"):
        server.start()
    assert not server.alive


def test_a_missing_wheel_is_named_with_the_way_out() -> None:
    with pytest.raises(NotStarted, match=r"'no_such_wheel' is not installed: .* set DATABASE_URL and REDIS_URL"):
        package_folder("no_such_wheel")


def test_a_server_ends_with_the_process_that_started_it(home: Path) -> None:
    start = (
        "import sys; from pathlib import Path; from connector.embedded import PostgreSQL, Valkey\n"
        "home = Path(sys.argv[1])\n"
        "servers = [PostgreSQL(home / 'postgres', fast=True).start(), Valkey(home / 'valkey', fast=True).start()]\n"
        "print(*(server.pid for server in servers), flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", start, str(home)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout
        postgres, valkey = map(int, parent.stdout.readline().split())
        parent.kill()
    assert within_patience(lambda: ended(postgres) and ended(valkey))


def test_one_home_is_shared_until_the_last_one_leaves(home: Path) -> None:
    with user_of(home) as other:
        assert other.stdout
        theirs = other.stdout.readline().split()
        keeper = keeper_of(home)
        with ensure(home, fast=True) as servers:
            assert [servers.database_url, servers.redis_url] == theirs
            other.communicate()
            assert say(servers.redis_url, "PING") is True
            assert ask(servers.database_url, "SELECT 1") == [(1,)]
            assert keeper_of(home) == keeper
    assert within_patience(lambda: ended(keeper))
    with pytest.raises(redis.ConnectionError):
        say(theirs[1], "PING")
    with pytest.raises(psycopg2.OperationalError):
        ask(theirs[0], "SELECT 1")


def test_several_that_start_together_get_the_same_servers(home: Path) -> None:
    users = [user_of(home) for _ in range(3)]
    answers = {user.stdout.readline() for user in users if user.stdout}
    keeper = keeper_of(home)
    for user in users:
        user.communicate()
    assert len(answers) == 1
    assert within_patience(lambda: ended(keeper))


def test_two_homes_do_not_meet(home: Path) -> None:
    with ensure(home / "one", fast=True) as one, ensure(home / "two", fast=True) as two:
        say(one.redis_url, "SET", "mine", "1")
        assert say(two.redis_url, "GET", "mine") is None
        assert one.database_url != two.database_url
    remove(home / "one")
    remove(home / "two")


def test_servers_end_when_their_only_user_is_killed(home: Path) -> None:
    with user_of(home) as user:
        assert user.stdout
        user.stdout.readline()
        keeper = keeper_of(home)
        user.kill()
    assert within_patience(lambda: ended(keeper))


def test_what_a_killed_keeper_left_written_is_not_believed(home: Path) -> None:
    with ensure(home, fast=True) as servers:
        ask(servers.database_url, "CREATE TABLE kept ()")
        os.kill(keeper_of(home), signal.SIGKILL)
        assert within_patience(lambda: _is_down(servers.redis_url))
    assert servers.redis_url in (home / "run" / "servers.json").read_text()
    with ensure(home, fast=True) as again:
        assert say(again.redis_url, "PING") is True
        assert ask(again.database_url, "SELECT to_regclass('kept')") == [("kept",)]


def test_the_keeper_revives_a_server_at_the_same_address(home: Path) -> None:
    with ensure(home, fast=True) as servers:
        say(servers.redis_url, "SET", "kept", "1")
        say(servers.redis_url, "SET", "also", "1")
        pid = say(servers.redis_url, "INFO", "server")["process_id"]
        os.kill(pid, signal.SIGKILL)
        assert within_patience(lambda: not _is_down(servers.redis_url))
        assert say(servers.redis_url, "GET", "kept") == b"1"


def _is_down(redis_url: str) -> bool:
    try:
        return say(redis_url, "PING") is not True
    except redis.ConnectionError:
        return True
