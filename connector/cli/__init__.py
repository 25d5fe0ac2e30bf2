"""``ml-connector``: what a person types.

Reading arguments, calling one flow, printing its answer and choosing the exit status belong here, one module per
command. What the answer is belongs in ``flows``; how the pieces are put together, in ``bootstrap``.
"""

from __future__ import annotations

import importlib
import io
import os
import sys
import traceback

import click

from connector.domain.faults import Fault, Transient
from connector.domain.text import legible
from connector.embedded import NotStarted
from connector.mapping.located import BadFile
from connector.settings import SettingsError

COMMANDS = (
    "up",
    "demo",
    "doctor",
    "db",
    "keys",
    "connection",
    "mapping",
    "fit",
    "preview",
    "orders",
    "records",
    "unpost",
    "backfill",
    "catalog",
    "periods",
    "webhooks",
    "certificate",
    "reconcile",
    "audit",
    "console",
    "sandbox",
)
"""Each is ``connector.cli.<name>.<name>``, imported when it is asked for: one command does not wait for all."""


class Commands(click.Group):
    """The commands by name; a refusal becomes one clear message and exit status 1."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        """List them in the order in which a newcomer meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  # click's
        """Import one command."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"connector.cli.{cmd_name}")
        command: click.Command = getattr(module, cmd_name)
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Run one command."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except Exception as failed:
            if os.environ.get("LOG_LEVEL") == "DEBUG":
                traceback.print_exc()
            raise click.ClickException(legible(explained(failed))) from failed


def explained(failed: Exception) -> str:
    """Say what happened and what to do next."""
    if isinstance(failed, Fault):
        return "\n".join(part for part in (failed.what, failed.detail, _advice(failed)) if part)
    if isinstance(failed, BadFile | SettingsError | NotStarted):
        return str(failed)
    if isinstance(failed, OSError) and failed.filename is not None:
        return f"{failed.filename}: {failed.strerror}"
    at = traceback.extract_tb(failed.__traceback__)[-1]
    where = f"{type(failed).__name__} at {at.filename}:{at.lineno}"  # the error's own words may hold a secret
    return (
        f"this is a mistake of ml-connector, not yours ({where}): run it again with LOG_LEVEL=DEBUG and report "
        "what it prints"
    )


def _advice(fault: Fault) -> str:
    """Say what to do next at a terminal: what passes by itself for a worker ends a command."""
    if not isinstance(fault, Transient):
        return fault.advice
    when = f"in {fault.retry_after.total_seconds():.0f} s" if fault.retry_after else "in a moment"
    return f"Run it again {when}; if that does not help, `ml-connector doctor` looks for the cause."


@click.command(cls=Commands)
@click.version_option(package_name="ml-connector")
def main() -> None:
    """Keep BigCommerce stores and Infor companies in step."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a name may hold bytes that are no text
