"""``ml-connector connection``: add, list, show, ping, pause, resume, remove."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from connector.cli import opened, patience, show
from connector.cli.days import DAY_OR_MOMENT
from connector.flows import connections, removal, setup
from connector.flows import golive as golives
from connector.flows import house as houses

_TOLD_EVERY = 10_000


@click.group()
def connection() -> None:
    """One BigCommerce store paired with one Infor company."""


@connection.command()
@click.option("--file", "file", required=True, type=click.Path(path_type=Path), help="The connection file (YAML).")
def add(file: Path) -> None:
    """Save a connection from its file, after asking both systems whether it fits them."""
    with opened.house() as house:
        name, checks = setup.add(house, file, by=opened.operator())
    if not show.checks(checks, as_json=False):
        raise click.ClickException("nothing was saved: mend the lines above and add it again")
    click.echo(f"{name} is saved; next: ml-connector mapping import {name} FILE")


@connection.command(name="list")
@show.json_option
def list_(*, as_json: bool) -> None:
    """List all connections."""
    with opened.house() as house:
        saved = [one.connection for one in connections.every(house)]
        left = removal.cut_off(house)
    if as_json:
        return show.as_document(saved)
    columns = ("name", "store", "suite", "booking", "start from", "state")
    rows = [
        (c.name, c.store_hash, c.suite, c.booking, c.start_from, "paused" if c.paused else "at work") for c in saved
    ]
    show.table(columns, rows)
    for name in left:
        click.echo(
            f"{name} is being removed: where that was cut off, `ml-connector connection remove {name}` ends it"
        )
    return None


@connection.command(name="show")
@click.argument("name")
@show.json_option
def show_(name: str, *, as_json: bool) -> None:
    """Show one connection, without its secrets."""
    with opened.house() as house:
        saved = houses.connection_of(house, name)
    if as_json:
        return show.as_document(saved)
    return show.table(("setting", "value"), sorted(show.plain(saved).items()))


@connection.command()
@click.argument("name")
@show.json_option
def ping(name: str, *, as_json: bool) -> None:
    """Ask both real systems everything that can be asked without writing."""
    with opened.house() as house:
        if not show.checks(connections.ping(house, name), as_json=as_json):
            raise click.exceptions.Exit(1)


@connection.command()
@click.argument("name")
def pause(name: str) -> None:
    """Stop all work of a connection; webhooks are still received and kept."""
    with opened.house() as house:
        connections.pause(house, name, paused=True, by=opened.operator())
    click.echo(f"{name} is paused")


@connection.command()
@click.argument("name")
def resume(name: str) -> None:
    """Let a connection work again; what came meanwhile is taken up by the next sweep."""
    with opened.house() as house:
        connections.pause(house, name, paused=False, by=opened.operator())
    click.echo(f"{name} is at work")


@connection.command()
@click.argument("name")
@click.option(
    "--from",
    "start_from",
    required=True,
    type=DAY_OR_MOMENT,
    help="UTC; orders created before it are never posted.",
)
@click.option(
    "--require-approved/--no-require-approved",
    default=None,
    help="Post only orders whose preview somebody approved; else as it was.",
)
def golive(name: str, start_from: datetime, *, require_approved: bool | None) -> None:
    """Let a connection post from a moment on. Once something is booked, that can only become later."""
    with opened.house() as house:
        live = golives.go_live(
            house, name, start_from.replace(tzinfo=UTC), require_approved=require_approved, by=opened.operator()
        )
    what = "approved orders" if live.require_approved else "orders"
    click.echo(f"{name} is at work and posts {what} from {live.start_from:%Y-%m-%d %H:%M} UTC on")


def _told(table: str, rows: int) -> None:
    if rows % _TOLD_EVERY == 0:
        click.echo(f"{table}: {rows:,} rows deleted", err=True)


@connection.command()
@click.argument("name")
@click.confirmation_option(prompt="This deletes the connection, its orders and credentials. Go on?")
def remove(name: str) -> None:
    """Delete a connection with its orders, credentials and webhooks; the audit trail stays."""
    with opened.house() as house:
        lines = patience.patiently(lambda: removal.remove(house, name, by=opened.operator(), told=_told))
    show.checks(lines, as_json=False)
    click.echo(f"{name} is removed")
