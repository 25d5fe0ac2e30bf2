"""``ml-connector backfill``: what webhooks missed."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from connector.cli import opened, show
from connector.cli.days import DAY_OR_MOMENT
from connector.flows import backfill as missed


@click.command()
@click.argument("name")
@click.option("--since", type=DAY_OR_MOMENT, help="UTC; else the watermark.")
@show.json_option
def backfill(name: str, since: datetime | None, *, as_json: bool) -> None:
    """Read the store's orders and refunds that webhooks missed, and send them down the same chain."""
    from tasks import chains

    with opened.house() as house:
        report = missed.poll(house, name, since=since.replace(tzinfo=UTC) if since else None)
        chains.dispatch_all(report.runs)
    if as_json:
        return show.as_document({"seen": report.seen, "asked": report.asked})
    return click.echo(f"{report.seen} orders and refunds looked at, {report.asked} read again")
