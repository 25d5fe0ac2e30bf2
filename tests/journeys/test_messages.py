"""Journals that go by message: sent is never shown as done, and what nobody can tell a person decides."""

from __future__ import annotations

import http.client
import json
from base64 import b64encode
from contextlib import closing
from decimal import Decimal

import pytest

from connector.domain.identity import batch_key, external_reference, posting_key
from connector.domain.posting import PostingKind, PostingState
from connector.domain.progress import OrderState
from connector.records.postings import PostingRow
from connector.sandbox.infor.bod.documents import read
from tests.rig import NAME, Rig, until

RIG = {"suite": "ln"}
POST = "bod Process.SourceSystemJournalEntry"
DOOR = f"/webhooks/infor/{NAME}"


@pytest.fixture(scope="module", autouse=True)
def careful(rig: Rig) -> None:
    """The target may not be sent anything twice."""
    infor = rig.sandbox.infor
    infor.company = {**infor.company, "bod_repeats": "unknown"}  # type: ignore[misc]
    rig.connect()


def turn(rig: Rig, button: str, words: object = None):  # type: ignore[no-untyped-def]
    return rig.sandbox.infor.control[button](words)


def upcoming(rig: Rig) -> str:
    """The name of the journal that the next order's sale will have."""
    return batch_key(posting_key(NAME, "sale", max(rig.sandbox.store.orders, default=1000) + 1))


def sell(rig: Rig) -> int:
    [number] = rig.sandbox.store.place_orders(1, lines=2, announce=True)
    return number


def sale(rig: Rig, number: int) -> PostingRow | None:
    return next((row for row in rig.postings(number) if row.kind is PostingKind.SALE), None)


def key(number: int) -> str:
    return batch_key(posting_key(NAME, "sale", number))


def wait_for(rig: Rig, number: int, state: PostingState) -> PostingRow:
    until(lambda: (row := sale(rig, number)) and row.state is state, why=lambda: f"{sale(rig, number)}")
    found = sale(rig, number)
    assert found is not None
    return found


def variations(rig: Rig, number: int) -> list[int]:
    return [told["variationId"] for told in turn(rig, "bod_messages") if told["documentId"] == key(number)]


def assert_booked_once(rig: Rig, number: int) -> None:
    until(
        lambda: rig.settled(number) and rig.order(number).state is OrderState.POSTED,
        why=lambda: f"{rig.order(number)}",
    )  # type: ignore[union-attr]
    assert rig.order(number).fault_code == ""  # type: ignore[union-attr]
    vouchers = rig.sandbox.infor.vouchers_by_key()
    keys = [batch_key(row.posting_key) for row in rig.postings(number) if row.kind is not PostingKind.SALES_ORDER]
    assert [len(vouchers[each]) for each in keys] == [1] * len(keys)
    assert len(keys) >= 2


def test_an_order_is_posted_when_the_target_has_accepted_its_journals_and_not_before(rig: Rig):
    turn(rig, "bod_fate", {"fate": "lost", "match": upcoming(rig)})
    number = sell(rig)
    row = wait_for(rig, number, PostingState.SENT)
    until(lambda: [row.state for row in rig.postings(number)].count(PostingState.CONFIRMED) == 2)
    assert (row.external_id, row.handle) == ("", key(number))
    until(lambda: rig.order(number).state is OrderState.OPEN)  # type: ignore[union-attr]
    assert not rig.settled(number)

    assert turn(rig, "bod_resend") == 1
    assert_booked_once(rig, number)
    confirmed = sale(rig, number)
    assert confirmed is not None
    assert [confirmed.external_id] == rig.sandbox.infor.vouchers_by_key()[key(number)]
    assert variations(rig, number) == [1]


@pytest.mark.parametrize("fate", ["reject", "confirm"])
def test_a_rejected_journal_says_why_and_goes_again_when_it_is_replayed(rig: Rig, fate: str):
    turn(rig, "bod_fate", {"fate": fate, "match": upcoming(rig)})
    number = sell(rig)
    row = wait_for(rig, number, PostingState.REJECTED)
    assert "the period is closed" in row.reason
    rig.wait_settled([number])
    assert rig.order(number).state is OrderState.REJECTED  # type: ignore[union-attr]
    assert "the period is closed" in rig.cli("orders", "show", NAME, str(number))

    rig.cli("records", "replay", f"p-{row.id}")
    assert_booked_once(rig, number)
    assert variations(rig, number) == [1, 2]


def uncertain(rig: Rig, fault: str) -> PostingRow:
    """A sale of which neither ION nor the target will ever tell."""
    name = upcoming(rig)
    turn(rig, "bod_fate", {"fate": "lost", "match": name})
    rig.sandbox.dial.add(POST, fault, times=1, when=lambda body: name.encode() in body)
    number = sell(rig)
    until(
        lambda: (row := sale(rig, number)) and "records acknowledge" in row.reason, why=lambda: f"{sale(rig, number)}"
    )
    until(lambda: rig.order(number).state is OrderState.UNCERTAIN)  # type: ignore[union-attr]
    return wait_for(rig, number, PostingState.UNCERTAIN)


def test_what_a_person_found_booked_is_confirmed_and_never_sent_again(rig: Rig):
    row = uncertain(rig, "apply-504")
    number = row.order_number or 0
    [voucher] = rig.sandbox.infor.vouchers_by_key()[key(number)]
    rig.cli("records", "acknowledge", f"p-{row.id}", "--accepted", "--number", voucher)
    assert_booked_once(rig, number)
    assert wait_for(rig, number, PostingState.CONFIRMED).external_id == voucher
    assert variations(rig, number) == [1]


def test_what_a_person_did_not_find_is_sent_anew_when_it_is_replayed(rig: Rig):
    row = uncertain(rig, "503")
    number = row.order_number or 0
    turn(rig, "bod_clear")
    rig.cli("records", "acknowledge", f"p-{row.id}", "--rejected")
    assert "it is not in the ERP, says" in wait_for(rig, number, PostingState.REJECTED).reason
    rig.cli("records", "replay", f"p-{row.id}")
    assert_booked_once(rig, number)
    assert variations(rig, number) == [2]


def test_only_what_waits_for_a_verdict_can_be_acknowledged(rig: Rig):
    number = sell(rig)
    rig.wait_settled([number])
    row = wait_for(rig, number, PostingState.CONFIRMED)
    told = rig.typed("records", "acknowledge", f"p-{row.id}", "--rejected")
    assert (told.returncode, "waits for the ERP's verdict" in told.stderr) == (1, True)
    assert rig.typed("records", "acknowledge", "o-1", "--accepted").returncode == 1
    assert rig.typed("records", "acknowledge", f"p-{row.id}").returncode == 2


def knock(rig: Rig, body: bytes, secret: str) -> int:
    headers = {"Authorization": f"Basic {b64encode(f'ion:{secret}'.encode()).decode()}"}
    with closing(http.client.HTTPConnection("127.0.0.1", rig.port, timeout=10)) as connection:
        connection.request("POST", DOOR, body, headers)
        return connection.getresponse().status


def test_a_verdict_that_comes_after_all_takes_a_rejected_posting_up_again(rig: Rig):
    turn(rig, "bod_fate", {"fate": "reject", "match": upcoming(rig)})
    number = sell(rig)
    wait_for(rig, number, PostingState.REJECTED)
    rig.wait_settled([number])
    [first] = [told for told in turn(rig, "bod_messages") if told["documentId"] == key(number)]
    infor = rig.sandbox.infor
    turn(rig, "bod_dedupe", False)
    with infor.alone():
        infor.messaging._keep(first, first["payload"].encode())  # type: ignore[attr-defined]
    assert_booked_once(rig, number)
    turn(rig, "bod_dedupe", True)
    assert variations(rig, number) == [1, 1]


def rejected(rig: Rig) -> int:
    """An order whose sale the target has rejected."""
    turn(rig, "bod_fate", {"fate": "reject", "match": upcoming(rig)})
    number = sell(rig)
    wait_for(rig, number, PostingState.REJECTED)
    rig.wait_settled([number])
    return number


def accept_after_all(rig: Rig, number: int) -> None:
    """Let the target take the first message of an order's sale that it has rejected."""
    [first, *_] = [told for told in turn(rig, "bod_messages") if told["documentId"] == key(number)]
    before = rig.sandbox.infor.vouchers_by_key().get(key(number), [])
    infor = rig.sandbox.infor
    turn(rig, "bod_dedupe", False)
    with infor.alone():
        infor.messaging._keep(first, first["payload"].encode())  # type: ignore[attr-defined]
    until(lambda: len(rig.sandbox.infor.vouchers_by_key().get(key(number), [])) == len(before) + 1)
    turn(rig, "bod_dedupe", True)


def balances(rig: Rig, number: int) -> dict[str, Decimal]:
    found = rig.sandbox.infor.balances_by_reference()[external_reference(number)]
    return {account: amount for (account, _), amount in found.items() if amount}


def notices(rig: Rig) -> dict[int, str]:
    told = json.loads(rig.cli("orders", "notices", NAME, "--json"))
    return {one["order"]: one["reason"] for one in told if one["fault_code"] == "booked_twice"}


def test_what_is_accepted_twice_is_told_until_somebody_took_one_back(rig: Rig):
    number = rejected(rig)
    rig.cli("records", "replay", f"p-{wait_for(rig, number, PostingState.REJECTED).id}")
    assert_booked_once(rig, number)
    kept = wait_for(rig, number, PostingState.CONFIRMED)
    accept_after_all(rig, number)
    until(lambda: number in notices(rig))
    [second, late] = rig.sandbox.infor.vouchers_by_key()[key(number)]
    assert second == kept.external_id
    assert notices(rig)[number] == (
        f"the ERP accepted {key(number)}-v1 ({late}), {key(number)}-v2 ({second}); booked here is {second}: take the "
        "rest back there"
    )
    rig.cli("orders", "done", NAME, str(number))
    order = rig.order(number)
    assert order is not None
    rig.cli("records", "replay", f"o-{order.id}")
    rig.wait_settled([number])
    assert notices(rig) == {}


def test_a_sale_accepted_after_its_order_was_cancelled_is_reversed(rig: Rig):
    number = rejected(rig)
    rig.sandbox.store.cancel(number)
    wait_for(rig, number, PostingState.WITHDRAWN)
    accept_after_all(rig, number)
    wait_for(rig, number, PostingState.CONFIRMED)
    until(lambda: any(row.kind is PostingKind.REVERSAL for row in rig.postings(number)))
    rig.wait_settled([number])
    assert set(balances(rig, number)) <= {"1091", "1200"}


def test_a_sale_accepted_after_its_order_was_edited_is_kept_as_it_was_sent_and_corrected(rig: Rig):
    number = rejected(rig)
    first = wait_for(rig, number, PostingState.REJECTED)
    turn(rig, "bod_fate", {"fate": "reject", "match": key(number)})
    rig.sandbox.store.edit_order(number, lines=[{"sku": "PLAIN-01", "price": "1.00"}])
    rig.cli("records", "replay", f"p-{first.id}")
    until(lambda: variations(rig, number) == [1, 2])
    wait_for(rig, number, PostingState.REJECTED)
    accept_after_all(rig, number)
    sale = wait_for(rig, number, PostingState.CONFIRMED)
    assert sale.amount == first.amount
    assert [sale.external_id] == rig.sandbox.infor.vouchers_by_key()[key(number)]
    until(lambda: any(row.kind is PostingKind.CORRECTION for row in rig.postings(number)))
    rig.wait_settled([number])
    assert -balances(rig, number)["4000"] == 1


def test_what_comes_in_by_the_door_is_kept_and_shown(rig: Rig):
    secret = rig.sandbox.infor.door_secret
    assert knock(rig, b"<!DOCTYPE x><x/>", "another-secret-that-is-wrong") == 401
    assert knock(rig, b"<!DOCTYPE x><x/>", secret) == 202
    dead = json.loads(rig.cli("records", "list", NAME, "--kind", "delivery", "--state", "dead", "--json"))
    assert [one["reason"] for one in dead] == ["it is no XML that is read here: it has a document type"]
    shown = json.loads(rig.cli("records", "show", dead[0]["id"], "--json"))
    assert (shown["body"], shown["scheme"]) == ("<!DOCTYPE x><x/>", "ion")
    taken = json.loads(rig.cli("records", "list", NAME, "--kind", "delivery", "--state", "taken", "--json"))
    assert any("-v1 accepted" in one["reason"] for one in taken)


def test_every_document_that_went_out_is_one_that_is_read(rig: Rig):
    for told in turn(rig, "bod_messages"):
        bod = read(told["payload"].encode())
        assert (bod.noun, told["documentId"] in bod.id) == ("SourceSystemJournalEntry", True)
