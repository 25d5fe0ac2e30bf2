"""A suite that nobody has heard of needs one folder and one line."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from erp_rigs import OneWorkersTokens, SystemClock, Trail, Unlimited, entry

from connector.domain.connection import Booking, Connection, ErpCredentials
from connector.domain.faults import Misconfigured
from connector.domain.inquiry import FindingState
from connector.http.transport import Transport
from connector.infor import registry
from connector.mapping.connection_file import parse_connection
from connector.mapping.located import BadFile

FILE = """\
name: acme
bigcommerce: {store_hash: abcde12345, access_token: token, client_id: id, client_secret: secret}
infor: {suite: toy, ionapi: acme.ionapi, shelf: "3"}
booking: ledger
start_from: 2026-01-01T00:00:00Z
"""


@pytest.fixture(autouse=True)
def one_line(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(registry, "SUITES", {**registry.SUITES, "toy": "toy.suite"})


def keys(suite: str) -> dict[str, bool]:
    told = registry.company_keys(suite, Booking.LEDGER)
    return dict.fromkeys(told.required, True) | dict.fromkeys(told.optional, False)


def read(text: str) -> Connection:
    return parse_connection(text, "acme.yaml", lambda _: b"{}", keys)[0]


def test_its_connection_file_is_read_and_checked():
    assert read(FILE).company == {"shelf": "3"}
    with pytest.raises(BadFile, match="shelf: is missing: toy needs it"):
        read(FILE.replace(', shelf: "3"', ""))
    with pytest.raises(Misconfigured, match="set `booking: ledger`"):
        registry.check_company("toy", {}, Booking.FULL)


def test_it_books_and_is_read_back():
    trail, clock = Trail(), SystemClock()
    credentials = ErpCredentials({})
    transport = Transport(
        system="toy", recorder=trail, clock=clock, connect_timeout=1, read_timeout=1, allow_insecure=False
    )
    erp = registry.build_erp(
        read(FILE),
        credentials,
        tokens=OneWorkersTokens(credentials, transport),
        transport=transport,
        budget=Unlimited(),
        clock=clock,
    )
    assert erp.find_journals(["BC1"])["BC1"].state is FindingState.ABSENT
    assert erp.post_journals([entry("BC1")], found={}, guard=lambda: None)["BC1"].state is FindingState.BOOKED
    booked = erp.ledger(["1200", "4000"], date(2026, 11, 20), date(2026, 11, 20))
    assert [line.amount for line in booked] == [Decimal("35.95"), Decimal("-35.95")]
