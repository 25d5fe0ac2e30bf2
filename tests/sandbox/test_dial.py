"""The fault dial: each fault does what its name says, and what it says was not applied was not."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from connector.sandbox.dial import Dial
from connector.sandbox.listen import Listener


class Till:
    """A tiny app that remembers what was applied to it."""

    def __init__(self) -> None:
        self.applied: list[bytes] = []

    def __call__(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        self.applied.append(environ["wsgi.input"].read())
        start_response("200 OK", [("Content-Type", "application/json")])
        return [b'{"ok": true}']


@pytest.fixture
def till() -> Till:
    return Till()


@pytest.fixture
def dial() -> Dial:
    return Dial(seed=1)


@pytest.fixture
def url(till: Till, dial: Dial) -> Iterator[str]:
    def name_of(environ: dict[str, Any]) -> str:
        assert environ["wsgi.input"].read() == b"x=1"
        return f"till {environ['PATH_INFO']}" if "store" not in environ["PATH_INFO"] else "store GET /v2/time"

    listener = Listener(dial.wrap(till, name_of))
    listener.start()
    yield listener.url
    dial.close()
    listener.stop()


def post(url: str, path: str = "/pay", timeout: float = 5) -> requests.Response:
    return requests.post(url + path, data=b"x=1", timeout=timeout)


def test_a_good_token_can_be_refused_with_nothing_applied(url: str, till: Till, dial: Dial) -> None:
    dial.add("till /pay", "u14", times=1)
    refused = post(url)
    assert (refused.status_code, refused.json()) == (
        401,
        {"error": {"message": "OAuth [U14]: unknown oauth_consumer_key"}},
    )
    assert till.applied == []
    assert post(url).json() == {"ok": True}


def test_without_rules_the_call_passes_and_is_counted(url: str, till: Till, dial: Dial) -> None:
    assert post(url).json() == {"ok": True}
    assert till.applied == [b"x=1"]
    assert [(call.name, call.status, call.fault) for call in dial.calls] == [("till /pay", 200, "")]


@pytest.mark.parametrize(("fault", "status"), [("429", 429), ("429-bare", 429), ("500", 500), ("503", 503)])
def test_a_refusal_applies_nothing(url: str, till: Till, dial: Dial, fault: str, status: int) -> None:
    dial.add("till *", fault, times=1)
    assert post(url).status_code == status
    assert till.applied == []
    assert post(url).status_code == 200


def test_a_429_says_for_how_long_in_the_words_of_its_side(url: str, dial: Dial) -> None:
    dial.add("*", "429", seconds=2)
    assert post(url).headers["Retry-After"] == "2"
    told = post(url, "/store").headers
    assert (told["X-Rate-Limit-Time-Reset-Ms"], told["X-Rate-Limit-Requests-Left"]) == ("2000", "0")


def test_a_bare_429_says_nothing(url: str, dial: Dial) -> None:
    dial.add("*", "429-bare")
    assert not {"Retry-After", "X-Rate-Limit-Time-Reset-Ms"} & set(post(url, "/store").headers)


def test_apply_504_applies_and_then_gives_up(url: str, till: Till, dial: Dial) -> None:
    dial.add("till *", "apply-504")
    assert post(url).status_code == 504
    assert till.applied == [b"x=1"]


def test_late_504_gives_up_and_applies_later(url: str, till: Till, dial: Dial) -> None:
    seen: list[str] = []
    dial.after("till *", seen.append)
    dial.add("till *", "late-504", times=1, seconds=0.3)
    assert post(url).status_code == 504
    assert till.applied == []
    deadline = time.monotonic() + 5
    while not seen and time.monotonic() < deadline:
        time.sleep(0.01)
    assert till.applied == [b"x=1"]


def test_a_rule_may_choose_by_the_body(url: str, till: Till, dial: Dial) -> None:
    spared = dial.add("till *", "500", times=1, when=lambda body: b"x=2" in body)
    meant = dial.add("till *", "503", times=1, when=lambda body: b"x=1" in body)
    assert post(url).status_code == 503
    assert (spared.times, meant.times) == (1, 0)


def test_apply_garbage_applies_and_answers_200_without_json(url: str, till: Till, dial: Dial) -> None:
    dial.add("till *", "apply-garbage")
    answer = post(url)
    assert answer.status_code == 200
    with pytest.raises(requests.JSONDecodeError):
        answer.json()
    assert till.applied == [b"x=1"]


def test_apply_reset_applies_and_resets_the_line(url: str, till: Till, dial: Dial) -> None:
    dial.add("till *", "apply-reset", times=1)
    with pytest.raises(requests.ConnectionError, match="reset by peer"):
        post(url)
    assert till.applied == [b"x=1"]
    assert [(call.status, call.fault) for call in dial.calls] == [(None, "apply-reset")]
    assert post(url).status_code == 200


@pytest.mark.parametrize(("fault", "applied"), [("hang", []), ("apply-hang", [b"x=1"])])
def test_a_hang_outlasts_the_reader(url: str, till: Till, dial: Dial, fault: str, applied: list[bytes]) -> None:
    dial.add("till *", fault, seconds=30)
    with pytest.raises(requests.ReadTimeout):
        post(url, timeout=0.2)
    assert till.applied == applied


def test_a_hang_that_ends_cuts_the_line(url: str, dial: Dial) -> None:
    dial.add("till *", "hang", seconds=0.05)
    with pytest.raises(requests.ConnectionError):
        post(url)


def test_rules_are_spent_in_order_and_only_on_matching_calls(url: str, dial: Dial) -> None:
    dial.add("till /pay", "500", times=1)
    dial.add("till /pay", "503", times=1)
    seen = [post(url, path).status_code for path in ("/look", "/pay", "/pay", "/pay")]
    assert seen == [200, 500, 503, 200]
    assert dial.rules() == []


def test_probability_is_seeded(till: Till) -> None:
    def faults(seed: int) -> list[bool]:
        dial = Dial("*=500:0.5", seed=seed)
        return [dial._choose("till /pay", b"") is not None for _ in range(50)]

    assert faults(7) == faults(7)
    assert 10 < sum(faults(7)) < 40


def test_after_is_told_once_the_call_is_applied_and_before_it_is_answered(url: str, till: Till, dial: Dial) -> None:
    seen: list[tuple[str, int]] = []
    dial.add("till *", "500", times=1)
    dial.after("till *", lambda name: seen.append((name, len(till.applied))))
    post(url)
    assert seen == []
    post(url)
    post(url)
    assert seen == [("till /pay", 1)]


def test_latency_delays_every_call(url: str, dial: Dial) -> None:
    dial.latency = 0.2
    assert post(url).elapsed.total_seconds() >= 0.2


def test_a_spec_is_read() -> None:
    dial = Dial("m3 *=apply-504:0.25x3, store GET /v2/time=hang~1.5")
    first, second = dial.rules()
    assert (first.match, first.fault, first.probability, first.times) == ("m3 *", "apply-504", 0.25, 3)
    assert (second.match, second.fault, second.seconds) == ("store GET /v2/time", "hang", 1.5)


def test_the_storm_preset_reads() -> None:
    assert {rule.fault for rule in Dial("storm").rules()} >= {"429", "apply-504", "apply-reset", "apply-garbage"}


@pytest.mark.parametrize("spec", ["nonsense", "m3 *=maybe", "m3 *=500:often"])
def test_a_spec_that_does_not_read_is_refused(spec: str) -> None:
    with pytest.raises(ValueError, match=r"is not|could not"):
        Dial(spec)


def test_an_answer_is_rewritten_as_often_as_was_asked(url: str, till: Till, dial: Dial) -> None:
    dial.rewrite("till /pay", lambda body: body.replace(b"true", b"false, twice"))
    assert [post(url).content for _ in range(2)] == [b'{"ok": false, twice}', b'{"ok": true}']
    assert till.applied == [b"x=1", b"x=1"]
    dial.rewrite("*", lambda _: b"")
    dial.forget_watches()
    assert post(url).json() == {"ok": True}
