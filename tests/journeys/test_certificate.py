"""Every id of a period has one end, three counts agree, and what differs is named and fetched."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from connector.flows import backfill, counting
from connector.flows import certificate as certificates
from tests.journeys.books import Books
from tests.rig import NAME, Rig

Certificate = dict[str, Any]


@pytest.fixture(autouse=True, scope="module")
def _polled_once(rig: Rig) -> None:
    """Let beat's polls begin here and now: what happens in March is not read by them."""
    backfill.poll(rig.house, NAME)


def certified(rig: Rig, day: datetime, *, deep: bool = False) -> Certificate:
    """Certify one day, without mending anything."""
    period = certificates.days(rig.house, NAME, day.date(), day.date())
    made = certificates.certify(rig.house, NAME, period, wait=pause, by="test", fetch=False, deep=deep)
    assert (made.runs, made.complete) == ((), not made.document["certificate"]["differences"])
    told: Certificate = made.document["certificate"]
    return told


def pause(wait: timedelta) -> None:
    time.sleep(wait.total_seconds())


def fetched(rig: Rig, day: datetime, *options: str) -> Certificate:
    """Certify one day that is not complete, as a person does, and let what differs be read again."""
    done = rig.typed("certificate", NAME, "--from", f"{day:%Y-%m-%d}", "--to", f"{day:%Y-%m-%d}", "--json", *options)
    assert (done.returncode, done.stderr) == (1, "")
    told: Certificate = json.loads(done.stdout)["certificate"]
    assert (told["complete"], told["read again"]) == (False, True)
    return told


def place(rig: Rig, day: datetime, count: int = 1, *, announce: bool = False, **words: object) -> list[int]:
    plain = {"lines": 1, "shipping": "0", "customer": 0, "created": day}
    return rig.sandbox.store.place_orders(count, announce=announce, **{**plain, **words})  # type: ignore[arg-type]


def posted(rig: Rig, day: datetime, count: int = 1, **words: object) -> list[int]:
    """Place orders, and let webhooks bring them to their end."""
    numbers = place(rig, day, count, announce=True, **words)
    rig.wait_settled(numbers)
    return numbers


def day_of_march(number: int) -> datetime:
    """Give the noon of a day that no other test uses."""
    return datetime(2026, 3, number, 12, tzinfo=UTC)


def differences(told: Certificate) -> list[tuple[str, str, str]]:
    return [(one["about"], one["what"], one["ids"]) for one in told["differences"]]


def ends(told: Certificate) -> set[tuple[str, str, str]]:
    return {(one["about"], one["state"], one["ids"]) for one in told["ends"]}


UNKNOWN = "in the store, unknown here"


def test_orders_that_nobody_told_of_are_named_fetched_and_certified(rig: Rig) -> None:
    day = day_of_march(2)
    first, second = place(rig, day, 2)
    [incomplete] = place(rig, day, status=0, pay=[])
    [pending] = place(rig, day, status=7, pay=[])
    place(rig, day - timedelta(days=1))
    place(rig, day + timedelta(days=1))
    told = certified(rig, day)
    assert differences(told) == [("orders", UNKNOWN, f"{first}-{pending}")]
    assert rig.order(first) is None

    assert differences(fetched(rig, day)) == [("orders", UNKNOWN, f"{first}-{pending}")]
    rig.wait_settled([first, second, incomplete, pending])
    told = certified(rig, day)
    assert (told["complete"], told["differences"]) == (True, [])
    assert told["counts"] == {
        "orders by id": 4,
        "orders by date": 4,
        "orders by the store's count": 4,
        "orders archived and hidden": 0,
        "orders here": 4,
        "refunds by the store's list": 0,
        "refunds here": 0,
        "transactions here": 2,
    }
    assert {(one["about"], one["state"], one["ids"], one["reason"]) for one in told["ends"]} >= {
        ("orders", "posted", f"{first}-{second}", ""),
        ("orders", "left_out", f"{incomplete}", "status Incomplete"),
        ("orders", "waiting", f"{pending}", "status Awaiting Payment"),
    }
    totals = sum(rig.order(number).total for number in (first, second))  # type: ignore[union-attr]
    [posted] = [one for one in told["ends"] if (one["about"], one["state"]) == ("orders", "posted")]
    assert posted["money"] == {"USD": f"{totals:f}"}
    assert differences(certified(rig, day + timedelta(days=1))) == [("orders", UNKNOWN, f"{pending + 2}")]


def test_a_payment_that_moved_no_date_is_found_by_what_the_row_looks_like(rig: Rig) -> None:
    day = day_of_march(5)
    [number] = posted(rig, day, pay=[{"event": "authorization"}])
    before = rig.sandbox.store.orders[number].modified_at
    capture = rig.sandbox.store.add_transaction(number, event="capture", created=day.isoformat(), announce=False)
    assert rig.sandbox.store.orders[number].modified_at == before
    told = fetched(rig, day)
    assert differences(told) == [("orders", "changed in the store since they were read", f"{number}")]
    rig.wait_settled([number])
    Books(rig).assert_booked_once(number)
    told = certified(rig, day, deep=True)
    assert told["differences"] == []
    assert ("transactions", "posted", f"{capture}") in ends(told)


def test_a_payment_that_shows_nowhere_is_found_by_asking_each_order(rig: Rig) -> None:
    day = day_of_march(8)
    [number] = posted(rig, day)
    settled = rig.sandbox.store.add_transaction(number, event="settled", created=day.isoformat(), announce=False)
    assert certified(rig, day)["complete"]
    assert differences(fetched(rig, day, "--deep")) == [("transactions", UNKNOWN, f"{settled}")]
    rig.wait_settled([number])
    told = certified(rig, day, deep=True)
    assert told["differences"] == []
    assert ("transactions", "left_out", f"{settled}") in ends(told)


def test_a_refund_of_the_day_is_found_though_its_order_is_older(rig: Rig) -> None:
    day = day_of_march(12)
    [number] = posted(rig, day - timedelta(days=2))
    item = {"item_type": "ORDER", "item_id": number, "amount": "1.00"}
    refund = rig.sandbox.store.refund(number, items=[item], created=day.isoformat(), delay=0, announce=False)
    assert differences(fetched(rig, day)) == [("refunds", UNKNOWN, f"{refund}")]
    rig.wait_settled([number])
    told = certified(rig, day)
    assert told["differences"] == []
    assert ("refunds", "posted", f"{refund}") in ends(told)


def test_a_capture_of_the_day_is_found_though_its_order_is_older(rig: Rig) -> None:
    day, older = day_of_march(14), day_of_march(13)
    [number] = posted(rig, older, pay=[{"event": "authorization"}])
    capture = rig.sandbox.store.add_transaction(number, event="capture", created=day.isoformat(), announce=False)
    assert certified(rig, day)["transactions asked for of"] == ""
    assert differences(fetched(rig, day, "--deep")) == [("transactions", UNKNOWN, f"{capture}")]
    rig.wait_settled([number])
    told = certified(rig, day, deep=True)
    assert told["differences"] == []
    assert ("transactions", "posted", f"{capture}") in ends(told)


def test_of_older_orders_those_are_asked_for_whose_money_is_not_at_rest(rig: Rig) -> None:
    authorised, void = {"event": "authorization"}, {"event": "void"}
    day, older = day_of_march(15), day_of_march(14)
    [paid] = posted(rig, older)
    [half] = posted(rig, older, pay=[{"amount": "1.00"}])
    posted(rig, older, status=0, pay=[])
    [waiting] = posted(rig, older, status=7, pay=[])
    posted(rig, older, status=0, pay=[authorised, void])
    [abandoned] = posted(rig, older, status=0, pay=[authorised])
    asked = certified(rig, day, deep=True)["transactions asked for of"].split(",")
    assert [one for one in asked if int(one.partition("-")[0]) >= paid] == [f"{half}", f"{waiting}", f"{abandoned}"]


def test_an_order_that_is_archived_and_hidden_is_looked_up_before_it_is_judged(rig: Rig) -> None:
    day = day_of_march(16)
    _, archived = posted(rig, day, 2)
    rig.sandbox.store.archived_listed = False
    rig.sandbox.store.archive(archived, announce=False)
    rig.sandbox.dial.forget_calls()
    told = certified(rig, day)
    assert told["differences"] == []
    counts = told["counts"]
    assert (counts["orders by id"], counts["orders by date"], counts["orders by the store's count"]) == (1, 1, 1)
    assert (counts["orders archived and hidden"], counts["orders here"]) == (1, 2)
    assert rig.sandbox.dial.counts()[f"store GET /v2/orders/{archived}"] == 1
    rig.sandbox.store.archived_listed = True


def test_an_order_that_the_store_has_no_more_is_named(rig: Rig) -> None:
    day = day_of_march(18)
    [number] = posted(rig, day)
    kept = rig.sandbox.store.orders.pop(number)
    assert differences(certified(rig, day)) == [("orders", "known here, not in the store", f"{number}")]
    rig.sandbox.store.orders[number] = kept


def test_an_order_that_waits_for_a_person_is_no_end(rig: Rig) -> None:
    day = day_of_march(21)
    whole = rig.profile()
    rig.map(whole.replace('clearing: {default: "1090", ', "clearing: {"))
    [held] = posted(rig, day, pay=[{"gateway": "newpay"}])
    told = certified(rig, day)
    assert differences(told)[0] == ("orders", "held: a person decides", f"{held}")
    assert [one["mended by reading"] for one in told["differences"]] == [False, False]
    rig.map(whole)
    rig.wait_settled([held])
    assert certified(rig, day)["complete"]


def test_a_spent_window_makes_the_count_wait_and_go_on(rig: Rig) -> None:
    day = day_of_march(24)
    posted(rig, day)
    for call in ("/v2/orders", "/v2/orders/count", "/v3/orders/payment_actions/refunds"):
        rig.sandbox.dial.add(f"store GET {call}", "429", times=1, seconds=0.2)
    told = certified(rig, day)
    assert (told["differences"], told["counts"]["orders by id"]) == ([], 1)
    assert rig.sandbox.dial.rules() == []


def test_an_order_that_was_archived_before_it_was_read_is_found_where_an_id_is_missing(rig: Rig) -> None:
    day = day_of_march(27)
    [first] = posted(rig, day)
    [hidden] = place(rig, day)
    [last] = posted(rig, day)
    [newest] = place(rig, day)
    rig.sandbox.store.archived_listed = False
    for number in (hidden, newest):
        rig.sandbox.store.archive(number, announce=False)
    assert differences(fetched(rig, day)) == [("orders", UNKNOWN, f"{hidden},{newest}")]
    rig.wait_settled([hidden, newest])
    told = certified(rig, day)
    assert (told["complete"], told["orders asked for singly"]) == (True, f"{hidden},{newest}-{newest + 1}")
    assert told["counts"]["orders archived and hidden"] == 2
    assert ("orders", "posted", f"{first}-{newest}") in ends(told)
    assert newest == last + 1
    rig.sandbox.store.archived_listed = True


def test_missing_ids_that_are_too_many_to_ask_for_are_named(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "GAPS", 1)
    day = day_of_march(28)
    posted(rig, day)
    missing = place(rig, day, 3)
    for number in missing:
        del rig.sandbox.store.orders[number]
    [last] = posted(rig, day)
    what = "in no list of the store, and too many to ask for without --deep"
    assert differences(certified(rig, day)) == [("orders", what, f"{missing[1]}-{missing[2]}")]
    told = certified(rig, day, deep=True)
    assert (told["complete"], told["orders asked for singly"]) == (True, f"{missing[0]}-{missing[2]},{last + 1}")


def test_a_certificate_says_whether_it_is_ours_and_unchanged(rig: Rig, tmp_path: Path) -> None:
    day = "2026-02-01"
    printed = rig.cli("certificate", NAME, "--from", day, "--to", day)
    saved = rig.folder / "home" / "certificates" / f"{NAME}-{day}-{day}.json"
    assert printed.endswith(f"saved as {saved}\n")
    assert saved.stat().st_mode & 0o777 == 0o400
    assert "ours, and unchanged" in rig.cli("certificate", "verify", str(saved))

    forged = tmp_path / "forged.json"
    forged.write_text(saved.read_text().replace('"orders here": 0', '"orders here": 1'))
    refused = rig.typed("certificate", "verify", str(forged))
    assert (refused.returncode, "not ours, or was changed" in refused.stdout) == (1, True)
    forged.write_text("[]")
    assert rig.typed("certificate", "verify", str(forged)).stderr.startswith("Error: this file is no certificate")


def test_a_period_that_has_not_been_is_refused(rig: Rig) -> None:
    refused = rig.typed("certificate", NAME, "--from", "2999-01-01")
    assert refused.returncode == 1
    assert "no period that has been" in refused.stderr
    assert "Traceback" not in refused.stderr
