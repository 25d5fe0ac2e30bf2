"""``ml-connector fit``: how much of the store's own history would post, and what stops the rest."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import click

from connector.cli import opened, patience, show
from connector.domain.fit import Fit, Reason, Stop
from connector.flows.fit import DAYS

_SHOWN = 40


@click.command()
@click.argument("name")
@click.option("--days", type=click.IntRange(1, 3660), default=DAYS, show_default=True, help="How far to look back.")
@show.json_option
def fit(name: str, days: int, *, as_json: bool) -> None:
    """Rehearse going live: read the store's history, plan it with the current profile, write nothing anywhere."""
    with opened.house() as house:
        found = patience.rehearsed(house, name, days)
    if as_json:
        return show.as_document(document(found))
    return _print(found)


def document(found: Fit) -> dict[str, Any]:
    """Write down everything that was found, for programs."""
    return {
        "since": found.since,
        "until": found.until,
        "profile": found.profile,
        "orders": {"counted by the store": found.told, "read": found.read, "gone meanwhile": found.gone},
        "share": {one: found.share(one) for one in found.currencies},
        "posts": found.posts,
        "held": found.held,
        "posts_once_mended": found.mended,
        "stops": found.by_value(),
        "excluded": found.excluded,
        "waiting": found.waiting,
        "masters": found.faulty,
    }


def _print(found: Fit) -> None:
    period = (
        f"{found.since:%Y-%m-%d} to {found.until:%Y-%m-%d}, {found.read:,} orders, profile version {found.profile}"
    )
    show.console.print(period)
    for sentence in found.sentences():
        show.console.print(show.text(sentence))
    if found.stops:
        _print_stops(found.by_value())
    _print_reasons("books nothing", found.excluded)
    _print_reasons("waits", found.waiting)
    if found.told > found.read:
        left = found.told - found.read
        show.console.print(f"{left} more orders are counted by the store and in none of its lists (archived ones)")
    show.checks(found.faulty, as_json=False)


def _print_stops(stops: list[Stop]) -> None:
    rows = [
        (
            stop.cause.kind,
            stop.cause.name,
            stop.stopped,
            stop.alone,
            ", ".join(map(str, stop.examples)),
            stop.cause.what,
        )
        for stop in stops[:_SHOWN]
    ]
    columns = ("what", "name", "stops", "alone", "such as", "to do")
    show.console.print()
    show.table(columns, [tuple(map(str, row)) for row in rows], right=("stops", "alone"))
    if len(stops) > _SHOWN:
        show.console.print(f"and {len(stops) - _SHOWN} more: see --json")


def _print_reasons(title: str, reasons: Iterable[Reason]) -> None:
    rows = [(one.what, str(one.orders)) for one in reasons]
    if rows:
        show.console.print()
        show.table((title, "value"), rows, right=("value",))
