"""``ml-connector up``: the whole system on this machine, in the foreground."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path

import click

from connector.cli import opened
from connector.cli.processes import Processes, environment, procfile
from connector.embedded.server import free_port, is_free, kept_port
from connector.settings import Settings

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
    with opened.settings() as settings:
        chosen = settings.model_copy(update={"port": _port(settings, port), "log_format": _log_format(settings)})
        _migrate(chosen)
        commands = procfile(["web", "worker", "beat"])
        if sandbox:
            commands = {"sandbox": sandbox_command(chosen.make_home()), **commands}
        click.echo(f"web: http://127.0.0.1:{chosen.port}   state: {chosen.make_home()}   Ctrl-C stops everything")
        if sandbox:
            click.echo(_next_steps(chosen.make_home()))
        Processes(commands, environment(chosen)).run()


def sandbox_command(home: Path) -> str:
    """Give the command that serves the sandbox and writes its connection files under ``home``."""
    folder = home / "sandbox"
    folder.mkdir(mode=0o700, exist_ok=True)
    port = kept_port(folder / "port")  # the same as last time: connections made with its files stay good
    return shlex.join(["exec", sys.executable, *f"-m connector.sandbox --port {port} --folder".split(), str(folder)])


def _next_steps(home: Path) -> str:
    folder = home / "sandbox"
    return "\n".join(
        [
            "to connect the sandbox, in another terminal:",
            "  export ALLOW_INSECURE_HOSTS=1",
            f"  ml-connector connection add --file {folder / 'connection.yaml'}",
            f"  ml-connector mapping import acme {folder / 'mapping.yaml'}",
        ]
    )


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
