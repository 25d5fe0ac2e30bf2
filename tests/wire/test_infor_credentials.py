"""The .ionapi file: what is accepted, what is refused and how it is told."""

from __future__ import annotations

import json

import pytest

from connector.domain.faults import Misconfigured
from connector.infor.ion.credentials import gateway_url, grant, parse, tenant, token_url

FILE = {
    "ti": "ACME_TST",
    "cn": "connector",
    "dt": "12",
    "ci": "ACME_TST~client",
    "cs": "the-client-secret",
    "iu": "https://mingle-ionapi.eu1.inforcloudsuite.com",
    "pu": "https://mingle-sso.eu1.inforcloudsuite.com:443/ACME_TST/as/",
    "ot": "token.oauth2",
    "saak": "ACME_TST#access",
    "sask": "the-service-secret",
}


def written(**changes: object) -> bytes:
    return json.dumps({key: value for key, value in (FILE | changes).items() if value is not None}).encode()


def test_every_key_is_kept_known_or_not():
    assert parse(written(zz="new", v=2)).document == FILE | {"zz": "new", "v": "2"}


def test_a_byte_order_mark_is_forgiven_in_bytes_and_in_text():
    assert parse(b"\xef\xbb\xbf" + written()).document == FILE
    assert parse("\ufeff" + written().decode()).document == FILE


@pytest.mark.parametrize(
    ("pu", "ot"),
    [
        ("https://sso.example.com/ACME/as/", "token.oauth2"),
        ("https://sso.example.com/ACME/as", "token.oauth2"),
        ("https://sso.example.com/ACME/as/", "/token.oauth2"),
        ("https://sso.example.com/ACME/as", "/token.oauth2"),
    ],
)
def test_the_token_url_has_exactly_one_slash_between_its_parts(pu: str, ot: str):
    assert token_url(parse(written(pu=pu, ot=ot))) == "https://sso.example.com/ACME/as/token.oauth2"


def test_the_gateway_is_called_under_the_tenant():
    credentials = parse(written(iu="https://ion.example.com/"))
    assert (tenant(credentials), gateway_url(credentials)) == ("ACME_TST", "https://ion.example.com/ACME_TST")


def test_a_service_account_means_the_password_grant():
    assert grant(parse(written())) == {
        "grant_type": "password",
        "username": "ACME_TST#access",
        "password": "the-service-secret",
        "client_id": "ACME_TST~client",
        "client_secret": "the-client-secret",
    }


@pytest.mark.parametrize("account", [{}, {"saak": None, "sask": None}])
def test_scopes_are_asked_for_where_the_file_names_some(account: dict[str, None]):
    assert grant(parse(written(sc="Infor-ION M3", **account)))["scope"] == "Infor-ION M3"


def test_a_file_without_service_account_means_client_credentials():
    assert grant(parse(written(saak=None, sask=None))) == {
        "grant_type": "client_credentials",
        "client_id": "ACME_TST~client",
        "client_secret": "the-client-secret",
    }


@pytest.mark.parametrize("content", [b"", b"{", b"ti: ACME", b"\xff\xfe\x00", b"[" * 100_000])
def test_what_is_not_json_is_refused_with_where_to_get_it(content: bytes):
    with pytest.raises(
        Misconfigured, match="is not JSON: download it anew in Infor: ION API > Authorized Apps"
    ) as no:
        parse(content)
    assert no.value.__cause__ is None


def test_json_that_is_no_object_is_refused():
    with pytest.raises(Misconfigured, match="holds no JSON object"):
        parse(b'["ti"]')


def test_all_missing_keys_are_named_at_once():
    with pytest.raises(Misconfigured, match="lacks ti, cs, pu, ot: download"):
        parse(written(ti=None, cs="", pu="  ", ot=5))


@pytest.mark.parametrize(("kept", "lost"), [("saak", "sask"), ("sask", "saak")])
def test_half_a_service_account_is_refused(kept: str, lost: str):
    with pytest.raises(Misconfigured, match=f"has {kept} but lacks {lost}"):
        parse(written(**{lost: None}))


@pytest.mark.parametrize("key", ["iu", "pu"])
def test_hosts_without_tls_are_refused_unless_allowed(key: str):
    with pytest.raises(Misconfigured, match="without TLS"):
        parse(written(**{key: "http://ion.example.com"}))
    assert parse(written(**{key: "http://ion.example.com"}), allow_insecure=True)


@pytest.mark.parametrize("key", ["iu", "pu"])
def test_an_address_that_is_none_is_named_by_its_key(key: str):
    with pytest.raises(Misconfigured, match=rf"^the \.ionapi file's {key}: an address without"):
        parse(written(**{key: "ion.example.com"}))


def test_no_refusal_shows_a_value():
    for broken in (written(ti=None), written(sask=None), written()[:-1], written(iu="http://x")):
        with pytest.raises(Misconfigured) as refused:
            parse(broken)
        assert "secret" not in str(refused.value)
    assert "secret" not in repr(parse(written()))
