"""Reading m3api-rest v2: the body decides, and an answer that does not add up is worth nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest

from connector.domain.faults import (
    ContractBroken,
    Effect,
    Misconfigured,
    OutcomeUnknown,
    Rejected,
    Truncated,
    Unauthorized,
    Unavailable,
)
from connector.http.message import Answer
from connector.infor.m3.answers import outcomes
from connector.infor.m3.transaction import Transaction

LINE = Transaction("OIS100MI", "AddBatchLine", {"ORNO": "9000012345"})
MIXED: dict[str, Any] = {
    "results": [
        {"transaction": "AddBatchLine", "records": [{"PONR": "1    ", "POSX": "0", "ATNR": None}]},
        {
            "transaction": "AddBatchLine",
            "parameters": {"ORNO": "9000012345", "ITNO": "SKU-2"},
            "errorMessage": "Item number SKU-2 does not exist" + " " * 100,
            "errorType": "ServerReturnedNOK",
            "errorCode": "WIT0103",
            "errorCfg": "",
            "errorField": "ITNO  ",
            "notProcessed": False,
            "records": [],
        },
    ],
    "wasTerminated": False,
    "nrOfSuccessfullTransactions": 1,
    "nrOfFailedTransactions": 1,
    "nrOfNotProcessedTransactions": 0,
    "bulkJobId": "",
}
"""facts/examples/infor/m3/v2-bulk-response-mixed.SCHEMA.json, padded as M3 pads."""


def counted(results: list[dict[str, Any]], done: int, failed: int = 0, skipped: int = 0, **more: Any):
    counts = {
        "nrOfSuccessfullTransactions": done,
        "nrOfFailedTransactions": failed,
        "nrOfNotProcessedTransactions": skipped,
    }
    return {"results": results, "wasTerminated": False, **counts, **more}


def read(body: object, asked: int = 1, *, status: int = 200, effect: Effect = Effect.WRITE, limit: int = 50):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return outcomes(Answer(status, {}, raw, effect, str(LINE)), [LINE] * asked, limit=limit)


def test_each_result_has_its_own_outcome_stripped_of_padding():
    good, bad = read(MIXED, 2)
    assert (good.record, good.refusal) == ({"PONR": "1", "POSX": "0", "ATNR": ""}, None)
    assert str(bad.refusal) == "Item number SKU-2 does not exist (WIT0103, ITNO)"
    with pytest.raises(
        Rejected, match=r"^OIS100MI/AddBatchLine: Item number SKU-2 does not exist \(WIT0103, ITNO\)$"
    ):
        bad.accepted()


def test_what_was_not_processed_may_be_left_out_of_the_counts_where_all_was():
    whole = counted([{"records": []}], 1)
    del whole["nrOfNotProcessedTransactions"]
    (done,) = read(whole)
    assert done.refusal is None
    with pytest.raises(OutcomeUnknown, match="counts that disagree"):
        read(whole, 2)


def test_a_terminated_bulk_leaves_the_rest_unprocessed_and_says_why():
    stopped = {"wasTerminated": True, "terminationReason": "Out of time ", "terminationErrorType": "Timeout"}
    first, *rest = read(counted([{"records": []}], 1, 0, 2, **stopped), 3)
    assert first.refusal is None
    assert [str(each.refusal) for each in rest] == ["not processed, M3 stopped before it: Out of time"] * 2


def test_results_marked_unprocessed_are_refused():
    _, skipped = read(counted([{"records": []}, {"notProcessed": True, "records": []}], 1, 0, 1), 2)
    assert str(skipped.refusal) == "not processed"


def test_status_400_carries_one_error_for_the_whole_call():
    both = read(
        {"errorMessage": "Field too long", "errorType": "InputFieldTooLong", "errorField": "ITNO"}, 2, status=400
    )
    assert [str(each.refusal) for each in both] == ["Field too long (InputFieldTooLong, ITNO)"] * 2
    with pytest.raises(Rejected, match="connection ping"):
        both[0].accepted()


def test_status_400_without_words_is_still_a_refusal_and_not_an_unknown_outcome():
    (only,) = read(b"<html>", status=400)
    assert str(only.refusal) == "answered 400 and did not say why"


@pytest.mark.parametrize(
    "body",
    [
        b"<html>",
        [],
        {},
        {"results": {}},
        counted(["x"], 1),  # type: ignore[list-item]
        counted([{"records": []}], 1),  # two were asked
        counted([{"records": []}] * 3, 3),
        counted([{"records": []}, {"records": []}], 1, 1),
        counted([{"records": []}, {"errorMessage": "no"}], 2, 0),
        {"results": [{"records": []}, {"records": []}]},
    ],
)
def test_an_answer_that_does_not_add_up_is_unknown_for_a_write_and_broken_for_a_read(body: object):
    with pytest.raises(OutcomeUnknown):
        read(body, 2)
    with pytest.raises(ContractBroken):
        read(body, 2, effect=Effect.READ)


@pytest.mark.parametrize(
    ("status", "effect", "fault"),
    [
        (500, Effect.WRITE, OutcomeUnknown),
        (504, Effect.WRITE, OutcomeUnknown),
        (504, Effect.READ, Unavailable),
        (403, Effect.WRITE, Unauthorized),
        (404, Effect.WRITE, Rejected),
        (404, Effect.READ, Misconfigured),
        (405, Effect.READ, Misconfigured),
    ],
)
def test_a_status_means_what_the_call_could_have_done(status: int, effect: Effect, fault: type[Exception]):
    with pytest.raises(fault):
        read({}, status=status, effect=effect)


def test_as_many_rows_as_were_asked_for_may_not_be_all():
    rows = [{"ITNO": str(number)} for number in range(5)]
    (whole,) = read(counted([{"records": rows}], 1), effect=Effect.READ, limit=6)
    assert len(whole.rows) == 5
    (cut,) = read(counted([{"records": rows}], 1), effect=Effect.READ, limit=5)
    with pytest.raises(Truncated):
        _ = cut.rows


@pytest.mark.parametrize("rows", [100, 1000])
def test_a_list_that_ends_where_gateways_stop_by_themselves_may_not_be_all(rows: int):
    body = counted([{"records": [{"ITNO": "A"}] * rows}], 1)
    with pytest.raises(Truncated):
        _ = read(body, effect=Effect.READ, limit=5000)[0].rows


def test_rows_with_an_error_are_a_list_that_broke_off():
    with pytest.raises(Truncated):
        read(counted([{"records": [{"ITNO": "A"}], "errorMessage": "broke"}], 0, 1), effect=Effect.READ)


def test_a_refused_question_never_means_that_there_is_nothing():
    (refused,) = read(counted([{"records": [], "errorMessage": "Not authorised"}], 0, 1), effect=Effect.READ)
    with pytest.raises(ContractBroken, match="would not answer: Not authorised"):
        _ = refused.rows


def test_leading_zeros_and_bare_numbers_stay_text():
    (only,) = read(counted([{"records": [{"ITNO": "00042", "SAPR": 19.90, "PONR": 7}]}], 1))
    assert only.record == {"ITNO": "00042", "SAPR": "19.9", "PONR": "7"}
