"""``ml-connector audit``: the trail of changes, given out and checked."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import click

from connector.cli import opened, show
from connector.cli.days import DAY
from connector.cli.files import lay_down
from connector.domain.audit import Break, Link
from connector.flows import audit as trail
from connector.flows import papers
from connector.papers import beancount


@click.group()
def audit() -> None:
    """Who changed what and when, in a chain that shows tampering."""


@audit.command()
@click.argument("name")
@click.option("--from", "first", type=DAY, help="First day; else from the beginning.")
@click.option("--to", "last", type=DAY, help="Last day; else to the end.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["jsonl", "beancount"]),
    default="jsonl",
    show_default=True,
    help="The trail, an entry a line with its digest; or every confirmed journal as a beancount ledger.",
)
@show.json_option
def export(name: str, first: datetime | None, last: datetime | None, form: str, *, as_json: bool) -> None:
    """Print a connection's trail, or its journals."""
    if as_json and form != "jsonl":
        raise click.UsageError("--json gives the trail: a beancount ledger has a form of its own")
    if first and last and first > last:
        raise click.ClickException("--from must not be after --to: no day is in between")
    days = first.date() if first else None, last.date() if last else None
    with opened.house() as house:
        if form == "beancount":
            for line in beancount.lines(name, trail.booked(house, name, *days)):
                click.echo(line, nl=False)
            return None
        told = map(_told, trail.entries(house, name, *days))
        if as_json:
            return show.as_list(told)
        for entry in told:
            click.echo(json.dumps(entry, ensure_ascii=False))
    return None


def _told(link: Link) -> dict[str, object]:
    entry = show.plain(link.entry)
    return {"id": link.id, **entry, "previous": link.previous, "digest": link.digest}


@audit.command()
@click.argument("name")
@show.json_option
@click.pass_context
def verify(context: click.Context, name: str, *, as_json: bool) -> None:
    """Follow the chain of a connection's trail and look at the files it names; exit status 1 unless all holds."""
    with opened.house() as house:
        verified = trail.verify(house, name)
    if as_json:
        show.as_document(verified)
    elif verified.broken:
        click.echo(_broken(verified.broken, verified.entries))
    else:
        click.echo(f"{verified.entries} entries, unbroken; the last one's digest is {verified.digest or 'none'}")
    if not as_json:
        for file in verified.spoiled:
            click.echo(f"SPOILED {file}: what is kept is not what was made")
    context.exit(0 if verified.holds else 1)


@audit.command()
@click.argument("name")
@click.argument("file")
@click.option("--to", "place", type=click.Path(path_type=Path, dir_okay=False), help="Where; else here, by its name.")
def paper(name: str, file: str, place: Path | None) -> None:
    """Write a file of a reconciliation or certificate that the trail names; it must be what was made."""
    with opened.house() as house:
        found = papers.give_out(house, name, file, by=opened.operator())
    target = place or Path(found.name)
    lay_down(found.content, target)
    click.echo(target)


def _broken(place: Break, entries: int) -> str:
    at = f"row {place.id} of {place.at:%Y-%m-%d %H:%M:%S} UTC" if place.at else "the beginning"
    return f"BROKEN at {at}\n{place.what}\n{entries} entries before it are unbroken"
