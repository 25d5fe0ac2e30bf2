"""The table from status to fault."""

from datetime import timedelta

import pytest
from requests.structures import CaseInsensitiveDict

from connector.domain.faults import (
    Effect,
    OutcomeUnknown,
    Rejected,
    Throttled,
    Unauthorized,
    Unavailable,
)
from connector.http.classify import check, fault_for
from connector.http.transport import Answer

READ, WRITE = Effect.READ, Effect.WRITE


def an_answer(status: int, effect: Effect = READ, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, CaseInsensitiveDict(named), b"", effect, "GET /v2/orders/{id}")


TABLE = [
    *[(status, None, None) for status in (200, 201, 202, 204, 207)],
    *[(status, Rejected, Rejected) for status in (301, 302, 303, 307, 308)],
    *[(status, Rejected, Rejected) for status in (400, 404, 405, 409, 413, 415, 422, 423)],
    *[(status, Unauthorized, Unauthorized) for status in (401, 403)],
    *[(status, Throttled, Throttled) for status in (429, 509)],
    *[(status, Unavailable, OutcomeUnknown) for status in (408, 500, 502, 503, 504, 520, 524)],
    *[(status, Rejected, Rejected) for status in (501, 505, 507)],
]


@pytest.mark.parametrize(("status", "read", "write"), TABLE)
def test_every_status_has_one_meaning_by_effect(status, read, write):
    for effect, expected in ((READ, read), (WRITE, write)):
        fault = fault_for(an_answer(status, effect))
        assert (type(fault) if fault else None) is expected


def test_a_good_answer_passes_the_check():
    answer = an_answer(204)
    assert check(answer) is answer


def test_a_bad_answer_raises_its_fault_with_what_they_said():
    with pytest.raises(Rejected) as caught:
        check(an_answer(404), text="no such order")
    assert str(caught.value) == "GET /v2/orders/{id} answered 404: no such order"
    assert caught.value.retry_after is None


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"X_Rate_Limit_Time_Reset_Ms": "1500"}, 1.5),
        ({"X_Retry_After": "7"}, 7),
        ({"Retry_After": "3"}, 3),
        ({"retry_after": "3", "x_retry_after": "9", "x_rate_limit_time_reset_ms": "15000"}, 15),
        ({"Retry_After": "Tue, 03 Mar 2026 12:01:00 GMT", "Date": "Tue, 03 Mar 2026 12:00:00 GMT"}, 60),
        ({"Retry_After": "Tue, 03 Mar 2026 12:00:00 GMT", "Date": "Tue, 03 Mar 2026 12:01:00 GMT"}, 0),
        ({"Retry_After": "Tue, 03 Mar 2026 12:01:00 GMT"}, None),
        ({"Retry_After": "soon"}, None),
        ({"Retry_After": "-5"}, None),
        ({"Retry_After": "٣"}, None),
        ({"Retry_After": "99999999999999999999"}, 86_400),
        ({"X_Rate_Limit_Time_Reset_Ms": ""}, None),
    ],
)
def test_the_longest_wait_asked_for_counts(headers, seconds):
    fault = fault_for(an_answer(429, **headers))
    assert isinstance(fault, Throttled)
    assert fault.retry_after == (None if seconds is None else timedelta(seconds=seconds))


def test_a_server_error_waits_as_asked_but_not_for_the_rate_window():
    headers = {"Retry_After": "120", "X_Rate_Limit_Time_Reset_Ms": "300000"}
    fault = fault_for(an_answer(503, **headers))
    assert isinstance(fault, Unavailable)
    assert fault.retry_after == timedelta(seconds=120)
