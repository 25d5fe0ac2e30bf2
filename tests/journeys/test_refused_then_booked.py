"""What Infor refused and a clerk booked there all the same: our books hold that, and mend what changed since."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest

from connector.domain.identity import batch_key, posting_key
from connector.domain.posting import PostingKind
from connector.records import journal_lines
from connector.sandbox.infor.m3.programs import batches
from tests.journeys.books import Books
from tests.rig import NAME, Rig, until

SHIPPING = "4100"


@pytest.fixture(autouse=True)
def blocked(rig: Rig) -> Iterator[None]:
    """An account that M3 takes nothing on."""
    rig.sandbox.infor.control["block_account"](SHIPPING)
    yield
    rig.sandbox.infor.control["open_account"](SHIPPING)


def key(number: int) -> str:
    return batch_key(posting_key(NAME, "sale", number))


def refused(rig: Rig) -> int:
    """An order whose sale M3 refused."""
    [number] = rig.sandbox.store.place_orders(1, announce=True)
    assert_held(rig, number)
    return number


def assert_held(rig: Rig, number: int) -> None:
    assert rig.sandbox.store.webhooks.settle()
    rig.wait_settled([number])
    order = rig.order(number)
    assert order is not None
    assert (order.state.value, order.fault_code) == ("held", "mapping_gap")


def edit(rig: Rig, number: int, price: str, *, announce: bool) -> None:
    rig.sandbox.store.edit_order(number, lines=[{"sku": "PLAIN-01", "price": price}], announce=announce)


def lines_in_gls840(rig: Rig, number: int) -> list[dict[str, str]]:
    with rig.m3.tenant() as tenant:
        return [dict(line) for line in tenant.rows["FGLINF"].of(key(number))]


def clerk_posts(rig: Rig, number: int, lines: list[dict[str, str]] | None = None) -> None:
    """Mend what M3 complained of, and post the batch in GLS840."""
    rig.sandbox.infor.control["open_account"](SHIPPING)
    with rig.m3.tenant() as tenant:
        if lines is not None:
            tenant.rows["FGLINF"].remove(key(number))
            for line in lines:
                tenant.rows["FGLINF"].add(line)
        batches.control(tenant, {"KEY1": key(number), "DIVI": "AAA"})
        batches.update(tenant, {"KEY1": key(number), "DIVI": "AAA"})
    until(lambda: Books(rig).m3["vouchers_by_key"].get(key(number)))


def assert_told_and_corrected(rig: Rig, number: int, booked: dict[str, Decimal]) -> None:
    """Our sale is what M3 booked, and a correction makes of it what the store has now."""
    order = rig.order(number)
    assert order is not None
    rig.cli("records", "replay", f"o-{order.id}")
    until(lambda: any(row.kind is PostingKind.CORRECTION for row in rig.postings(number)))
    rig.wait_settled([number])
    books = Books(rig)
    books.assert_ledger_once(number)
    assert books.ledger(number) == books.expected(number)
    [sale] = [row for row in rig.postings(number) if row.kind is PostingKind.SALE]
    with rig.house.database.begin() as tx:
        kept = {line.account: line.debit - line.credit for line in journal_lines.of(tx, [sale.id])}
    assert kept == booked
    assert sale.amount == sum(amount for amount in booked.values() if amount > 0)
    assert "the ERP has it as it was sent at" in sale.reason


def by_account(lines: list[dict[str, str]]) -> dict[str, Decimal]:
    return {line["AIT1"]: Decimal(line["CUAM"]) for line in lines}


def test_a_sale_that_was_edited_meanwhile_is_kept_as_the_clerk_posted_it_and_corrected(rig: Rig) -> None:
    number = refused(rig)
    first = lines_in_gls840(rig, number)
    edit(rig, number, "1.00", announce=False)
    clerk_posts(rig, number)
    assert_told_and_corrected(rig, number, by_account(first))


def test_of_two_refused_ones_the_ledger_tells_which_the_clerk_posted(rig: Rig) -> None:
    number = refused(rig)
    first = lines_in_gls840(rig, number)
    edit(rig, number, "1.00", announce=True)
    assert_held(rig, number)
    assert by_account(lines_in_gls840(rig, number)) != by_account(first)
    edit(rig, number, "2.00", announce=False)
    clerk_posts(rig, number, first)
    assert_told_and_corrected(rig, number, by_account(first))
