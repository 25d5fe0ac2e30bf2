"""``ml-connector mapping``: import, suggest, export, check."""

from __future__ import annotations

from pathlib import Path

import click

from connector.cli import opened, patience, show
from connector.flows import connections, setup, suggestions
from connector.flows.fit import DAYS


@click.group()
def mapping() -> None:
    """The accounts, items, customers and charges a store's values become."""


@mapping.command(name="import")
@click.argument("name")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def import_(name: str, file: Path) -> None:
    """Check a profile whole, save it as the next version, and release the orders that waited for it."""
    text = setup.text_of(file)
    with opened.house() as house:
        checks = connections.check_profile(house, name, text, file=str(file))
        if not show.checks([check for check in checks if not check.ok], as_json=False):
            raise click.ClickException("nothing was saved: mend the lines above and import it again")
        version, released = connections.import_profile(house, name, text, by=opened.operator())
    click.echo(f"saved as version {version}; {released} held orders are being planned again")


@mapping.command()
@click.argument("name")
@click.option("--days", type=click.IntRange(1, 3660), default=DAYS, show_default=True, help="How far to look back.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write it there; else to the screen.")
@show.json_option
def suggest(name: str, days: int, out: Path | None, *, as_json: bool) -> None:
    """Draft a profile from what the store's orders need: matches with their reasons, the rest as gaps to fill."""
    if out is not None and out.exists():
        raise click.ClickException(f"{out} is there already: name another file")
    if out is not None and not out.parent.is_dir():
        raise click.ClickException(f"{out.parent} is no folder: make it first")
    with opened.house() as house:
        found = patience.rehearsed(house, name, days, blank=True)
        drafted = patience.patiently(lambda: suggestions.suggest(house, name, found))
    if out is not None:
        out.write_text(drafted.text, encoding="utf-8")
    if as_json:
        return show.as_document(drafted)
    if out is None:
        click.echo(drafted.text, nl=False)
    filled = len(drafted.proposals) - len(drafted.gaps)
    click.echo(f"{filled} lines proposed, {len(drafted.gaps)} gaps left to you", err=True)
    return None


@mapping.command()
@click.argument("name")
@show.json_option
def export(name: str, *, as_json: bool) -> None:
    """Print the current profile as it was written."""
    with opened.house() as house:
        profile = connections.current_profile(house, name)
    if as_json:
        return show.as_document(profile)
    return click.echo(profile.text, nl=False)


@mapping.command()
@click.argument("name")
@show.json_option
def check(name: str, *, as_json: bool) -> None:
    """Check the current profile against the ERP again: accounts get blocked, items get closed."""
    with opened.house() as house:
        lines = connections.check_profile(house, name, connections.current_profile(house, name).text)
    if not show.checks(lines, as_json=as_json):
        raise click.exceptions.Exit(1)
    if not as_json:
        click.echo("everything the profile names exists and is open")
