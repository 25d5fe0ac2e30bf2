"""Journals where M3 goes on behind our back, cannot delete, or loses one answer of several."""

from __future__ import annotations

from datetime import date

import pytest
from infor_script import BEGUN, KEY, OTHER, bulk, entry, free, m3, no, ok, rows

from connector.domain.faults import ContractBroken, OutcomeUnknown, Rejected, Superseded, Throttled, Unavailable
from connector.domain.inquiry import FindingState
from connector.domain.journal import JournalEntry
from connector.ports import Finding

HEAD, LINES, CONTROL, UPDATE, DELETE = (
    f"GLS840MI/{name}" for name in ("AddBatchHead", "AddBatchLineFld", "CtrlBatch", "UpdBatch", "DelBatch")
)
SAME = ("AAA;1;1200;;;;;;;USD;1.00;;20260105", "AAA;2;4000;;;;;;;USD;-1.00;;20260105")
OTHERS = ("AAA;1;1210;;;;;;;USD;1.00;;20260105",)


def test_a_head_that_m3_refuses_and_has_not_is_rejected_alone():
    erp, script = m3(
        (HEAD, bulk(no("Interface does not exist"), ok())),
        ("EXPORTMI/Select", bulk(rows())),
        (LINES, bulk(ok(), ok())),
        (CONTROL, bulk(ok())),
        (UPDATE, bulk(ok())),
    )
    done = erp.post_journals([entry(KEY), entry(OTHER)], found={}, guard=free)
    assert isinstance(done[KEY], Rejected)
    assert str(done[KEY]) == f"M3 did not open GL batch {KEY}: AddBatchHead: Interface does not exist"
    assert done[OTHER] == Finding(FindingState.PENDING, handle=OTHER)
    assert script.over()


def test_a_head_that_is_there_already_is_taken_up():
    erp, script = m3(
        (HEAD, bulk(no("Key value already exists"))),
        ("EXPORTMI/Select", bulk(rows(f"AAA;{KEY};10;0;0"))),
        ("EXPORTMI/Select", bulk(rows(SAME[0]))),
        (LINES, bulk(ok())),
        (CONTROL, bulk(ok())),
        (UPDATE, bulk(ok())),
    )
    assert erp.post_journals([entry()], found={}, guard=free)[KEY].state is FindingState.PENDING
    assert script.over()


def test_an_update_refused_because_it_was_done_meanwhile_is_booked():
    erp, script = m3(
        ("EXPORTMI/Select", bulk(rows(*SAME))),
        (CONTROL, bulk(ok())),
        (UPDATE, bulk(no("Batch is already updated"))),
        ("EXPORTMI/Select", bulk(rows(f"AAA;{KEY};90;2026;20000001"))),
    )
    done = erp.post_journals([entry()], found=BEGUN, guard=free)
    assert done == {KEY: Finding(FindingState.BOOKED, external_id="2026/20000001", handle=KEY)}
    assert script.over()


def test_a_refusal_that_cannot_be_looked_into_is_left_to_the_next_try():
    erp, script = m3((HEAD, bulk(no("no"))), ("EXPORTMI/Select", Unavailable("silence")))
    assert isinstance(erp.post_journals([entry()], found={}, guard=free)[KEY], Unavailable)
    assert script.over()


def test_every_refused_line_of_a_batch_is_named_and_the_batch_stays():
    erp, script = m3(
        (HEAD, bulk(ok())),
        (LINES, bulk(no("Bad one"), no("Bad two"))),
        ("EXPORTMI/Select", bulk(rows(f"AAA;{KEY};10;0;0"))),
    )
    done = erp.post_journals([entry()], found={}, guard=free)
    assert str(done[KEY]) == (
        f"M3 refused GL batch {KEY}, which stays in GLS840: line 1 (1200): Bad one; line 2 (4000): Bad two"
    )
    assert script.over()


def test_a_begun_batch_whose_lines_cannot_be_read_is_left_alone():
    erp, script = m3(("EXPORTMI/Select", Throttled("wait")))
    assert isinstance(erp.post_journals([entry()], found=BEGUN, guard=free)[KEY], Throttled)
    assert script.over()


def test_a_begun_batch_whose_lines_make_no_sense_is_left_alone():
    erp, script = m3(("EXPORTMI/Select", bulk(rows("1;1200"))))
    assert isinstance(erp.post_journals([entry()], found=BEGUN, guard=free)[KEY], ContractBroken)
    assert script.over()


def test_an_older_release_that_cannot_delete_a_batch_leaves_it_to_a_person():
    unknown = (400, {"errorMessage": "Transaction DelBatch was not found", "errorType": "TransactionNotFound"})
    erp, script = m3(("EXPORTMI/Select", bulk(rows(*OTHERS))), (DELETE, unknown))
    done = erp.post_journals([entry()], found=BEGUN, guard=free)
    assert isinstance(done[KEY], Rejected)
    assert "with other lines than ours" in str(done[KEY])
    assert "delete it in GLS840, then replay" in str(done[KEY])
    assert script.over()


def test_a_batch_whose_deletion_got_lost_is_uncertain():
    erp, script = m3(("EXPORTMI/Select", bulk(rows(*OTHERS))), (DELETE, OutcomeUnknown("lost")))
    assert isinstance(erp.post_journals([entry()], found=BEGUN, guard=free)[KEY], OutcomeUnknown)
    assert script.over()


def test_a_worker_that_loses_its_claim_between_two_writes_stops_there():
    asked: list[int] = []

    def guard() -> None:
        asked.append(1)
        if len(asked) == 2:
            raise Superseded("another run took over")

    erp, script = m3((HEAD, bulk(ok())))
    with pytest.raises(Superseded):
        erp.post_journals([entry()], found={}, guard=guard)
    assert script.over()

    asked.clear()
    erp, script = m3(("EXPORTMI/Select", bulk(rows(*OTHERS))), (DELETE, bulk(ok())))
    with pytest.raises(Superseded):
        erp.post_journals([entry()], found=BEGUN, guard=guard)
    assert script.over()


def test_an_answer_lost_for_one_portion_leaves_the_other_batches_alone():
    long = JournalEntry(
        OTHER, "BC-1042", "Sale", date(2026, 1, 5), "USD", tuple(entry().lines[n % 2] for n in range(50))
    )
    erp, script = m3(
        (HEAD, bulk(ok(), ok())),
        (LINES, bulk(*[ok()] * 50)),
        (LINES, OutcomeUnknown("lost")),
        (CONTROL, bulk(ok())),
        (UPDATE, bulk(ok())),
    )
    done = erp.post_journals([long, entry(KEY)], found={}, guard=free)
    assert done[OTHER] == Finding(FindingState.PENDING, handle=OTHER)
    assert isinstance(done[KEY], OutcomeUnknown)
    assert script.over()
