"""``ml-connector reconcile``: store, journals and ledger side by side."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import click

from connector.cli import opened, show
from connector.cli.days import DAY
from connector.cli.files import lay_down
from connector.domain.faults import Misconfigured
from connector.domain.paper import Paper
from connector.domain.reconciliation import Reconciliation
from connector.flows import reconciliation as journeys
from connector.papers import reconciliation as papers
from connector.settings import load_settings

SHORT = timedelta(days=30)


@click.command()
@click.argument("name")
@click.option("--from", "first", type=DAY, help="First day; else 30 days before the last.")
@click.option("--to", "last", type=DAY, help="Last day; else today.")
@click.option(
    "--file", type=click.Path(dir_okay=False, path_type=Path), help="Write it here too: a .csv or .xlsx file."
)
@show.json_option
@click.pass_context
def reconcile(
    context: click.Context,
    name: str,
    first: datetime | None,
    last: datetime | None,
    file: Path | None,
    *,
    as_json: bool,
) -> None:
    """Compare the store, our journals and Infor's ledger, day by day; exit status 1 unless all three agree.

    The result is kept for good, and laid down as CSV and XLSX under ML_CONNECTOR_HOME/reconciliations.
    """
    if file is not None and file.suffix not in (".csv", ".xlsx"):
        raise Misconfigured(f"{file}: give a name that ends in .csv or .xlsx")
    with opened.house() as house:
        days = _days(first, last, today=journeys.today(house, name))
        found = journeys.reconcile(house, name, *days)
        kept = journeys.keep(house, found, by=opened.operator())
    if file is not None:
        lay_down(next(paper.content for paper in kept if paper.name.endswith(file.suffix)), file, mode=0o600)
    files = [_laid_down(paper) for paper in kept]
    if as_json:
        show.as_document({"agrees": found.agrees, "files": [str(place) for place in files], "reconciliation": found})
    else:
        _print(found, files)
    context.exit(0 if found.agrees else 1)


def _laid_down(paper: Paper) -> Path:
    folder = load_settings().make_home() / "reconciliations"
    folder.mkdir(mode=0o700, exist_ok=True)
    lay_down(paper.content, folder / paper.name)
    return folder / paper.name


def _days(first: datetime | None, last: datetime | None, *, today: date) -> tuple[date, date]:
    end = last.date() if last else today
    begin = first.date() if first else end - SHORT
    if begin > end:
        raise Misconfigured(f"the days from {begin} to {end} are none: --from must not be after --to")
    return begin, end


def _print(found: Reconciliation, files: list[Path]) -> None:
    for part in papers.parts(found):
        if part.rows:
            show.table(part.columns, part.rows, title=f"\n{part.title}", right=papers.AMOUNTS)
    colour = "green" if found.agrees else "red"
    show.console.print(f"\n[{colour}]{show.text(papers.verdict(found))}[/{colour}]")
    for kept in files:
        click.echo(kept)
