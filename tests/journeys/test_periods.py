"""Accounting periods that Infor closed: what is dated in one waits, or goes into the next open one and says so."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from click.testing import CliRunner

from connector.cli import main
from connector.domain.posting import PostingKind, PostingState
from connector.flows import connections, setup
from tests.journeys.books import Books
from tests.rig import NAME, Rig, until

TODAY = datetime.now(UTC).date()
THIS = TODAY.replace(day=1)
LAST = (THIS - timedelta(days=1)).replace(day=1)
NEXT = (THIS + timedelta(days=31)).replace(day=1)
LATE = LAST + timedelta(days=20)
NEXT_OPEN = ('tolerance: "0.02"', 'tolerance: "0.02", closed_period: next_open')
M3_CALLS = 13


def typed(*arguments: str) -> Any:
    """Type a command that ends well, in this process."""
    answer = CliRunner().invoke(main, arguments)
    assert answer.exit_code == 0, answer.output
    return json.loads(answer.stdout)


def named(period: date) -> str:
    return f"{period:%Y-%m}"


def press(rig: Rig, button: str, period: date) -> None:
    assert rig.sandbox.infor.control[f"{button}_period"](named(period))


def closed() -> list[str]:
    """Let the connector read what is closed."""
    told = typed("periods", NAME, "--json")
    return [one["name"] for one in told["periods"] if one["closed"]]


def place(rig: Rig, day: date, customer: int) -> int:
    """Let a buyer whom M3 does not know order and pay on a day."""
    moment = datetime.combine(day, datetime.min.time(), UTC) + timedelta(hours=12)
    words = {"created": moment.isoformat(), "customer": customer, "lines": 2, "seed": customer}
    [number] = rig.sandbox.store.place_orders(1, announce=True, **words)
    return number


def days(books: Books, number: int) -> set[tuple[str, str]]:
    """The days of an order's vouchers, each with the day at the end of its lines' texts, if one stands there."""
    lines = [line for voucher in books.vouchers(number).values() for line in voucher]
    return {(line["ACDT"], line["VTXT"][-10:] if line["VTXT"][-10:].count("-") == 2 else "") for line in lines}


def moved(day: date, happened: date) -> tuple[str, str]:
    return f"{day:%Y%m%d}", f"{happened:%Y-%m-%d}"


def reconciled(first: date, last: date) -> dict[str, Any]:
    told: dict[str, Any] = typed("reconcile", NAME, "--json", "--from", f"{first}", "--to", f"{last}")
    return told["reconciliation"]


@pytest.fixture(scope="module")
def telling(rig: Rig) -> None:
    """A connection that says how M3 marks a closed period."""
    file = rig.folder / "files" / NAME / "connection.yaml"
    file.write_text(file.read_text().replace("\nbooking:", "\n  closed_periods: CPSTAT=90\nbooking:", 1))
    _, checks = setup.add(rig.house, file, by="test")
    assert [check.detail for check in checks if check.name == "periods"] == ["36 known, 0 closed"]


@pytest.fixture(scope="module")
def refused(rig: Rig, released: int) -> int:
    """An order that was planned before its period closed, and sent afterwards."""
    press(rig, "close", LAST)
    number = place(rig, LATE, 502)
    rig.wait_settled([number])
    return number


@pytest.fixture(scope="module")
def released(rig: Rig, telling: None) -> int:
    """An order of a closed period that was held until the period opened."""
    press(rig, "close", LAST)
    assert closed() == [named(LAST)]
    held, today = place(rig, LATE, 500), place(rig, TODAY, 501)
    rig.wait_settled([held, today])
    order, books = rig.order(held), Books(rig)
    assert order is not None
    assert (order.state.value, order.fault_code) == ("held", "period_closed")
    assert order.reason == f"period {named(LAST)} is closed in the ERP, and {LATE} lies in it"
    assert (len(books.orders(held)), books.vouchers(held)) == (1, {})
    books.assert_booked_once(today)

    press(rig, "open", LAST)
    rig.ring("periods.read", queue="control", connection=NAME)
    until(lambda: Books(rig).vouchers(held))
    rig.wait_settled([held])
    return held


def test_next_open_is_refused_while_the_connection_cannot_tell_what_is_open(rig: Rig) -> None:
    checks = connections.check_profile(rig.house, NAME, rig.profile().replace(*NEXT_OPEN))
    [refused] = [check for check in checks if not check.ok]
    assert refused.detail.endswith(
        "orders.closed_period: next_open needs to know the next open period, and this connection cannot tell"
    )
    assert typed("periods", NAME, "--json") == {"known": False, "periods": []}


def test_an_order_of_a_closed_period_is_held_until_the_period_opens(rig: Rig, released: int) -> None:
    books = Books(rig)
    books.assert_booked_once(released)
    assert days(books, released) == {(f"{LATE:%Y%m%d}", "")}


def test_what_m3_refuses_because_its_period_closed_meanwhile_is_held_and_explained(rig: Rig, refused: int) -> None:
    order, books = rig.order(refused), Books(rig)
    assert order is not None
    assert (order.state.value, order.fault_code) == ("held", "period_closed")
    assert (len(books.orders(refused)), books.vouchers(refused)) == (1, {})
    story = typed("orders", "show", NAME, str(refused), "--json")
    told = [event["detail"].get("reason", "") for event in story["events"] if event["outcome"] == "held"]
    assert any(f"it refused BC-{refused} sale of {LATE}\nM3 refused GL batch" in reason for reason in told)
    [sale] = [row for row in rig.postings(refused) if row.kind is PostingKind.SALE]
    assert typed("records", "show", f"p-{sale.id}", "--json")["lines"] == []


def test_next_open_books_it_on_the_first_day_of_the_next_open_period(rig: Rig, refused: int) -> None:
    assert rig.map(rig.profile().replace(*NEXT_OPEN)) == 1
    rig.wait_settled([refused])
    books = Books(rig)
    books.assert_booked_once(refused)
    assert days(books, refused) == {moved(THIS, LATE)}
    heads = [batch["DESC"] for batch in books.m3["batches"] if batch["DESC"].startswith(f"BC-{refused} ")]
    assert f"BC-{refused} sale {LATE}" in heads


def test_what_is_planned_so_costs_no_more_calls_and_stays_where_it_is(rig: Rig, refused: int) -> None:
    number = place(rig, LATE, 503)
    rig.wait_settled([number])
    assert sum(call.system == "m3" for call in rig.calls(number)) == M3_CALLS
    before = Books(rig)
    before.assert_booked_once(number)
    assert days(before, number) == {moved(THIS, LATE)}

    press(rig, "open", LAST)
    assert closed() == []
    order = rig.order(number)
    assert order is not None
    rig.cli("records", "replay", f"o-{order.id}")
    rig.wait_settled([number])
    assert Books(rig).m3["ledger"] == before.m3["ledger"]
    assert {row.state for row in rig.postings(number)} == {PostingState.CONFIRMED}


def test_what_m3_took_and_then_refused_is_booked_in_the_next_open_period_too(rig: Rig, refused: int) -> None:
    press(rig, "open", LAST)
    assert closed() == []
    rig.sandbox.dial.after("m3 GLS840MI/UpdBatch", lambda _: press(rig, "close", LAST))
    number = place(rig, LATE, 504)
    until(lambda: Books(rig).vouchers(number))
    rig.wait_settled([number])
    books = Books(rig)
    books.assert_booked_once(number)
    books.assert_nothing_left()
    assert days(books, number) == {moved(THIS, LATE)}
    story = typed("orders", "show", NAME, str(number), "--json")
    reasons = [event["detail"].get("reason", "") for event in story["events"] if event["outcome"] == "held"]
    assert any("has status 25: GLS840 shows why" in reason for reason in reasons)


def test_a_refund_of_an_order_whose_period_closed_meanwhile_moves_and_the_sale_stays(rig: Rig, released: int) -> None:
    press(rig, "close", LAST)
    assert closed() == [named(LAST)]
    back = LATE + timedelta(days=1)
    unit = {"item_type": "PRODUCT", "item_id": rig.sandbox.store.orders[released].line_id(0), "quantity": 1}
    rig.sandbox.store.refund(released, items=[unit], delay=0, created=f"{back}T12:00:00+00:00")
    assert rig.sandbox.store.webhooks.settle()
    rig.wait_settled([released])
    books = Books(rig)
    books.assert_booked_once(released)
    assert days(books, released) == {(f"{LATE:%Y%m%d}", ""), moved(THIS, back)}


def test_a_cancellation_keeps_its_day_whatever_touches_the_order_before_it_is_sent(rig: Rig, refused: int) -> None:
    press(rig, "close", LAST)
    assert closed() == [named(LAST)]
    number = place(rig, LATE, 505)
    rig.wait_settled([number])
    order = rig.order(number)
    assert order is not None
    rig.cli("records", "hold", f"o-{order.id}", "--why", "the buyer asks")
    rig.wait_settled([number])
    rig.sandbox.store.cancel(number, announce=False)
    rig.sandbox.store.orders[number].modified_at = datetime.combine(LATE, datetime.max.time(), UTC)
    rig.cli("records", "replay", f"o-{order.id}")
    until(lambda: PostingState.HELD in {row.state for row in rig.postings(number)})

    rig.sandbox.store.archive(number)
    rig.wait_settled([number])
    rig.cli("records", "release", f"o-{order.id}")
    until(lambda: {row.state for row in rig.postings(number)} == {PostingState.CONFIRMED})
    rig.wait_settled([number])
    assert days(Books(rig), number) == {moved(THIS, LATE)}


def test_an_unposting_on_a_day_of_a_closed_period_moves(rig: Rig, refused: int) -> None:
    press(rig, "close", THIS)
    assert closed() == [named(LAST), named(THIS)]
    rig.cli("unpost", NAME, str(refused), "--yes")
    rig.wait_settled([refused])
    books = Books(rig)
    assert books.ledger(refused) == {}
    assert days(books, refused) == {moved(THIS, LATE), moved(NEXT, TODAY)}
    press(rig, "open", THIS)
    assert closed() == [named(LAST)]


def test_the_books_tie_out_in_every_period_and_tell_what_moved_with_both_its_days(
    rig: Rig, released: int, refused: int
) -> None:
    end = {LAST: THIS, THIS: NEXT, NEXT: (NEXT + timedelta(days=31)).replace(day=1)}
    told = {month: reconciled(month, last - timedelta(days=1)) for month, last in end.items()}
    everything = reconciled(LAST, end[NEXT] - timedelta(days=1))
    assert {(one["day"], one["booked_on"]) for one in everything["moved"]} == {
        (f"{LATE}", f"{THIS}"),
        (f"{LATE + timedelta(days=1)}", f"{THIS}"),
        (f"{TODAY}", f"{NEXT}"),
    }
    moved_on = {one["order"] for one in told[LAST]["moved"]}
    assert {released, refused} < moved_on
    assert {one["order"] for one in told[NEXT]["moved"]} == {refused}
    sales = [row for row in told[LAST]["rows"] if row["what"] == "sales"]
    assert [(row["day"], Decimal(row["ledger"])) for row in sales] == [
        (f"{LATE}", Decimal(Books(rig).store[str(released)]["total_inc_tax"]))
    ]
    shown = rig.cli("reconcile", NAME, "--from", f"{LAST}", "--to", f"{THIS}")
    assert f"of {LATE}, booked on {THIS}" in " ".join(shown.split())
