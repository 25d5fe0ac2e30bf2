"""The authorization server and the gateway: tokens, paths, quota."""

from __future__ import annotations

import base64

import pytest
from infor_rig import BASE, Rig
from werkzeug.test import EnvironBuilder

NAME = "MNS150MI/GetUserData"


@pytest.fixture
def rig() -> Rig:
    return Rig(token_seconds=60)


def test_the_ionapi_file_has_every_key_of_a_backend_service(rig):
    file = rig.sandbox.ionapi("http://127.0.0.1:8123/")
    assert sorted(file) == sorted(
        ["ti", "cn", "dt", "ci", "cs", "iu", "pu", "oa", "ot", "or", "ev", "v", "saak", "sask"]
    )
    assert file["pu"] + file["ot"] == "http://127.0.0.1:8123/ACME_TST/as/token.oauth2"
    assert file["iu"] == "http://127.0.0.1:8123"


def test_a_token_ends_when_its_life_does_and_meeting_it_later_is_counted(rig):
    assert rig.get(NAME).status_code == 200
    rig.passes(59.9)
    assert rig.get(NAME).status_code == 200
    rig.passes(0.1)
    answer = rig.get(NAME)
    assert (answer.status_code, answer.mimetype) == (401, "application/json")
    assert rig.sandbox.state()["expired_hits"] == 1
    assert rig.sandbox.state()["unknown_token_hits"] == 0


def test_no_token_and_a_made_up_token_are_unauthorized_but_not_expired(rig):
    assert rig.client.get(f"{BASE}/{NAME}").status_code == 401
    rig.token = "eyJmadeup"
    assert rig.get(NAME).status_code == 401
    assert rig.sandbox.state()["unknown_token_hits"] == 2
    assert rig.sandbox.state()["expired_hits"] == 0


def test_every_other_token_tells_its_life_as_a_text(rig):
    lives = [rig.ask_token().get_json()["expires_in"] for _ in range(3)]
    assert lives == [60, "60", 60]


def test_token_requests_are_kept_with_their_time_and_outcome(rig):
    assert rig.ask_token().status_code == 200
    rig.passes(5)
    assert rig.ask_token(password="wrong").status_code == 400
    assert rig.sandbox.state()["token_requests"] == [
        {"at": 1_780_000_000.0, "grant": "password", "granted": True},
        {"at": 1_780_000_005.0, "grant": "password", "granted": False},
    ]


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        ({"password": "wrong"}, 400, "invalid_grant"),
        ({"username": "ACME_TST#other"}, 400, "invalid_grant"),
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"grant_type": "refresh_token"}, 400, "unsupported_grant_type"),
    ],
)
def test_bad_credentials_get_no_token(rig, form, status, error):
    answer = rig.ask_token(**form)
    assert (answer.status_code, answer.get_json()["error"]) == (status, error)
    assert "access_token" not in answer.get_json()


def test_a_token_request_must_be_form_encoded(rig):
    answer = rig.client.post("/ACME_TST/as/token.oauth2", json={"grant_type": "client_credentials"})
    assert (answer.status_code, answer.get_json()["error"]) == (400, "invalid_request")


def test_the_client_may_come_in_basic(rig):
    file = rig.sandbox.ionapi("http://x")
    basic = base64.b64encode(f"{file['ci']}:{file['cs']}".encode()).decode()
    form = {"grant_type": "password", "username": file["saak"], "password": file["sask"]}
    answer = rig.client.post("/ACME_TST/as/token.oauth2", data=form, headers={"Authorization": f"Basic {basic}"})
    assert answer.status_code == 200


def test_an_app_without_a_service_account_has_client_credentials_only():
    rig = Rig(saak="")
    assert "saak" not in rig.sandbox.ionapi("http://x")
    assert rig.ask_token(grant_type="client_credentials").status_code == 200
    assert rig.ask_token().get_json()["error"] == "unsupported_grant_type"


@pytest.mark.parametrize(
    "path", ["/OTHER_TST/M3/m3api-rest/v2/execute/A/B", "/ACME_TST/LN/lnapi", "/ACME_TST/M3/m3api-rest/execute/A/B"]
)
def test_another_tenant_or_product_is_not_found(rig, path):
    assert rig.client.get(path, headers=rig.bearer).status_code == 404
    assert rig.client.get(path).status_code == 401


def test_a_method_that_is_not_exposed_is_refused(rig):
    assert rig.client.put(BASE, headers=rig.bearer).status_code == 405
    assert rig.client.get("/ACME_TST/as/token.oauth2").status_code == 405


def test_the_quota_refuses_what_is_too_much_and_forgets_with_its_window():
    rig = Rig(quota=(2, 30))
    assert [rig.get(NAME).status_code for _ in range(3)] == [200, 200, 429]
    assert "Retry-After" not in rig.get(NAME).headers
    assert rig.sandbox.state()["throttled"] == 2
    rig.passes(30)
    assert rig.get(NAME).status_code == 200


def test_the_quota_can_tell_when_to_come_back():
    rig = Rig(quota=(0, 30), quota_headers=True)
    rig.time = 1_780_000_020.0  # a window begins at ...000
    assert rig.get(NAME).headers["Retry-After"] == str(1_780_000_020 // 30 * 30 + 30 - 1_780_000_020 + 1)


def test_a_call_is_named_and_its_body_can_be_read_again(rig):
    body = b'{"program": "OIS100MI", "transactions": [{"transaction": "Confirm", "record": {}}]}'
    post = EnvironBuilder(BASE, method="POST", data=body).get_environ()
    name_of = rig.sandbox.name_of
    assert name_of(post) == "m3 OIS100MI/Confirm"
    assert name_of(post) == "m3 OIS100MI/Confirm"
    assert post["wsgi.input"].read() == body
    assert name_of(EnvironBuilder(BASE, method="POST", data=b"{").get_environ()) == "m3 unreadable"
    assert name_of(EnvironBuilder("/ACME_TST/as/token.oauth2", method="POST").get_environ()) == "ion token"
    assert name_of(EnvironBuilder(f"{BASE}/A/B;maxrecs=0").get_environ()) == "m3 A/B"


def test_the_control_panel_changes_the_tenants_moods(rig):
    control = rig.sandbox.control
    control["quota"]([0, 60])
    assert rig.get(NAME).status_code == 429
    control["quota"](None)
    assert rig.get(NAME).status_code == 200
    assert control["revoke_tokens"](None) == 1
    assert rig.get(NAME).status_code == 401
