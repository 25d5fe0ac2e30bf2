"""``ml-connector catalog``: sync, drift."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import timedelta
from itertools import islice

import click

from connector.cli import opened, show
from connector.domain.faults import Busy, Transient
from connector.flows import catalog as journey
from connector.flows import drift as comparison
from connector.flows.drift import Drift
from connector.flows.house import House

_SHOWN = 50
_TRIES = 100
_PATIENCE = timedelta(seconds=2)


@click.group()
def catalog() -> None:
    """Items, prices and stock of Infor in the store's catalog."""


@catalog.command()
@click.argument("name")
@click.option("--full", is_flag=True, help="Read both sides whole, whatever the watermarks say.")
@click.option("--dry-run", is_flag=True, help="Read, and say what would be written; write nothing to the store.")
@show.json_option
def sync(name: str, *, full: bool, dry_run: bool, as_json: bool) -> None:
    """Read what Infor has now and bring it to the store, without waiting for the cadence."""
    with opened.house() as house:
        journey.ask(house, name, whole=full, publish=not dry_run)
        done = _turns(house, name, publish=not dry_run, quiet=as_json)
        planned = list(journey.planned(house, name)) if dry_run else []
        standing = journey.standing(house, name)
    counts = {f"{aspect.value} {state.value}": count for (aspect, state), count in sorted(standing.items(), key=str)}
    if as_json:
        return show.as_document({"done": done, "standing": counts, "would_write": planned})
    if dry_run:
        rows = [(one.sku, one.what) for one in islice(planned, _SHOWN)]
        show.table(("SKU", "would become"), rows, title=f"{len(planned)} changes would be written")
    return show.table(("facts", "count"), counts.items())


def _turns(house: House, name: str, *, publish: bool, quiet: bool) -> Counter[str]:
    """Do turn after turn until nothing is left; waits where the other side asks for it."""
    done: Counter[str] = Counter()
    for _ in range(_TRIES):
        try:
            report = journey.run(house, name, publish=publish)
        except Transient as fault:
            wait = _PATIENCE if isinstance(fault, Busy) else fault.retry_after or _PATIENCE
            if not quiet:
                click.echo(f"{fault.what}: going on in {wait.total_seconds():.0f} s", err=True)
            threading.Event().wait(wait.total_seconds())
            continue
        done.update(report.done)
        if not quiet:
            click.echo(", ".join(f"{count} {what}" for what, count in sorted(report.done.items()) if count) or "-")
        if not report.more:
            return done
    raise click.ClickException(f"the catalog of {name} is not done: run it again, or see `ml-connector doctor`")


@catalog.command()
@click.argument("name")
@click.option("--heal", is_flag=True, help="After showing it, let what differs go to the store again.")
@click.option("--yes", is_flag=True, help="With --heal: do not ask.")
@show.json_option
def drift(name: str, *, heal: bool, yes: bool, as_json: bool) -> None:
    """Compare the store with Infor, SKU by SKU: what differs, why, since when, and how much money is at risk.

    Exit status 1 if anything differs; with --heal, if anything is left then: what the store rejects, and what is
    for a person to mend, like a product that Infor does not know.
    """
    with opened.house() as house:
        drifts = list(comparison.found(house, name))
        if as_json:
            show.as_document(drifts)
        else:
            _show(drifts)
        healing = sum(one.heals for one in drifts)
        if heal and healing and (yes or click.confirm(f"write {healing} differences to the store?", err=True)):
            comparison.heal(house, name, drifts, by=opened.operator())
            _turns(house, name, publish=True, quiet=as_json)
            drifts = list(comparison.found(house, name))
            click.echo(f"{len(drifts)} differences are left", err=True)
    if drifts:
        raise click.exceptions.Exit(1)


def _show(drifts: Sequence[Drift]) -> None:
    columns = ("SKU", "field", "store", "Infor", "cause", "since", "at risk")
    rows = [
        (
            one.sku,
            one.field,
            one.theirs[:40],
            one.ours[:40],
            one.cause,
            one.since.strftime("%Y-%m-%d %H:%M") if one.since else "",
            one.risk if one.risk else "",
        )
        for one in sorted(drifts, key=lambda one: (-one.risk.amount, one.sku))
    ]
    show.table(columns, rows, right=("at risk",))
    click.echo(f"{len(drifts)} differences, {_total(drifts)} at risk")


def _total(drifts: Iterable[Drift]) -> str:
    sums: Counter[str] = Counter()
    for one in drifts:
        sums[one.risk.currency] += one.risk.amount  # type: ignore[assignment]
    return " and ".join(f"{amount} {currency}" for currency, amount in sorted(sums.items())) or "nothing"
