"""``ml-connector certificate``: proof that nothing of a period is lost, doubled or unexplained."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click

from connector.cli import opened, show
from connector.cli.days import DAY
from connector.cli.files import lay_down
from connector.flows import certificate as certificates
from connector.settings import load_settings


class NameFirst(click.Group):
    """Takes ``certificate NAME`` for ``certificate make NAME``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the word in that a person leaves out."""
        known = {*self.commands, *self.get_help_option_names(ctx)}
        return super().parse_args(ctx, ["make", *args] if args and args[0] not in known else args)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Find a command; any other word is a connection's name."""
        return super().get_command(ctx, cmd_name) or make


@click.group(cls=NameFirst)
def certificate() -> None:
    """Prove that every order, payment and refund of a period has one end: certificate NAME, or verify FILE."""


@certificate.command()
@click.argument("name")
@click.option("--from", "first", type=DAY, help="The first day, in the connection's time zone; else all there is.")
@click.option("--to", "last", type=DAY, help="The last day; else today, up to now.")
@click.option("--file", type=click.Path(path_type=Path, dir_okay=False), help="Where to save it.")
@click.option("--deep", is_flag=True, help="Ask the store for each order's transactions, too: one call an order.")
@click.option("--no-fetch", is_flag=True, help="Only name what differs; do not read it again.")
@show.json_option
def make(
    name: str,
    first: datetime | None,
    last: datetime | None,
    file: Path | None,
    *,
    deep: bool,
    no_fetch: bool,
    as_json: bool,
) -> None:
    """Count a period three ways, compare it with what became of every id, sign and save it; 0 only if all agrees."""
    from tasks import chains

    with opened.house() as house:
        period = certificates.days(house, name, first and first.date(), last and last.date())
        made = certificates.certify(
            house, name, period, wait=_wait, by=opened.operator(), fetch=not no_fetch, deep=deep
        )
        chains.dispatch_all(made.runs)
    place = file or _place(f"{name}-{period.first}-{period.last}.json")
    lay_down(made.paper.content, place)
    if as_json:
        show.as_document(made.document)
    else:
        _print(made.document["certificate"], place)
    if not made.complete:
        raise SystemExit(1)


@certificate.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@show.json_option
def verify(file: Path, *, as_json: bool) -> None:
    """Say whether a certificate is ours and unchanged."""
    with opened.house() as house:
        ours = certificates.is_ours(house, file.read_bytes())
    if as_json:
        show.as_document({"ours_and_unchanged": ours})
    else:
        click.echo(f"{file} is {'ours, and unchanged' if ours else 'not ours, or was changed'}")
    if not ours:
        raise SystemExit(1)


def _wait(pause: timedelta) -> None:
    click.echo(f"the store's window is spent: going on in {pause.total_seconds():.0f} s", err=True)
    threading.Event().wait(pause.total_seconds())


def _place(name: str) -> Path:
    folder = load_settings().make_home() / "certificates"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / name


def _print(told: dict[str, Any], place: Path) -> None:
    period = told["period"]
    show.table(("count", "ids"), told["counts"].items(), right=("ids",))
    show.table(
        ("what", "state", "ids", "money", "reason"),
        [(one["about"], one["state"], one["count"], _money(one["money"]), one["reason"]) for one in told["ends"]],
        right=("ids", "money"),
    )
    for one in told["differences"]:
        ids = f": {one['ids']}" if one["ids"] else ""
        show.console.print(f"[red]DIFFERS[/red] {one['count']} {one['about']} {show.text(one['what'] + ids)}")
    verdict = "[green]complete[/green]" if told["complete"] else "[red]not complete[/red]"
    when = f"{told['connection']}, {period['from']} to {period['to']} ({period['zone']}, up to {period['until']})"
    show.console.print(f"{verdict}: {show.text(when)}")
    click.echo(f"saved as {place}")


def _money(amounts: dict[str, str]) -> str:
    return ", ".join(f"{amount} {currency}" for currency, amount in amounts.items())
