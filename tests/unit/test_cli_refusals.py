"""Whatever goes wrong in a command is one clear message on stderr and exit status 1."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from rich.text import Text

from connector.cli import Commands, show
from connector.domain.faults import Busy, Fault, Throttled, Unauthorized, Unavailable


def typed(failed: Exception, **env: str) -> Result:
    """Type a command that fails."""

    @click.command()
    def go() -> None:
        raise failed

    class OneCommand(Commands):
        def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command:
            return go

    return CliRunner(env=env).invoke(OneCommand("main"), ["go"])


@pytest.mark.parametrize("mistake", [KeyError("sesame"), ValueError("sesame"), RecursionError("sesame"), OSError()])
def test_a_mistake_of_ours_says_where_it_is_and_no_secret(mistake: Exception) -> None:
    done = typed(mistake)
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith("Error: this is a mistake of ml-connector, not yours (")
    assert f"({type(mistake).__name__} at {Path(__file__)}:" in done.stderr
    assert "sesame" not in done.stderr
    assert "Traceback" not in done.stderr


def test_whoever_asks_for_it_gets_the_traceback() -> None:
    assert "Traceback" in typed(KeyError("x"), LOG_LEVEL="DEBUG").stderr


def test_a_fault_says_what_happened_and_what_to_do() -> None:
    done = typed(Unauthorized("the store refused the token", detail="scope: orders"))
    assert (done.exit_code, done.stderr) == (
        1,
        f"Error: the store refused the token\nscope: orders\n{Unauthorized.advice}\n",
    )


@pytest.mark.parametrize(
    ("fault", "when"),
    [
        (Busy("the token is being renewed"), "in a moment"),
        (Throttled("the window is spent", retry_after=timedelta(seconds=12)), "in 12 s"),
    ],
)
def test_what_passes_by_itself_has_ended_the_command_and_is_to_be_typed_again(fault: Fault, when: str) -> None:
    done = typed(fault)
    assert done.exit_code == 1
    assert done.stderr == (
        f"Error: {fault.what}\n"
        f"Run it again {when}; if that does not help, `ml-connector doctor` looks for the cause.\n"
    )


def test_a_file_that_cannot_be_used_is_named() -> None:
    done = typed(PermissionError(13, "Permission denied", "/root/secret.yaml"))
    assert (done.exit_code, done.stderr) == (1, "Error: /root/secret.yaml: Permission denied\n")


@pytest.mark.parametrize("ended", [click.UsageError("no"), click.exceptions.Exit(2)])
def test_wrong_usage_stays_exit_status_two(ended: Exception) -> None:
    assert typed(ended).exit_code == 2


@pytest.mark.parametrize("written", ["a [red]b", r"C:\[/x] y", "[/]", "[link=http://evil]x[/link]", "two\nlines"])
def test_what_a_store_or_an_erp_wrote_is_no_markup(written: str) -> None:
    assert Text.from_markup(show.text(written)).plain == written


def test_a_terminal_obeys_nobodys_text() -> None:
    evil = "\x1b]0;title\x07\x1b[2Jbooked\r\x9b31m"
    assert not set(show.text(evil)) & set("\x1b\x07\r\x9b")
    refused = typed(Unavailable(evil)).stderr
    assert "booked" in refused
    assert not set(refused) & set("\x1b\x07\r\x9b")
