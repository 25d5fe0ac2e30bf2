"""What journals by BOD owe, over HTTP against a simulated ION: taken is not booked, a repeat is never guessed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from erp_bod import POST, BodRig, bod_rig
from erp_rigs import entry

from connector.domain.faults import OutcomeUnknown, Rejected, Superseded, Throttled, Unauthorized, Unavailable
from connector.domain.inquiry import FindingState
from connector.sandbox.infor.bod.options import BodOptions

KEY, OTHER = "BCAAAAAAAAAAAAA", "BCBBBBBBBBBBBBB"
LOST = ("apply-504", "apply-reset", "apply-garbage", "apply-hang")
NOT_THERE = ("hang", "503", "500")


@pytest.fixture
def rig():  # type: ignore[no-untyped-def]
    with bod_rig() as made:
        yield made


def state(rig: BodRig, key: str = KEY) -> FindingState:
    return rig.journals.find_journals([key])[key].state


def booked_once(rig: BodRig, *keys: str) -> None:
    assert {key: len(vouchers) for key, vouchers in rig.ledger.vouchers_by_key().items()} == dict.fromkeys(keys, 1)


def test_taken_by_ion_is_pending_until_the_target_accepts(rig: BodRig):
    done = rig.post(entry(KEY), entry(OTHER, amount="4.05"))
    assert {key: found.state for key, found in done.items()} == dict.fromkeys((KEY, OTHER), FindingState.PENDING)
    assert (rig.calls(), rig.guards) == ([POST, POST], ["asked", "asked"])
    assert [state(rig, KEY), state(rig, OTHER)] == [FindingState.PENDING] * 2
    rig.settle()
    found = rig.journals.find_journals([KEY, OTHER])
    assert {finding.state for finding in found.values()} == {FindingState.BOOKED}
    assert {finding.external_id for finding in found.values()} == {"900001", "900002"}
    assert rig.ledger.trial_balance() == {("1200", "USD"): Decimal("40.00"), ("4000", "USD"): Decimal("-40.00")}
    assert rig.calls() == []


@pytest.mark.parametrize("timezone", ["Pacific/Honolulu", "America/New_York", "Europe/Berlin", "Pacific/Auckland"])
@pytest.mark.parametrize("converts", [True, False])
def test_a_journal_is_of_its_day_whether_or_not_the_target_converts_moments(timezone: str, converts: bool):
    with bod_rig(BodOptions(timezone=timezone if converts else "UTC"), timezone=timezone) as rig:
        rig.post(entry())
        rig.settle()
        assert {line.day for line in rig.ledger.lines} == {"2026-11-20"}


@pytest.mark.parametrize("fate", ["reject", "confirm"])
def test_a_rejected_journal_goes_again_as_the_next_variation(rig: BodRig, fate: str):
    rig.turn("bod_fate", {"fate": fate})
    rig.post(entry())
    rig.settle()
    found = rig.journals.find_journals([KEY])
    assert found[KEY].state is FindingState.REFUSED
    assert "the period is closed" in found[KEY].reason
    rig.post(entry(), found=found)
    assert [told["variationId"] for told in rig.turn("bod_messages")] == [1, 2]
    rig.settle()
    assert state(rig) is FindingState.BOOKED
    booked_once(rig, KEY)


@pytest.mark.parametrize("fault", LOST)
def test_a_lost_answer_is_settled_by_the_verdict(rig: BodRig, fault: str):
    rig.dial.add(POST, fault, times=1, seconds=1)
    assert isinstance(rig.post(entry())[KEY], OutcomeUnknown)
    rig.settle()
    assert state(rig) is FindingState.BOOKED
    booked_once(rig, KEY)


@pytest.mark.parametrize("fault", [*LOST, *NOT_THERE])
def test_what_nobody_can_tell_is_never_sent_again_by_itself(rig: BodRig, fault: str):
    rig.turn("bod_fate", {"fate": "lost", "times": None})
    rig.dial.add(POST, fault, times=1, seconds=1)
    rig.post(entry())
    rig.settle()
    found = rig.journals.find_journals([KEY])
    assert found[KEY].state is FindingState.UNPROVABLE
    assert "records acknowledge ID" in found[KEY].reason
    rig.calls()
    assert rig.post(entry(), found=found)[KEY].state is FindingState.UNPROVABLE
    assert rig.post(entry())[KEY].state is FindingState.UNPROVABLE
    assert rig.calls() == []


@pytest.mark.parametrize("fault", [*LOST, *NOT_THERE])
def test_a_target_that_detects_repeats_is_sent_the_same_again(fault: str):
    with bod_rig(bod_repeats="detected") as rig:
        rig.turn("bod_fate", {"fate": "lost"})
        rig.dial.add(POST, fault, times=1, seconds=1)
        rig.post(entry())
        rig.settle()
        assert state(rig) is FindingState.ABSENT
        rig.turn("bod_clear")
        rig.post(entry())
        rig.settle()
        assert state(rig) is FindingState.BOOKED
        booked_once(rig, KEY)
        assert {(told["messageId"], told["variationId"]) for told in rig.turn("bod_messages")} == {(f"{KEY}-v1", 1)}


def test_a_target_that_only_seems_to_detect_repeats_books_twice_and_the_sandbox_shows_it():
    with bod_rig(BodOptions(dedupe=False), bod_repeats="detected") as rig:
        rig.turn("bod_fate", {"fate": "lost"})
        rig.dial.add(POST, "apply-504", times=1)
        rig.post(entry())
        rig.settle()
        rig.post(entry())
        rig.settle()
        assert len(rig.ledger.vouchers_by_key()[KEY]) == 2


@pytest.mark.parametrize("fate", ["late", "doubled", "reordered"])
def test_answers_late_doubled_or_out_of_order_settle_the_same(rig: BodRig, fate: str):
    rig.turn("bod_fate", {"fate": fate, "match": KEY, "seconds": 0.2})
    rig.post(entry(KEY), entry(OTHER))
    rig.settle()
    rig.post(entry("BCCCCCCCCCCCCCC"))
    rig.settle()
    assert [state(rig, KEY), state(rig, OTHER)] == [FindingState.BOOKED] * 2


def test_a_lost_answer_of_the_targets_shows_after_a_while_and_is_found_when_ion_resends(rig: BodRig):
    rig.turn("bod_fate", {"fate": "lost"})
    rig.post(entry())
    rig.settle()
    assert state(rig) is FindingState.PENDING
    rig.time.seconds += 4 * 3600
    overdue = rig.journals.find_journals([KEY])[KEY]
    assert overdue.state is FindingState.UNPROVABLE
    assert overdue.reason.startswith(f"ION took {KEY}-v1 at 2027-01-15 08:00 UTC and no verdict has come since")
    assert rig.turn("bod_resend") == 1
    rig.settle()
    assert state(rig) is FindingState.BOOKED


def test_ion_tries_again_while_the_door_is_shut(rig: BodRig):
    rig.door.shut = True
    rig.post(entry())
    rig.time.seconds += 10
    with rig.gateway.alone():
        pass
    rig.door.shut = False
    assert rig.ion.courier.settle()
    assert state(rig) is FindingState.BOOKED


def test_an_acceptance_counts_whatever_comes_after_it(rig: BodRig):
    rig.post(entry())
    rig.settle()
    rig.turn("bod_fate", {"fate": "reject"})
    rig.turn("bod_dedupe", False)
    rig.ion._keep(rig.turn("bod_messages")[0], rig.turn("bod_messages")[0]["payload"].encode())
    rig.settle()
    assert len(rig.door.seen) == 2
    assert state(rig) is FindingState.BOOKED


def test_two_accepted_variations_are_reported(rig: BodRig):
    rig.turn("bod_fate", {"fate": "reject"})
    rig.post(entry())
    rig.settle()
    rig.post(entry())
    first = rig.turn("bod_messages")[0]
    rig.turn("bod_dedupe", False)
    rig.ion._keep(first, first["payload"].encode())
    rig.settle()
    found = rig.journals.find_journals([KEY])[KEY]
    assert found.state is FindingState.BOOKED
    assert found.reason == f"accepted more than once: {KEY}-v1, {KEY}-v2; take all but one back in the ERP"


REFUSALS = {
    "inactive": (("bod_active", False), Unavailable, "the connection point is inactive"),
    "throttled": (None, Throttled, "429"),
}


@pytest.mark.parametrize(("turned", "fault", "words"), REFUSALS.values(), ids=REFUSALS)
def test_what_ion_did_not_take_can_go_at_once_when_it_does(rig: BodRig, turned: Any, fault: type, words: str):
    if turned:
        rig.turn(*turned)
    else:
        rig.dial.add(POST, "429", times=1, seconds=7)
    done = rig.post(entry(KEY), entry(OTHER))
    assert {type(outcome) for outcome in done.values()} == {fault}
    assert words in done[KEY].what
    assert rig.calls() == [POST]
    assert state(rig) is FindingState.ABSENT
    rig.turn("bod_active", True)
    rig.post(entry(KEY), entry(OTHER))
    rig.settle()
    booked_once(rig, KEY, OTHER)


def test_a_client_id_that_the_connection_point_does_not_know_says_where_to_enter_it():
    with bod_rig(BodOptions(client_id="another")) as rig:
        refused = rig.post(entry())[KEY]
        assert isinstance(refused, Unauthorized)
        assert "471 Invalid client id provided" in refused.what
        assert "`ci` of the .ionapi file" in refused.what
        assert rig.messages.rows == {}


def test_a_sender_that_is_not_the_connection_point_is_refused_and_nothing_is_kept():
    with bod_rig(bod_from="lid://infor.ims.other") as rig:
        assert isinstance(rig.post(entry())[KEY], Unauthorized)
        assert rig.messages.rows == {}


def test_a_document_that_ion_does_not_take_is_rejected():
    with bod_rig(BodOptions(documents=("Process.SalesOrder",))) as rig:
        assert isinstance(rig.post(entry())[KEY], Rejected)
        assert state(rig) is FindingState.ABSENT


def test_a_worker_that_lost_its_claim_sends_nothing(rig: BodRig):
    def superseded() -> None:
        raise Superseded("another run took over")

    with pytest.raises(Superseded):
        rig.journals.post_journals([entry()], found={}, guard=superseded)
    assert (rig.turn("bod_messages"), rig.messages.rows) == ([], {})


def test_the_ping_says_what_holds(rig: BodRig):
    assert [(check.name, check.ok) for check in rig.journals.ping()] == [
        ("ION messaging", True),
        ("connection point lid://infor.ims.bigcommerce", True),
        ("acknowledgements", True),
    ]
    assert rig.calls() == ["bod ping", "bod acceptedDocuments"]


def test_the_ping_says_what_to_mend(rig: BodRig):
    rig.turn("bod_active", False)
    rig.messages.deaf = lambda: "the connection has no ion_secret"  # type: ignore[method-assign]
    wrong = [check for check in rig.journals.ping() if not check.ok]
    assert [check.name for check in wrong] == ["connection point lid://infor.ims.bigcommerce", "acknowledgements"]
    assert "activate it" in wrong[0].detail
    assert "ion_secret" in wrong[1].detail
    assert "PUBLIC_URL/webhooks/infor/NAME" in wrong[1].remedy


def test_the_ping_says_which_document_is_missing():
    with bod_rig(BodOptions(documents=("Process.SalesOrder",))) as rig:
        [wrong] = [check for check in rig.journals.ping() if not check.ok]
        assert wrong.detail.startswith("it takes Process.SalesOrder, not Process.SourceSystemJournalEntry")
