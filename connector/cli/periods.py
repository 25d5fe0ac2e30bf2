"""``ml-connector periods``: which accounting periods are closed, read now."""

from __future__ import annotations

import click

from connector.cli import opened, show
from connector.flows import periods as journeys

UNKNOWN = "cannot be told: a closed period shows when Infor refuses a journal (docs/accounting.md, Closed periods)"


@click.command()
@click.argument("name")
@show.json_option
def periods(name: str, *, as_json: bool) -> None:
    """Read which accounting periods are closed in Infor, and let go what waited for one that is open now."""
    with opened.house() as house:
        found = journeys.read(house, name, by=opened.operator())
    if as_json:
        return show.as_document({"known": found is not None, "periods": list(found or ())})
    if found is None:
        return click.echo(UNKNOWN)
    rows = [(one.name, one.first, one.last, "closed" if one.closed else "open") for one in found]
    return show.table(("period", "first day", "last day", ""), rows)
