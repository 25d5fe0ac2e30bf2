"""``ml-connector demo``: the whole story in a minute, and whether both sides tie out."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
from pathlib import Path
from types import FrameType

import click

_LAST_WORDS = 20
_STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@click.command()
@click.option("--orders", default=40, show_default=True, type=click.IntRange(0, 1000), help="Plain orders besides.")
@click.option("--faults", is_flag=True, help="Turn the fault dial up: the outside fails in the middle of things.")
@click.option("--suite", default="m3", show_default=True, help="Which Infor suite is simulated.")
def demo(orders: int, suite: str, *, faults: bool) -> None:
    """Show the whole system at work on a simulated store and company, and prove that their books agree."""
    from connector.sandbox.infor.suites import SIMULATORS

    if suite not in SIMULATORS:
        raise click.BadParameter(f"{suite!r} has no simulator: choose {', '.join(SIMULATORS)}", param_hint="--suite")
    for number in _STOPS:
        if signal.getsignal(number) is not signal.SIG_IGN:  # as `nohup` wants it
            signal.signal(number, _stop_once)
    if not _ties_out(suite=suite, orders=orders, faults=faults):
        raise click.exceptions.Exit(1)


def _ties_out(*, suite: str, orders: int, faults: bool) -> bool:
    """Play it in a folder of its own; what the processes said is kept only when something is wrong."""
    from connector.cli.demonstration import acts, stage
    from connector.cli.demonstration.display import Display

    folder = Path(tempfile.mkdtemp(prefix="demo-", dir=stage.lonely_home()))
    log = folder.with_suffix(".log")
    try:
        with log.open("w", encoding="utf-8") as output:
            tied = acts.play(folder, output, Display(), suite=suite, orders=orders, faults=faults)
    except KeyboardInterrupt:
        log.unlink()
        click.echo("Aborted!", err=True)
        sys.stdout.flush()
        os._exit(1)  # all is put away; a lock that the interrupt left held would keep Python waiting for its threads
    except BaseException:
        click.echo("".join(log.read_text(encoding="utf-8").splitlines(keepends=True)[-_LAST_WORDS:]), err=True)
        click.echo(f"all that web, worker and beat said: {log}", err=True)
        raise
    if tied:
        log.unlink()
    else:
        click.echo(f"what web, worker and beat said: {log}", err=True)
    return tied


def _stop_once(_number: int, _frame: FrameType | None) -> None:
    """End the demonstration; from now on nothing disturbs the cleaning up."""
    for number in _STOPS:
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt
