"""``ml-connector up``: the whole system on this machine, in the foreground."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path

import click

from connector.cli import console, opened
from connector.cli.processes import Processes, environment, procfile
from connector.domain.user import Role
from connector.embedded.server import free_port, is_free, kept_port
from connector.flows import backfill, connections, logins, setup, users
from connector.flows.house import House
from connector.settings import Settings

PROCESSES = ("web", "worker", "beat")
SANDBOX = "acme"
OPERATOR = "operator"
"""Who is let into the console of a sandbox, by one-time links."""

SANDBOX_PACE = {
    "ALLOW_INSECURE_HOSTS": "1",
    "QUIET_PERIOD": "10",
    "CONFIRM_DELAY": "1",
    "SWEEP_INTERVAL": "5",
}
"""The sandbox is this machine, and forgets nothing it was told: shorter waits prove as much."""


@click.command()
@click.option("--sandbox", is_flag=True, help="Start a simulated store and a simulated Infor as well.")
@click.option("--port", type=click.IntRange(1, 65535), help="Where the web process listens (127.0.0.1).")
def up(port: int | None, *, sandbox: bool) -> None:
    """Run web, worker and beat until Ctrl-C, with PostgreSQL and Valkey where the environment names none."""
    for name, value in (SANDBOX_PACE if sandbox else {}).items():
        os.environ.setdefault(name, value)
    with opened.settings(announce=False) as settings:
        chosen = settings.model_copy(update={"port": _port(settings, port), "log_format": _log_format(settings)})
        _migrate(chosen)
        click.echo(f"web: http://127.0.0.1:{chosen.port}   state: {chosen.make_home()}   Ctrl-C stops everything")
        click.echo(
            f"console: {console.address(chosen)}   `ml-connector console user add NAME --role admin` lets you in"
        )
        if not sandbox:
            return Processes(procfile(PROCESSES), environment(chosen)).run()
        rehearsed = {"sandbox": sandbox_command(chosen), **procfile(PROCESSES)}
        processes = Processes(rehearsed, environment(chosen))
        return processes.run(once_up=lambda: _connect_sandbox(chosen, processes))


def sandbox_command(settings: Settings) -> str:
    """Give the command that serves the sandbox, with its files under the home and its webhooks for our door."""
    folder = _folder(settings)
    folder.mkdir(mode=0o700, exist_ok=True)
    port = kept_port(folder / "port")  # the same as last time: connections made with its files stay good
    door = f"http://127.0.0.1:{settings.port}/webhooks/bigcommerce/{SANDBOX}"
    words = ["-m", "connector.sandbox", "--port", str(port), "--send-to", door, "--folder", str(folder)]
    return shlex.join(["exec", sys.executable, *words])


def one_time_login(house: House, settings: Settings, *, by: str) -> str:
    """Make the sandbox's operator, unless there is one, and give an address that lets them in once."""
    if OPERATOR not in [row.user.name for row in users.every(house)]:
        users.add(house, OPERATOR, Role.ADMIN, None, by=by)
    return console.link(settings, logins.link(house, OPERATOR, by=by))


def _folder(settings: Settings) -> Path:
    return settings.make_home() / "sandbox"


def _connect_sandbox(settings: Settings, processes: Processes) -> None:
    """Connect the sandbox as a person would, unless that was done before."""
    processes.wait_live(settings.port)
    from tasks import chains

    folder, by = _folder(settings), opened.operator()
    with opened.house() as house:
        click.echo(f"log in once, within 15 minutes: {one_time_login(house, settings, by=by)}")
        if SANDBOX in [one.connection.name for one in connections.every(house)]:
            return
        setup.add(house, folder / "connection.yaml", by=by)
        connections.import_profile(house, SANDBOX, (folder / "mapping.yaml").read_text(), by=by)
        chains.dispatch_all(backfill.poll(house, SANDBOX).runs)
    click.echo(f"the sandbox is connected as {SANDBOX}, its orders are coming in:")
    click.echo(f"  ML_CONNECTOR_HOME={settings.make_home()} ml-connector records list {SANDBOX} --kind order")


def _migrate(settings: Settings) -> None:
    from connector.records import migrate

    assert settings.database_url  # noqa: S101  # `ready` gives one
    migrate.upgrade(settings.database_url.get_secret_value())


def _port(settings: Settings, asked: int | None) -> int:
    port = asked or settings.port
    if is_free(port):
        return port
    if asked or "port" in settings.model_fields_set:
        raise click.ClickException(f"port {port} is in use: name another by --port or PORT")
    return free_port()


def _log_format(settings: Settings) -> str:
    return settings.log_format or ("console" if sys.stdout.isatty() else "json")
