"""Token requests and the gateway's one retry, against a line that answers what it is told to."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

import pytest

from connector.domain.connection import ErpCredentials
from connector.domain.faults import ContractBroken, Effect, Throttled, Unauthorized, Unavailable
from connector.http.message import Answer, Request
from connector.infor.ion.gateway import Bearer, Call, Gateway, never
from connector.infor.ion.tokens import request_token

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
CREDENTIALS = ErpCredentials(
    {
        "ti": "ACME",
        "ci": "client",
        "cs": "client-secret",
        "iu": "https://ion.example.com",
        "pu": "https://sso.example.com/as/",
        "ot": "token.oauth2",
        "saak": "ACME#key",
        "sask": "service-secret",
    }
)


class Noon:
    def now(self) -> datetime:
        return NOON


class Line:
    """A transport that keeps what was sent and answers from a list of (status, body)."""

    def __init__(self, *answers: tuple[int, object], steps: list[str] | None = None) -> None:
        self.sent: list[Request] = []
        self._answers = list(answers)
        self._steps = steps if steps is not None else []

    def send(self, request: Request) -> Answer:
        self.sent.append(request)
        self._steps.append("send")
        status, body = self._answers.pop(0)
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return Answer(status, {}, raw, request.effect, request.call)


def ask(*answers: tuple[int, object]):
    line = Line(*answers)
    return request_token(CREDENTIALS, line, Noon()), line.sent


@pytest.mark.parametrize("expires_in", [7200, "7200", " 7200 ", 7200.0])
def test_a_token_lives_as_long_as_it_says_from_before_it_was_asked_for(expires_in: object):
    token, _ = ask((200, {"access_token": "eyJx", "expires_in": expires_in}))
    assert (token.access_token, token.issued_at, token.expires_at) == ("eyJx", NOON, NOON + timedelta(hours=2))
    assert "eyJx" not in repr(token)


def test_the_request_is_a_private_form_and_harmless_to_repeat():
    _, (sent,) = ask((200, {"access_token": "eyJx", "expires_in": 60}))
    assert (sent.method, sent.url, sent.effect, sent.private, sent.json) == (
        "POST",
        "https://sso.example.com/as/token.oauth2",
        Effect.READ,
        True,
        None,
    )
    assert sent.form == {
        "grant_type": "password",
        "username": "ACME#key",
        "password": "service-secret",
        "client_id": "client",
        "client_secret": "client-secret",
    }
    assert "secret" not in repr(sent)


@pytest.mark.parametrize("status", [400, 401, 403, 404])
def test_refused_credentials_need_a_person_and_are_not_shown(status: int):
    with pytest.raises(Unauthorized, match="download it anew") as refused:
        ask((status, {"error": "invalid_grant", "error_description": "service-secret"}))
    assert "service-secret" not in str(refused.value)


@pytest.mark.parametrize(("status", "fault"), [(500, Unavailable), (503, Unavailable), (429, Throttled)])
def test_an_endpoint_in_trouble_is_asked_again_later(status: int, fault: type[Exception]):
    with pytest.raises(fault):
        ask((status, b"<html>"))


@pytest.mark.parametrize(
    "body",
    [
        b"<html>",
        ["eyJx"],
        {},
        {"access_token": "", "expires_in": 60},
        {"access_token": "eyJx\nHost: x", "expires_in": 60},
        {"access_token": "eyJx eyJx", "expires_in": 60},
        {"access_token": "eyJx\u2028", "expires_in": 60},
        {"access_token": "eyJx" * 5000, "expires_in": 60},
        {"access_token": "eyJx"},
        {"access_token": "eyJx", "expires_in": "soon"},
        {"access_token": "eyJx", "expires_in": 0},
        {"access_token": "eyJx", "expires_in": True},
        {"access_token": "eyJx", "expires_in": 1e30},
        {"access_token": "eyJx", "expires_in": "1E+999999999"},
        {"access_token": "eyJx", "expires_in": 10**13},
        {"access_token": "eyJx\r\nX-Evil: 1", "expires_in": 60},
        {"access_token": "ey\u00e9", "expires_in": 60},
    ],
)
def test_an_answer_that_is_no_token_breaks_the_contract(body: object):
    with pytest.raises(ContractBroken) as broken:
        ask((200, body))
    assert "eyJx" not in str(broken.value)


class Tokens:
    def __init__(self) -> None:
        self.version = 1
        self.distrusted: list[int] = []

    def current(self) -> Bearer:
        return Bearer(f"token-{self.version}", self.version)

    def distrust(self, version: int) -> None:
        self.distrusted.append(version)
        self.version += 1


class Budget:
    def __init__(self, steps: list[str], empty: bool = False) -> None:
        self._steps = steps
        self._empty = empty
        self.observed: list[int] = []

    def reserve(self, calls: int = 1) -> None:
        self._steps.append(f"reserve {calls}")
        if self._empty:
            raise Throttled("the window is spent", retry_after=timedelta(seconds=9))

    def observe(self, headers: Mapping[str, str], status: int) -> None:
        self.observed.append(status)


WRITE = Call(Effect.WRITE, "POST", "v2/execute", "PROGRAM/Add", json={"a": 1})


def rig(*answers: tuple[int, object], empty: bool = False, blameless: Callable[[Answer], bool] = never):
    steps: list[str] = []
    line, tokens, budget = Line(*answers, steps=steps), Tokens(), Budget(steps, empty)
    gateway = Gateway("https://ion.example.com/ACME/M3/", tokens, line, budget, blameless)
    return gateway, line, tokens, budget, steps


def test_a_call_carries_the_bearer_and_is_guarded_right_before_it_goes_out():
    gateway, line, _, budget, steps = rig((200, {}))
    gateway.send(WRITE, guard=lambda: steps.append("guard"))
    assert steps == ["reserve 1", "guard", "send"]
    assert line.sent[0].url == "https://ion.example.com/ACME/M3/v2/execute"
    assert line.sent[0].headers["Authorization"] == "Bearer token-1"
    assert budget.observed == [200]
    assert "token-1" not in repr(line.sent[0])


def test_a_refused_token_is_distrusted_once_and_the_write_repeated_with_the_next():
    gateway, line, tokens, budget, steps = rig((401, {}), (200, {}))
    answer = gateway.send(WRITE, guard=lambda: steps.append("guard"))
    assert (answer.status, tokens.distrusted, budget.observed) == (200, [1], [401, 200])
    assert [request.headers["Authorization"] for request in line.sent] == ["Bearer token-1", "Bearer token-2"]
    assert steps == ["reserve 1", "guard", "send"] * 2


def test_two_refused_tokens_in_a_row_need_a_person():
    gateway, line, tokens, _, _ = rig((401, {}), (401, {}))
    with pytest.raises(Unauthorized, match="two tokens in a row") as refused:
        gateway.send(WRITE)
    assert (len(line.sent), tokens.distrusted) == (2, [1])
    assert "token-" not in str(refused.value)


U14 = (401, {"error": {"message": "OAuth [U14]: unknown oauth_consumer_key"}})


def test_a_401_that_is_not_the_tokens_fault_is_tried_again_with_the_same_token_and_guarded_anew():
    gateway, line, tokens, budget, steps = rig(U14, U14, (200, {}), blameless=lambda answer: b"U14" in answer.body)
    answer = gateway.send(WRITE, guard=lambda: steps.append("guard"))
    assert (answer.status, tokens.distrusted, budget.observed) == (200, [], [401, 401, 200])
    assert {request.headers["Authorization"] for request in line.sent} == {"Bearer token-1"}
    assert steps == ["reserve 1", "guard", "send"] * 3


def test_a_401_that_stays_though_the_token_is_good_waits_and_accuses_nobody():
    gateway, line, tokens, _, _ = rig(U14, U14, U14, (200, {}), blameless=lambda answer: b"U14" in answer.body)
    with pytest.raises(Unavailable, match="nothing was done"):
        gateway.send(WRITE)
    assert (len(line.sent), tokens.distrusted) == (3, [])


def test_a_token_that_ends_between_two_such_answers_is_still_renewed_once():
    gateway, line, tokens, _, _ = rig(U14, (401, {}), U14, (200, {}), blameless=lambda answer: b"U14" in answer.body)
    assert gateway.send(WRITE).status == 200
    assert (len(line.sent), tokens.distrusted) == (4, [1])


def test_where_no_401_is_known_to_be_blameless_the_token_is_distrusted_at_once():
    gateway, _, tokens, _, _ = rig(U14, (200, {}))
    assert gateway.send(WRITE).status == 200
    assert tokens.distrusted == [1]


def test_a_spent_budget_sends_nothing_and_asks_no_guard():
    gateway, line, _, _, steps = rig(empty=True)
    with pytest.raises(Throttled):
        gateway.send(WRITE, guard=lambda: steps.append("guard"))
    assert (line.sent, steps) == ([], ["reserve 1"])


@pytest.mark.parametrize("status", [200, 403, 429, 500, 504])
def test_every_other_answer_is_given_back_as_it_is(status: int):
    gateway, line, tokens, _, _ = rig((status, {}))
    assert gateway.send(WRITE).status == status
    assert (len(line.sent), tokens.distrusted) == (1, [])
