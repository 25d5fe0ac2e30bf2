"""``ml-connector orders``: what became of an order."""

from __future__ import annotations

import click

from connector.cli import opened, show
from connector.domain.faults import Misconfigured, advice_for
from connector.domain.identity import OrderRef
from connector.domain.text import number
from connector.flows import listing, notices, search, story
from connector.flows.listing import Question
from connector.records.journal_lines import LineRow
from connector.records.listing import ListedOrder
from connector.records.postings import PostingRow


def order_ref(name: str, order: str) -> OrderRef:
    """Read an order number as a person types it.

    :raises Misconfigured: it is no number.
    """
    text = order.removeprefix("#").removeprefix("BC-")
    found = number(text)
    if found is None:
        raise Misconfigured(f"{order[:80]} is no order number: give the store's number, such as 1042")
    return OrderRef(name, found)


@click.group()
def orders() -> None:
    """What became of the store's orders."""


@orders.command(name="list")
@click.argument("name")
@click.option("--state", default="", help="Only orders in this state.")
@click.option("--from", "first", default="", metavar="DAY", help="Placed on this day or later.")
@click.option("--to", "last", default="", metavar="DAY", help="Placed on this day or before.")
@click.option("--sort", default="number", show_default=True, type=click.Choice(list(listing.SORTS)))
@click.option("--rising", is_flag=True, help="The smallest first.")
@click.option("--limit", default=listing.PAGE, show_default=True, type=click.IntRange(1, 10_000))
@show.json_option
def list_(name: str, limit: int, *, rising: bool, as_json: bool, **asked: str) -> None:
    """List a connection's orders."""
    question = Question(**asked, way="up" if rising else "down")
    with opened.house() as house:
        page = listing.orders_of(house, name, question, limit=limit)
    if as_json:
        return show.as_document(page.rows)
    columns = ("order", "state", "total", "Infor number", "placed at (UTC)", "reason")
    return show.table(columns, [_listed(row) for row in page.rows], right=("total",))


def _listed(row: ListedOrder) -> tuple[object, ...]:
    placed = f"{row.placed_at:%Y-%m-%d %H:%M:%S}" if row.placed_at else ""
    total = f"{row.total:f} {row.currency}" if row.total is not None else ""
    return (row.number, row.state, total, row.external_id, placed, row.reason)


@orders.command()
@click.argument("text")
@show.json_option
def find(text: str, *, as_json: bool) -> None:
    """Find orders by the store's number, Infor's number, a SKU, or a buyer's e-mail address."""
    with opened.house() as house:
        found = search.find(house, text)
    if as_json:
        return show.as_document(found)
    columns = ("connection", "order", "state", "total", "Infor number")
    rows = [(one.connection, one.number, one.state, f"{one.total} {one.currency}", one.external_id) for one in found]
    return show.table(columns, rows, right=("total",))


@orders.command(name="show")
@click.argument("name")
@click.argument("order")
@show.json_option
def show_(name: str, order: str, *, as_json: bool) -> None:
    """Tell an order's story, newest last."""
    with opened.house() as house:
        told = story.of_order(house, order_ref(name, order))
    if as_json:
        return show.as_document(told)
    row = told.order
    show.console.print(f"order {row.ref.order} of {name}: [bold]{row.state.value}[/bold] {show.text(row.reason)}")
    if told.advice:
        show.console.print(f"→ {show.text(told.advice)}")
    show.table(
        ("id", "posting", "state", "Infor number", "amount", "link", "reason"),
        [
            (
                f"p-{p.id}",
                f"{p.kind.value} {p.source}" + (f" ({p.revision})" if p.revision > 1 else ""),
                p.state,
                p.external_id,
                f"{p.amount or ''} {p.currency or ''}",
                _link(p, {one.posting_key: f"p-{one.id}" for one in told.postings}),
                p.reason,
            )
            for p in told.postings
        ],
    )
    columns = ("id", "account", "debit", "credit", "", "because")
    show.table(columns, [_line(line) for line in told.lines], right=("debit", "credit"))
    rows = [(e.at.strftime("%Y-%m-%d %H:%M:%S"), e.kind, e.what, e.outcome, _detail(e)) for e in told.events]
    return show.table(("at (UTC)", "", "what", "outcome", "detail"), rows)


@orders.command(name="notices")
@click.argument("name")
@show.json_option
def notices_(name: str, *, as_json: bool) -> None:
    """List posted orders that ask for something in Infor by hand."""
    with opened.house() as house:
        found = notices.listed(house, name)
    if as_json:
        return show.as_document(found)
    rows = [(one.order, one.fault_code, one.reason, advice_for(one.fault_code)) for one in found]
    return show.table(("order", "notice", "what", "what to do"), rows)


@orders.command()
@click.argument("name")
@click.argument("order")
def done(name: str, order: str) -> None:
    """Say that what an order asks for was done; another edit of it asks again."""
    ref = order_ref(name, order)
    with opened.house() as house:
        notices.close(house, ref, by=opened.operator())
    click.echo(f"order {ref.order} asks for nothing any more")


def _link(posting: PostingRow, ids: dict[str, str]) -> str:
    """Say what a posting takes back, and what took it back."""
    reverses = [f"reverses {ids.get(posting.reverses, '')}"] if posting.reverses else []
    return ", ".join([*reverses, *(f"reversed by {ids.get(key, key)}" for key in posting.reversed_by)])


def _line(line: LineRow) -> tuple[object, ...]:
    because = f"{line.rule}, version {line.profile_version}"
    return (f"p-{line.posting_id}", line.account, line.debit or "", line.credit or "", line.role, because)


def _detail(event: story.Event) -> str:
    return ", ".join(
        f"{name} {show.plain(value)}" for name, value in event.detail.items() if value not in ("", None, [])
    )
