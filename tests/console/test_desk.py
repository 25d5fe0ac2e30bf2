"""The error desk: what it shows, what is settled by hand, and what a support bundle gives away."""

from __future__ import annotations

import getpass
import io
import json
import re
import zipfile
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from connector.domain.alert import AlertKind
from connector.domain.identity import batch_key
from connector.domain.journal import JournalEntry
from connector.domain.posting import PostingKind
from connector.flows import alerts, audit, contents
from connector.records.postings import PostingRow
from tests.console.browser import Browser
from tests.console.workshop import Workshop
from tests.journeys.books import Books
from tests.rig import NAME, Rig

AT = f"/console/c/{NAME}"


@pytest.fixture(scope="module")
def sold(rig: Rig, workshop: Workshop) -> list[int]:
    numbers = rig.sandbox.store.place_orders(5, seed=6)
    workshop.hear(*numbers)
    return numbers


def edited(rig: Rig, workshop: Workshop, number: int, **changes: object) -> None:
    rig.sandbox.store.edit_order(number, announce=False, **changes)
    workshop.hear(number)


def warned(rig: Rig, *, minutes: int) -> list[str]:
    """What people would be told of it, so much later."""
    with rig.house.database.begin() as tx:
        wrong = list(alerts.wrong(tx, rig.house.now() + timedelta(minutes=minutes)))
    return [one.what for one in wrong if one.kind is AlertKind.NOTICED]


def test_a_posted_order_asks_until_somebody_says_that_it_was_done(
    rig: Rig, workshop: Workshop, operator: Browser, viewer: Browser, sold: list[int]
):
    number, line = sold[-1], "goes to another address than its sales order says"
    edited(rig, workshop, number, address={"city": "Dallas"})
    assert line in viewer.get(f"{AT}/desk")
    assert line in json.loads(rig.cli("orders", "notices", NAME, "--json"))[0]["reason"]
    [seen] = re.findall(rf'orders/{number}/done">.*?name="seen" value="(\w+)"', operator.get(f"{AT}/desk"), re.DOTALL)

    assert warned(rig, minutes=59) == []
    assert warned(rig, minutes=61) == ["1 posted order to be changed in Infor by hand"]

    assert viewer.post(f"{AT}/orders/{number}/done", seen=seen).status_code == 403
    assert operator.post(f"{AT}/orders/{number}/done", seen="an older one").status_code == 400
    assert "None asks." not in viewer.get(f"{AT}/desk")
    assert "None asks." in operator.done(f"{AT}/orders/{number}/done", seen=seen)
    assert warned(rig, minutes=61) == []
    assert operator.post(f"{AT}/orders/{number}/done", seen=seen).status_code == 400
    assert line in viewer.get(f"{AT}/orders/{number}")
    workshop.hear(number)
    assert "None asks." in viewer.get(f"{AT}/desk")

    edited(rig, workshop, number, lines=[{"sku": "PLAIN-01", "price": "1.00"}])
    assert "None asks." not in viewer.get(f"{AT}/desk")
    assert "asks for nothing any more" in rig.cli("orders", "done", NAME, str(number))
    assert json.loads(rig.cli("orders", "notices", NAME, "--json")) == []
    refused = rig.typed("orders", "done", NAME, str(number))
    assert (refused.returncode, "asks for nothing by hand" in refused.stderr) == (1, True)
    told = audit.newest(rig.house, NAME, before=None, limit=200)
    assert [one.actor for one in told if one.action == "notice_closed"][-1] == "console:operator"


def refused(rig: Rig, number: int, kind: PostingKind) -> PostingRow:
    """Let a booked posting look as if Infor had refused it, and a person had keyed it then."""
    row = next(one for one in rig.postings(number) if one.kind is kind)
    with rig.house.database.begin() as tx:
        tx.execute(
            text(
                "UPDATE postings SET state = 'rejected', external_id = '', fault_code = 'rejected',"
                " reason = 'the period is closed' WHERE id = :id"
            ),
            {"id": row.id},
        )
        tx.execute(text("UPDATE orders SET state = 'rejected' WHERE number = :number"), {"number": number})
    return row


def again(rig: Rig, number: int, row: PostingRow) -> PostingRow:
    return next(one for one in rig.postings(number) if one.id == row.id)


@pytest.mark.parametrize("kind", [PostingKind.SALES_ORDER, PostingKind.PAYMENT])
def test_what_was_posted_by_hand_is_settled_under_infors_number_only(
    rig: Rig, operator: Browser, workshop: Workshop, sold: list[int], kind: PostingKind
):
    number = sold[0]
    row = refused(rig, number, kind)
    page = operator.get(f"{AT}/desk")
    assert "the period is closed" in page
    assert "Mend what the ERP" in page
    for wrong in ("", "4711", "0" + row.external_id):
        answer = operator.post(f"{AT}/records/p-{row.id}/settle", number=wrong)
        assert answer.status_code == 400, wrong
        assert again(rig, number, row).state.value == "rejected"
    page = operator.done(f"{AT}/records/p-{row.id}/settle", number=row.external_id)
    assert "is settled" in page
    assert again(rig, number, row).state.value == "confirmed"
    workshop.work()
    workshop.finish(number)
    assert "settled by hand by console:operator" in operator.get(f"{AT}/orders/{number}")
    Books(rig).assert_booked_once(number)
    assert operator.post(f"{AT}/records/p-{row.id}/settle", number=row.external_id).status_code == 400


def test_a_journal_keyed_by_hand_is_known_by_what_it_comes_to(
    rig: Rig, operator: Browser, workshop: Workshop, sold: list[int]
):
    number = sold[1]
    row = refused(rig, number, PostingKind.SALE)
    entry = contents.open_content(rig.house.vault, row)
    assert isinstance(entry, JournalEntry)
    keyed = contents.seal(rig.house.vault, row.posting_key, replace(entry, key="NOTOURKEY"))
    with rig.house.database.begin() as tx:
        tx.execute(text("UPDATE postings SET content = :keyed WHERE id = :id"), {"keyed": keyed, "id": row.id})
    other = next(one for one in rig.postings(number) if one.kind is PostingKind.PAYMENT)
    answer = operator.post(f"{AT}/records/p-{row.id}/settle", number=other.external_id)
    assert (answer.status_code, "nothing like it" in answer.text) == (400, True)
    operator.done(f"{AT}/records/p-{row.id}/settle", number=row.external_id)
    assert again(rig, number, row).external_id == row.external_id
    workshop.work()


def test_the_terminal_settles_by_the_same_rules(rig: Rig, sold: list[int]):
    row = refused(rig, sold[2], PostingKind.PAYMENT)
    said = rig.typed("records", "settle", f"p-{row.id}", "--number", "4711")
    assert (said.returncode, "not under 4711" in said.stderr) == (1, True)
    assert "is settled" in rig.cli("records", "settle", f"p-{row.id}", "--number", row.external_id)


def test_what_nobody_can_explain_is_left_to_a_person_and_planned_again(
    rig: Rig, operator: Browser, viewer: Browser, workshop: Workshop
):
    [number] = rig.sandbox.store.place_orders(1, seed=8, overridden_by="1.00")
    workshop.hear(number)
    row = next(one for one in rig.postings(number) if one.kind is PostingKind.SALES_ORDER)
    way, back = f"{AT}/records/p-{row.id}/settle", f"{AT}/records/p-{row.id}/unsettle"
    assert f'action="{way}"' in operator.get(f"{AT}/orders/{number}")
    assert f'action="{way}"' not in viewer.get(f"{AT}/orders/{number}")
    assert viewer.post(way, why="keyed").status_code == 403
    assert operator.post(way, why="").status_code == 400
    assert operator.post(way.replace(NAME, "other"), why="keyed").status_code == 404
    assert operator.post(back).status_code == 400
    assert again(rig, number, row) == row

    assert "is left to you" in operator.done(way, why="keyed", number="10009")
    assert "booked by hand under 10009 by console:operator: keyed" in operator.get(f"{AT}/orders/{number}")
    assert operator.post(way, why="keyed").status_code == 400
    sale = next(one for one in rig.postings(number) if one.kind is PostingKind.SALE)
    assert "is being worked on" in operator.post(f"{AT}/records/p-{sale.id}/settle", why="keyed").text
    assert again(rig, number, sale) == sale
    workshop.finish(number)
    assert again(rig, number, row).state.value == "left_out"

    assert viewer.post(back).status_code == 403
    assert "is planned again" in operator.done(back)
    workshop.finish(number)
    assert again(rig, number, row).fault_code == "unexplained_total"


def put_off(rig: Rig, row: PostingRow, quiet: timedelta) -> None:
    """Let the answer to a posting have been lost."""
    with rig.house.database.begin() as tx:
        tx.execute(
            text("UPDATE postings SET state = 'uncertain', quiet_until = :until WHERE id = :id"),
            {"until": rig.house.now() + quiet, "id": row.id},
        )


def in_gls840(rig: Rig, row: PostingRow, status: str) -> None:
    """Let a booked voucher's batch stand there as if somebody else had keyed the voucher."""
    with rig.m3.tenant() as tenant:
        [head] = tenant.rows["FGLINH"].of(batch_key(row.posting_key))
        head["STAT"] = status


def test_what_infor_may_still_book_is_not_settled_beside_it(rig: Rig, sold: list[int]):
    row = refused(rig, sold[3], PostingKind.SALE)
    settle = ("records", "settle", f"p-{row.id}", "--number", row.external_id)
    for status, minutes, said in (
        ("90", 5, "its answer was lost"),
        ("60", 0, "not finished"),
        ("10", 0, "not finished"),
    ):
        in_gls840(rig, row, status)
        put_off(rig, row, timedelta(minutes=minutes))
        answer = rig.typed(*settle)
        assert (answer.returncode, said in answer.stderr) == (1, True)
        assert again(rig, sold[3], row).state.value == "uncertain"
    in_gls840(rig, row, "90")
    assert "is settled" in rig.cli(*settle)


def test_a_bundle_has_the_whole_story_and_nobodys_secrets(
    rig: Rig, operator: Browser, viewer: Browser, sold: list[int]
):
    row = rig.order(sold[3])
    assert row is not None
    answer = operator.client.get(f"{AT}/records/o-{row.id}/bundle")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as packed:
        files = {name: packed.read(name).decode() for name in packed.namelist()}
    assert {f"postings/p-{one.id}.json" for one in rig.postings(sold[3])} <= files.keys()
    assert {f"calls/x-{call.id}.json" for call in rig.calls(sold[3])} <= files.keys()
    whole = "\n".join(files.values())
    for secret in ("jane.doe@example.com", "123 Main Street", "5125550100", "Bearer"):
        assert secret not in whole
    assert row.external_id in whole
    assert viewer.client.get(f"{AT}/records/o-{row.id}/bundle").status_code == 403
    posting = rig.postings(sold[3])[0]
    assert viewer.post(f"{AT}/records/p-{posting.id}/settle", number=posting.external_id).status_code == 403
    out = rig.folder / "bundle.zip"
    rig.cli("records", "bundle", f"o-{row.id}", "--out", str(out))
    assert zipfile.is_zipfile(out)
    assert out.stat().st_mode & 0o777 == 0o600
    given = [
        link.entry for link in audit.entries(rig.house, NAME, None, None) if link.entry.action == "bundle_given_out"
    ]
    assert [(one.actor, one.order, one.detail) for one in given] == [
        (by, sold[3], {"record": f"o-{row.id}"}) for by in ("console:operator", f"operator:{getpass.getuser()}")
    ]
