"""Posted orders are taken out of the books while answers are lost and workers killed, and are booked again."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from connector.domain.identity import batch_key, posting_key
from connector.domain.posting import UNPOSTS, PostingState
from connector.domain.progress import OrderState
from connector.flows import certificate as certificates
from tests.journeys.books import CLEARING, Books
from tests.journeys.writes import Sold, announce, sell
from tests.rig import NAME, Rig

PLAIN, MORE_BACK = ("none", "UpdBatch"), ("504", "UpdBatch")
TROUBLE = [("hang", "AddBatchLineFld"), ("504", "AddBatchHead"), ("kill", "AddBatchLineFld"), ("kill", "UpdBatch")]
CASES = [PLAIN, MORE_BACK, *TROUBLE]


@dataclass
class Case:
    """One order with what happens at one call of its unposting."""

    sold: Sold
    happened: list[str] = field(default_factory=list)


Cases = dict[tuple[str, str], Case]


def trouble(rig: Rig, case: Case, kind: str, name: str) -> None:
    """Prepare what befalls the unposting of an order."""
    key = batch_key(posting_key(NAME, "unpost_sale", case.sold.number))

    def when(body: bytes) -> bool:
        return any(each["record"].get("KEY1") == key for each in json.loads(body)["transactions"])

    call, dial = f"m3 GLS840MI/{name}", rig.sandbox.dial
    if kind in ("504", "hang"):
        dial.add(call, f"apply-{kind}", times=1, seconds=4, when=when)
    if kind == "kill":
        dial.after(call, lambda _: rig.kill_worker(), when=when)
    dial.after(call, case.happened.append, when=when)


@pytest.fixture(scope="module")
def cases(rig: Rig) -> Cases:
    """Orders that are posted, with a refund each, and taken out of the books."""
    cases = {kind: Case(sell(rig, 9000 + number)) for number, kind in enumerate(CASES)}
    numbers = [case.sold.number for case in cases.values()]
    for number in numbers:
        announce(rig, number)
    rig.wait_settled(numbers)
    for (kind, name), case in cases.items():
        trouble(rig, case, kind, name)
        rig.cli("unpost", NAME, str(case.sold.number), "--yes")
        announce(rig, case.sold.number)  # a webhook while it is under way
    assert rig.sandbox.store.webhooks.settle()
    rig.wait_settled(numbers, within=240)
    return cases


@pytest.fixture(scope="module")
def books(rig: Rig, cases: Cases) -> Books:
    """Both sides when all of them are out of the books."""
    return Books(rig)


@pytest.mark.parametrize(("kind", "name"), CASES)
def test_an_unposted_order_leaves_nothing_in_the_ledger(
    rig: Rig, cases: Cases, books: Books, kind: str, name: str
) -> None:
    case = cases[kind, name]
    assert case.happened
    number = case.sold.number
    order = rig.order(number)
    assert order is not None
    assert (order.state, order.fault_code) == (OrderState.LEFT_OUT, "unposted_document")
    assert order.reason.startswith("unposted by operator:")
    books.assert_ledger_once(number)
    assert len(books.vouchers(number)) == 6  # sale, payment, refund, and each of them reversed
    assert books.ledger(number) == {}
    assert len(books.orders(number)) == 1


def test_the_mirrors_are_booked_after_all_else_and_the_newest_goes_first(
    rig: Rig, cases: Cases, books: Books
) -> None:
    number = cases[PLAIN].sold.number
    rows = [row for row in rig.postings(number) if row.kind in UNPOSTS]
    mirrors = [posting_key(NAME, UNPOSTS[row.kind].value, row.source) for row in reversed(rows)]
    wanted = [batch_key(key) for key in (*(row.posting_key for row in rows), *mirrors)]
    assert [lines[0]["KEY1"] for lines in books.vouchers(number).values()] == wanted


def test_both_know_of_each_other(rig: Rig, cases: Cases) -> None:
    number = cases[PLAIN].sold.number
    rows = {row.posting_key: row for row in rig.postings(number)}
    booked = [row for row in rows.values() if row.kind in UNPOSTS]
    assert len(booked) == 3
    for row in booked:
        [mirror] = row.reversed_by
        assert rows[mirror].reverses == row.posting_key
        shown = json.loads(rig.cli("records", "show", f"p-{row.id}", "--json"))
        assert (shown["reverses"], shown["reversed_by"]) == (None, [mirror])
    sale, mirror = rows[posting_key(NAME, "sale", number)], rows[posting_key(NAME, "unpost_sale", number)]
    told = rig.cli("orders", "show", NAME, str(number))
    assert f"reversed by p-{mirror.id}" in told
    assert f"reverses p-{sale.id}" in told
    assert "accounts.sales, version 1" in told


def test_a_second_unposting_finds_nothing(rig: Rig, cases: Cases) -> None:
    number = cases[PLAIN].sold.number
    refused = rig.typed("unpost", NAME, str(number), "--yes")
    assert refused.returncode == 1
    assert f"order {number} was unposted by operator:" in refused.stderr
    assert "nothing to reverse" in rig.cli("unpost", NAME, "--mapping", "1", "--yes")


def test_a_dry_run_shows_what_a_version_would_have_booked_and_books_nothing(rig: Rig, cases: Cases) -> None:
    number = cases[PLAIN].sold.number
    row, before = rig.order(number), Books(rig)
    assert row is not None
    rig.map(rig.profile().replace('sales: "4000"', 'sales: "4130"'))
    told = json.loads(rig.cli("records", "replay", f"o-{row.id}", "--dry-run", "--mapping", "2", "--json"))
    [run] = told
    expected = {{"4000": "4130"}.get(account, account): sum_ for account, sum_ in before.expected(number).items()}
    assert {one["account"]: Decimal(one["anew"]) for one in run["accounts"]} == expected
    assert {one["booked"] for one in run["accounts"]} == {"0"}
    assert (run["version"], run["held"]) == (2, [])
    rig.map(rig.profile())
    assert rig.order(number) == row
    assert Books(rig).m3["ledger"] == before.m3["ledger"]
    assert (
        "no version 9 of its mapping profile, 1 to 3"
        in rig.typed("records", "replay", f"o-{row.id}", "--dry-run", "--mapping", "9").stderr
    )


def test_money_that_moves_meanwhile_is_not_booked(rig: Rig, cases: Cases) -> None:
    number = cases[MORE_BACK].sold.number
    units = {"item_type": "PRODUCT", "item_id": rig.sandbox.store.orders[number].line_id(1), "quantity": 1}
    rig.sandbox.store.refund(number, items=[units], delay=0)
    assert rig.sandbox.store.webhooks.settle()
    rig.wait_settled([number])
    assert Books(rig).ledger(number) == {}
    told = json.loads(rig.cli("orders", "show", NAME, str(number), "--json"))
    assert {(event["state"], event["posting_key"]) for event in told["money_events"]} == {("left_out", None)}


def test_a_replay_books_it_again_once(rig: Rig, cases: Cases) -> None:
    numbers = [case.sold.number for case in cases.values()]
    rows = [rig.order(number) for number in numbers]
    rig.cli("records", "replay", *(f"o-{row.id}" for row in rows if row))
    rig.wait_settled(numbers, within=240)
    books = Books(rig)
    more = cases[MORE_BACK].sold.number
    for number in numbers:
        books.assert_booked_once(number)
        assert len(books.vouchers(number)) == 9 + (number == more)
    assert {row.revision for row in rig.postings(more) if row.kind in UNPOSTS} == {1, 2}
    books.assert_nothing_left()
    assert json.loads(rig.cli("reconcile", NAME, "--json"))["agrees"]


def test_a_day_goes_out_as_a_whole_after_it_was_shown_and_asked_for(rig: Rig, cases: Cases) -> None:
    numbers = [case.sold.number for case in cases.values()]
    day = f"{datetime.now(UTC):%Y-%m-%d}"
    before = Books(rig).m3["ledger"]
    asked = rig.typed("unpost", NAME, "--day", day)
    assert asked.returncode == 1  # nobody said yes
    assert f"of {len(numbers)} orders?" in asked.stdout
    assert "1091" in asked.stdout
    assert Books(rig).m3["ledger"] == before
    rig.cli("unpost", NAME, "--day", day, "--yes")
    rig.wait_settled(numbers, within=240)
    books = Books(rig)
    for number in numbers:
        assert books.ledger(number) == {}
        assert {row.state for row in rig.postings(number)} == {PostingState.CONFIRMED}
    assert json.loads(rig.cli("reconcile", NAME, "--json"))["agrees"]


def test_a_payment_whose_mirror_is_refused_is_not_certified_as_left_out(rig: Rig) -> None:
    store, day = rig.sandbox.store, datetime(2026, 4, 2, 12, tzinfo=UTC)
    [number] = store.place_orders(1, created=day - timedelta(days=3), pay=[{"event": "authorization"}], announce=True)
    capture = store.add_transaction(number, event="capture", created=day.isoformat())
    rig.wait_settled([number])
    assert certified(rig, day) == ([], [("transactions", "posted", f"{capture}")])
    rig.sandbox.infor.control["block_account"](CLEARING["braintree"])
    rig.cli("unpost", NAME, str(number), "--yes")
    rig.wait_settled([number])
    assert sum(Books(rig).ledger(number).values()) == 0
    assert Books(rig).ledger(number)[CLEARING["braintree"]] > 0
    waits = ("transactions", "held: a person decides", f"{capture}")
    assert certified(rig, day) == ([waits], [("transactions", "held", f"{capture}")])
    assert listed(rig, "held") == [f"transaction {capture}"]

    rig.sandbox.infor.control["open_account"](CLEARING["braintree"])
    rig.map(rig.profile())
    rig.wait_settled([number])
    assert Books(rig).ledger(number) == {}
    assert certified(rig, day) == ([], [("transactions", "left_out", f"{capture}")])
    assert listed(rig, "held") == []
    assert f"transaction {capture}" in listed(rig, "left_out")


def listed(rig: Rig, state: str) -> list[str]:
    """The transactions that a list shows in a state."""
    told = json.loads(rig.cli("records", "list", NAME, "--kind", "transaction", "--state", state, "--json"))
    return [one["subject"].partition(" of order")[0] for one in told]


Differing = list[tuple[str, str, str]]


def certified(rig: Rig, day: datetime) -> tuple[Differing, Differing]:
    """Certify one day: what differs, and where everything of it stands."""
    period = certificates.days(rig.house, NAME, day.date(), day.date())
    made = certificates.certify(rig.house, NAME, period, wait=no_wait, by="test", fetch=False, deep=False)
    told = made.document["certificate"]
    differences = [(one["about"], one["what"], one["ids"]) for one in told["differences"]]
    return differences, [(one["about"], one["state"], one["ids"]) for one in told["ends"]]


def no_wait(pause: timedelta) -> None:
    pytest.fail(f"the store's window is spent for {pause}")
