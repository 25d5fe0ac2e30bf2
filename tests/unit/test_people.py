"""Whoever an order is about is left out of what is shown, whatever a tenant calls its fields."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from strategies import money, order

from connector.domain.audit import whence
from connector.domain.order import Address, Consignment, Priced
from connector.domain.people import words_of
from connector.telemetry.known import without
from connector.telemetry.redaction import REMOVED

ADA = Address(
    first_name="Ada",
    last_name="Lovelace",
    street_1="12 St James's Square",
    street_2="12",
    postal_code="1042",
    phone="+44 20 7930 1234",
    email="ada@example.org",
)
FREE = Priced(money("0"), money("0"))
WORDS = words_of(order([], "1.00", billing=ADA, note="Leave it behind\nthe blue gate, please"))


def test_who_gets_a_parcel_counts_as_who_pays():
    receiver = Consignment(1, "Flat Rate", replace(ADA, first_name="Byron"), FREE, FREE)
    assert "Byron Lovelace" in words_of(order([], "1.00", billing=ADA, consignments=(receiver,)))


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("Street 12 St James's Square is not valid", f"Street {REMOVED} is not valid"),
        ("12 ST JAMES'S SQUARE", REMOVED),
        ("<Reason>12 St James&#x27;s Square</Reason>", f"<Reason>{REMOVED}</Reason>"),
        ("12 St James's Sq", REMOVED),
        ("Ada Lovelace, Adam Lovelaces", f"{REMOVED}, Adam Lovelaces"),
        ("(020) 7930 1234, 442079301234", f"(020) 7930 1234, {REMOVED}"),
        ("Leave it behind the blue gate, please\nShipping: 5.95 USD", f"{REMOVED}\nShipping: 5.95 USD"),
        ("the blue gate, please", REMOVED),
        ("account 1042 is blocked", "account 1042 is blocked"),
        ("BC-1042 comes to 1042.00 for 12 pieces", "BC-1042 comes to 1042.00 for 12 pieces"),
    ],
)
def test_a_known_word_goes_wherever_it_stands(told: str, shown: str):
    assert without({"Uf_1": [told]}, WORDS) == {"Uf_1": [shown]}


def test_a_short_word_of_the_buyers_hides_no_other_sentence():
    assert without("GL batch 7 is refused", words_of(order([], "1.00", billing=Address(), note="GL"))) == (
        "GL batch 7 is refused"
    )


def test_what_is_no_text_stays_and_nobody_known_changes_nothing():
    told = {"1042": 1042, "amount": Decimal("10.42"), "at": None}
    assert without(told, WORDS) == told
    assert without({"name": "Ada"}, words_of(order([], "1.00", billing=Address()))) == {"name": "Ada"}


@pytest.mark.parametrize(
    ("by", "kept"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2::7", "2001:db8:1::/48"),
        ("console:paul", "console:paul"),
    ],
)
def test_the_trail_keeps_no_more_of_a_machine_than_its_network(by: str, kept: str):
    assert whence(by) == kept
