"""The store's webhooks: all are seen, one is made, woken or taken away, and what is gone is gone."""

import pytest
import requests
from bigcommerce_rig import a_store, said

from connector.domain.faults import (
    ContractBroken,
    Effect,
    OutcomeUnknown,
    Rejected,
    Throttled,
    Truncated,
    Unauthorized,
    Unavailable,
)
from connector.domain.product import Hook

HOOKS = "/v3/hooks"
DOOR = "https://connector.example.com/webhooks/bigcommerce/acme"


@pytest.fixture
def hooks(edge, trail, budget):
    return a_store(trail, budget).hooks


def row(number, **more):
    return {
        "id": number,
        "client_id": "client",
        "store_hash": "abcde12345",
        "scope": "store/order/created",
        "destination": DOOR,
        "headers": None,
        "is_active": True,
        "created_at": 1772574011,
        "updated_at": 1772574012,
    } | more


def hook(number, **more):
    made = {"scope": "store/order/created", "destination": DOOR, "active": True}
    return Hook(number, **(made | {"created_at": 1772574011} | more))


def test_every_hook_is_read_page_by_page(hooks, edge, budget):
    rows = [row(number, is_active=number != 3) for number in range(1, 261)]

    def answer(query):
        page = rows[(int(query["page"]) - 1) * 250 : int(query["page"]) * 250]
        return said({"data": page, "meta": {"pagination": {"total": 260}}})

    edge.on(HOOKS, answer)
    found = hooks.every()
    assert found[:3] == [hook(1), hook(2), hook(3, active=False)]
    assert [one.id for one in found] == list(range(1, 261))
    assert edge.asked == [("GET", HOOKS, {"limit": "250", "page": page}) for page in ("1", "2")]
    assert budget.reserved == [1, 1]


def test_a_list_that_cannot_be_turned_is_not_taken(hooks, edge):
    edge.on(HOOKS, said({"data": [row(number) for number in range(50)], "meta": {}}))
    with pytest.raises(Truncated):
        hooks.every()


def test_a_hook_without_dates_is_read_all_the_same(hooks, edge):
    edge.on(HOOKS, said({"data": [row(9, created_at=None, updated_at=None)], "meta": {}}))
    assert hooks.every() == [hook(9, created_at=0)]


@pytest.mark.parametrize("change", [{"id": None}, {"is_active": "perhaps"}, {"is_active": None}])
def test_a_hook_that_does_not_read_breaks_the_contract(hooks, edge, change):
    edge.on(HOOKS, said({"data": [row(9, **change)], "meta": {}}))
    with pytest.raises(ContractBroken, match="hook list row 1"):
        hooks.every()


def test_a_hook_is_made_active(hooks, edge, trail, budget):
    edge.on(f"POST {HOOKS}", said({"data": row(9), "meta": {}}))
    assert hooks.create("store/order/created", DOOR) == hook(9)
    assert edge.bodies == [{"scope": "store/order/created", "destination": DOOR, "is_active": True}]
    assert [(one.call, one.effect) for one in trail.exchanges] == [("POST /v3/hooks", Effect.WRITE)]
    assert budget.reserved == [1]


@pytest.mark.parametrize("status", [400, 409, 422])
def test_a_hook_that_is_refused_says_why(hooks, edge, status):
    edge.on(f"POST {HOOKS}", said({"status": status, "title": "there is one already"}, status))
    with pytest.raises(Rejected) as caught:
        hooks.create("store/order/created", DOOR)
    assert str(caught.value) == f"POST /v3/hooks answered {status}: there is one already"


@pytest.mark.parametrize(
    "answer", [said({}, 502), requests.ReadTimeout("slow"), (200, {}, "<html>"), said({"data": {}}), said([])]
)
def test_whether_a_hook_was_made_may_be_unknown(hooks, edge, answer):
    edge.on(f"POST {HOOKS}", answer)
    with pytest.raises(OutcomeUnknown):
        hooks.create("store/order/created", DOOR)
    assert len(edge.asked) == 1


def test_a_hook_is_woken(hooks, edge):
    edge.on(f"PUT {HOOKS}/9", said({"data": row(9), "meta": {}}))
    hooks.activate(9)
    assert (edge.paths, edge.bodies) == (["PUT /v3/hooks/9"], [{"is_active": True}])


def test_a_hook_that_is_gone_cannot_be_woken(hooks, edge):
    with pytest.raises(Rejected, match=r"PUT /v3/hooks/{id} answered 404: not found"):
        hooks.activate(9)


def test_a_hook_is_taken_away(hooks, edge):
    edge.on(f"DELETE {HOOKS}/9", said({"data": row(9), "meta": {}}))
    hooks.delete(9)
    assert (edge.paths, edge.bodies) == (["DELETE /v3/hooks/9"], [None])


def test_what_is_gone_already_is_well(hooks, edge):
    hooks.delete(9)
    assert edge.paths == ["DELETE /v3/hooks/9"]


@pytest.mark.parametrize("answer", [said({}, 504), requests.ConnectionError("reset")])
@pytest.mark.parametrize("act", ["activate", "delete"])
def test_a_lost_answer_is_harmless_to_repeat(hooks, edge, act, answer):
    edge.on(f"{HOOKS}/9", answer)
    with pytest.raises(Unavailable):
        getattr(hooks, act)(9)


@pytest.mark.parametrize(("status", "fault"), [(401, Unauthorized), (403, Unauthorized), (429, Throttled)])
def test_other_refusals_keep_their_names(hooks, edge, status, fault):
    edge.on(f"{HOOKS}/9", said({}, status))
    for act in (hooks.activate, hooks.delete):
        with pytest.raises(fault) as caught:
            act(9)
        assert type(caught.value) is fault
