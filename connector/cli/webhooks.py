"""``ml-connector webhooks``: list, ensure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta

import click

from connector.cli import opened, show
from connector.flows import hook_figures, hooks
from connector.flows.hook_figures import ScopeFigure
from connector.flows.hooks import HookLine


@click.group()
def webhooks() -> None:
    """The webhooks that the store sends us: what is registered, what arrived, what was missed."""


@webhooks.command(name="list")
@click.argument("name")
@click.option("--days", default=7, show_default=True, type=click.IntRange(1, 365), help="Period of the figures.")
@show.json_option
def list_(name: str, days: int, *, as_json: bool) -> None:
    """List a connection's webhooks, and what arrived against what should have."""
    with opened.house() as house:
        lines = hooks.listed(house, name)
        counted = hook_figures.of_period(house, name, period=timedelta(days=days))
        reachable, now = house.public_url is not None, house.now()
    if as_json:
        told = [{**asdict(one), "missing": one.missing} for one in counted]
        return show.as_document({"hooks": lines, "days": days, "figures": told})
    _show_hooks(lines, now)
    if not reachable:
        click.echo(hooks.NOWHERE)
    return _show_figures(counted, days)


def _show_hooks(lines: Sequence[HookLine], now: datetime) -> None:
    rows = [
        (one.scope, one.hook, one.status, _age(one.created_at, now), _moment(one.last_delivery), one.destination)
        for one in lines
    ]
    show.table(("scope", "hook", "status", "age", "last delivery (UTC)", "destination"), rows)


def _show_figures(counted: Sequence[ScopeFigure], days: int) -> None:
    rows = [(one.scope, one.deliveries, one.expected, one.received, one.missing) for one in counted]
    columns = ("scope", "deliveries", "expected", "received", "missing")
    show.table(columns, rows, title=f"\nthe last {days} days", right=columns[1:])


def _age(made: datetime | None, now: datetime) -> str:
    return f"{(now - made).days} d" if made else ""


def _moment(moment: datetime | None) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S") if moment else ""


@webhooks.command()
@click.argument("name")
@show.json_option
def ensure(name: str, *, as_json: bool) -> None:
    """Register what is missing, switch on what is off, remove what is ours and wrong, read what was missed."""
    from tasks import chains

    with opened.house() as house:
        report = hooks.ensure(house, name, by=opened.operator())
        chains.dispatch_all(report.runs)
    if not show.checks(report.lines, as_json=as_json):
        raise click.exceptions.Exit(1)
