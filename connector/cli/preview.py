"""``ml-connector preview``: what would be posted, before anything is."""

from __future__ import annotations

import click

from connector.cli import opened, show
from connector.cli.orders import order_ref
from connector.domain.journal import JournalEntry, Side
from connector.domain.plan import Plan, PlannedPosting
from connector.flows import approvals
from connector.flows.approvals import Preview


@click.command()
@click.argument("name")
@click.argument("order")
@click.option("--approve", "wanted", metavar="HASH", help="Let exactly the plan with this hash go.")
@show.json_option
def preview(name: str, order: str, *, wanted: str | None, as_json: bool) -> None:
    """Show what would be posted for an order: documents and balanced journals. Nothing is written.

    The hash at the end stands for all of it. With --approve it is let go, if it is still what would be posted.
    """
    from tasks import chains

    with opened.house() as house:
        ref = order_ref(name, order)
        if wanted:
            seen, run = approvals.approve(house, ref, wanted, by=opened.operator())
            chains.dispatch(run)
        seen = approvals.preview(house, ref)
    if as_json:
        return show.as_document(
            show.plain(seen.plan) | {"hash": seen.digest, "approved": seen.approved, "required": seen.required}
        )
    total = seen.snapshot.order.totals.total.inc_tax
    show.console.print(f"order {seen.snapshot.order.id}: {seen.snapshot.order.status.name.lower()}, total {total}")
    _plan(seen.plan)
    return show.console.print(f"\n{_approval(seen)}", soft_wrap=True)


def _approval(seen: Preview) -> str:
    if seen.approved:
        return f"hash {seen.digest}: approved by {seen.approved.by} at {seen.approved.at:%Y-%m-%d %H:%M} UTC"
    return f"hash {seen.digest}" + (": nobody approved it, so it is held" if seen.required else "")


def _plan(plan: Plan) -> None:
    if plan.waiting:
        show.console.print(f"waiting: {show.text(plan.waiting)}")
    for posting in plan.postings:
        _posting(posting)
    for out in plan.left_out:
        show.console.print(f"{out.kind} {out.id} books nothing: {show.text(out.reason)}")
    for notice in plan.notices:
        told = "\n".join(part for part in (notice.what, notice.detail) if part)
        show.console.print(f"notice: {show.text(told)}\n→ {show.text(notice.advice)}")


def _posting(posting: PlannedPosting) -> None:
    title = f"\n{posting.kind.value} {posting.source}"
    if posting.content is None:
        show.console.print(f"[bold]{title}[/bold]: {'held' if posting.faults else 'booked by hand'}")
        for fault in posting.faults:
            show.console.print(f"  {show.text(fault.what)}\n{show.text(fault.detail)}".rstrip())
    elif isinstance(posting.content, JournalEntry):
        _journal(title, posting.content)
    else:
        show.console.print(f"[bold]{title}[/bold]")
        for name, value in show.plain(posting.content).items():
            show.console.print(f"  {name}: {show.text(value)}")


def _journal(title: str, entry: JournalEntry) -> None:
    rows = [
        (
            line.account,
            line.amount.amount if line.side is Side.DEBIT else "",
            line.amount.amount if line.side is Side.CREDIT else "",
            line.role,
            line.rule,
        )
        for line in entry.lines
    ]
    rows.append(("", entry.debits.amount, entry.credits.amount, entry.currency, "balanced"))
    show.table(("account", "debit", "credit", "role", "because"), rows, title=title, right=("debit", "credit"))
