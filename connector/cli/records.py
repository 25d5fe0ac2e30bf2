"""``ml-connector records``: list, show, replay, and what a person says of them."""

from __future__ import annotations

from pathlib import Path

import click

from connector.cli import opened, show
from connector.cli.days import VERSION
from connector.cli.files import lay_down
from connector.domain.acknowledgement import Verdict
from connector.flows import bundle as bundles
from connector.flows import by_hand, holds, record_ids, settling, story, verdicts
from connector.flows import replay as again
from connector.flows.dry_run import DryRun
from connector.flows.dry_run import dry_run as compare
from connector.records.listing import Newest


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
        lines = story.listed(house, name, Newest(limit, state), kind=kind)
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
@click.argument("record")
@click.option("--why", required=True, help="For whoever looks at it next.")
def hold(record: str, why: str) -> None:
    """Keep a record's order from being booked; what was begun is brought to its end."""
    from tasks import chains

    with opened.house() as house:
        ref = record_ids.order_named(house, record)
        chains.dispatch(holds.hold(house, ref, why=why, by=opened.operator()))
    click.echo(f"order {ref.order} of {ref.connection} is held; `ml-connector records release {record}` lets it go")


@records.command()
@click.argument("record")
def release(record: str) -> None:
    """Let an order be booked that was held by hand."""
    from tasks import chains

    with opened.house() as house:
        ref = record_ids.order_named(house, record)
        chains.dispatch(holds.release(house, ref, by=opened.operator()))
    click.echo(f"order {ref.order} of {ref.connection} goes on")


@records.command()
@click.argument("record")
@click.option("--number", default="", help="The number that Infor gave what was booked by hand.")
@click.option("--why", default="", help="Leave what is held to yourself, where Infor cannot be asked for it.")
@click.option("--undo", is_flag=True, help="Plan again what was left to you.")
def settle(record: str, number: str, why: str, *, undo: bool) -> None:
    """Take over a posting that a person booked in Infor, if Infor has exactly this under that number.

    What is held because nobody can explain it has no lines to compare with Infor's: with --why it is left to you.
    """
    from tasks import chains

    if undo is bool(number or why):
        raise click.UsageError("say --number, or --why (with --number if it has one), or --undo alone")
    with opened.house() as house:
        by = opened.operator()
        if undo:
            chains.dispatch(by_hand.take_back(house, record, by=by))
            said = "is planned again"
        elif why:
            chains.dispatch(by_hand.leave_out(house, record, number=number, why=why, by=by))
            said = f"is left to you; `ml-connector records settle {record} --undo` plans it again"
        else:
            chains.dispatch(settling.settle(house, record, number, by=by))
            said = f"is settled: Infor has it under {number}"
    click.echo(f"{record} {said}")


@records.command()
@click.argument("record")
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="The ZIP file to write.")
def bundle(record: str, out: Path) -> None:
    """Pack everything that is kept of a record's order, without secrets and personal data, for a vendor's support."""
    with opened.house() as house:
        lay_down(bundles.of_record(house, record, by=opened.operator()), out, mode=0o600)
    click.echo(f"{out} is written: read it through before you send it on")


@records.command()
@click.argument("record")
@click.option("--accepted/--rejected", default=None, help="Whether you found it booked in the ERP, or not there.")
@click.option("--number", default="", help="With --accepted: its number in the ERP.")
def acknowledge(record: str, number: str, *, accepted: bool | None) -> None:
    """Say what you found in the ERP of a posting that went by message and got no answer."""
    from tasks import chains

    if accepted is None or (number and not accepted):
        raise click.UsageError("say --accepted, with its --number if you have it, or --rejected")
    verdict = Verdict.ACCEPTED if accepted else Verdict.REJECTED
    with opened.house() as house:
        chains.dispatch(verdicts.acknowledge(house, record, verdict, number=number, by=opened.operator()))
    next_step = "" if accepted else f"; `ml-connector records replay {record}` sends it anew"
    click.echo(f"{record} is {verdict.value}{next_step}")


@records.command()
@click.argument("record", nargs=-1, required=True)
@click.option("--dry-run", is_flag=True, help="Only show what the profile would have booked otherwise.")
@click.option("--mapping", type=VERSION, help="With --dry-run: this version of the profile, not the newest.")
@show.json_option
def replay(record: tuple[str, ...], *, dry_run: bool, mapping: int | None, as_json: bool) -> None:
    """Run records again on today's truth; nothing is booked twice."""
    from tasks import chains

    if not dry_run and (mapping is not None or as_json):
        raise click.UsageError("--mapping and --json are for --dry-run: a replay goes by the newest profile")
    with opened.house() as house:
        if dry_run:
            return _compared([compare(house, one, mapping) for one in record], as_json=as_json)
        for one in record:
            chains.dispatch(again.replay(house, one, by=opened.operator()))
            click.echo(f"{one} runs again")
            for row in by_hand.left_out(house, one):
                click.echo(f"p-{row.id} {row.kind.value} {row.source} stays left out: {row.reason}")
    return None


def _compared(found: list[DryRun], *, as_json: bool) -> None:
    if as_json:
        return show.as_document(found)
    for one in found:
        version = f"version {one.version}"
        rows = [(row.account, row.booked, row.anew, row.difference, row.currency) for row in one.accounts]
        columns = ("account", "booked", version, "difference", "")
        show.table(columns, rows, title=f"order {one.order}", right=columns[1:4])
        for line in one.held:
            show.console.print(f"held: {show.text(line)}")
    return None
