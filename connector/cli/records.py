"""``ml-connector records``: list, show, replay."""

from __future__ import annotations

import click

from connector.cli import opened, show
from connector.flows import replay as again
from connector.flows import story


@click.group()
def records() -> None:
    """Every delivery, order, transaction, refund and posting, with what was received, mapped, sent and answered."""


@records.command(name="list")
@click.argument("name")
@click.option("--state", help="Only records in this state.")
@click.option("--kind", type=click.Choice(story.LISTED), help="Only records of this kind.")
@click.option(
    "--limit", default=100, show_default=True, type=click.IntRange(1, 10_000), help="Newest so many of a kind."
)
@show.json_option
def list_(name: str, state: str | None, kind: str | None, limit: int, *, as_json: bool) -> None:
    """List a connection's records, newest first."""
    with opened.house() as house:
        lines = story.listed(house, name, kind=kind, state=state, limit=limit)
    if as_json:
        return show.as_document(lines)
    rows = [(one.id, one.state, one.subject, one.reason, one.at.strftime("%Y-%m-%d %H:%M:%S")) for one in lines]
    return show.table(("id", "state", "what", "reason", "at (UTC)"), rows)


@records.command(name="show")
@click.argument("record")
@show.json_option
def show_(record: str, *, as_json: bool) -> None:
    """Show one record with all it keeps, opened and redacted."""
    with opened.house() as house:
        found = story.of_record(house, record)
    if as_json:
        return show.as_document(found)
    return show.table(("", ""), found.items())


@records.command()
@click.argument("record", nargs=-1, required=True)
def replay(record: tuple[str, ...]) -> None:
    """Run records again on today's truth; nothing is booked twice."""
    from tasks import chains

    with opened.house() as house:
        for one in record:
            chains.dispatch(again.replay(house, one, by=opened.operator()))
            click.echo(f"{one} runs again")
