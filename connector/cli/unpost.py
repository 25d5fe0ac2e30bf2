"""``ml-connector unpost``: reversing entries for what should not stand in the books."""

from __future__ import annotations

from datetime import date, datetime

import click

from connector.cli import opened, show
from connector.cli.days import DAY, VERSION
from connector.cli.orders import order_ref
from connector.domain.identity import OrderRef
from connector.flows import unposting
from connector.flows.house import House
from connector.flows.unposting import Standing
from connector.records.unposting import StandingJournal


@click.command()
@click.argument("name")
@click.argument("order", required=False)
@click.option("--day", type=DAY, help="All orders with something in the books of this day.")
@click.option("--mapping", type=VERSION, help="All orders with something posted under this version of the profile.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def unpost(name: str, order: str | None, day: datetime | None, mapping: int | None, *, yes: bool) -> None:
    """Take an order out of the books: each of its journals gets a reversing one, the newest first.

    It stays out, whatever the store tells, until the order is replayed. Sales orders in the ERP are not closed.
    """
    if sum(one is not None for one in (order, day, mapping)) != 1:
        raise click.UsageError("give one of ORDER, --day and --mapping")
    with opened.house() as house:
        standing = _standing(house, name, order, day.date() if day else None, mapping)
        if not standing.journals:
            click.echo("nothing of that stands in the books: nothing to reverse")
            return
        _show(standing)
        if not yes:
            click.confirm(f"Reverse {len(standing.journals)} journals of {len(standing.orders)} orders?", abort=True)
        _ask_for(house, name, standing.orders)


def _standing(house: House, name: str, order: str | None, day: date | None, mapping: int | None) -> Standing:
    if order is not None:
        return unposting.of_order(house, order_ref(name, order))
    if day is not None:
        return unposting.of_day(house, name, day)
    assert mapping is not None  # noqa: S101  one of the three is given
    return unposting.of_mapping(house, name, mapping)


def _show(standing: Standing) -> None:
    show.table(("order", "id", "posting", "Infor number", "amount"), [_row(one) for one in standing.journals])
    columns = ("account", "", "debit", "credit")
    show.table(columns, standing.totals, title="booked by them, to be reversed", right=("debit", "credit"))


def _row(one: StandingJournal) -> tuple[object, ...]:
    what, amount = f"{one.kind} {one.source}", f"{one.amount} {one.currency}"
    return (one.order, f"p-{one.posting_id}", what, one.external_id, amount)


def _ask_for(house: House, name: str, orders: list[int]) -> None:
    from tasks import chains

    for order in orders:
        chains.dispatch(unposting.unpost(house, OrderRef(name, order), by=opened.operator()))
        click.echo(f"order {order} is being unposted: watch it with `ml-connector orders show {name} {order}`")
