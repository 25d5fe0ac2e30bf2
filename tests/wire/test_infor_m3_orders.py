"""A sales order in M3's fields: what each transaction carries, and what happens to what does not fit."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.domain.document import Charge, Customer, DocumentLine, SalesDocument
from connector.domain.faults import MappingGap, Rejected
from connector.domain.money import Money
from connector.domain.order import Address
from connector.infor.m3.company import Company
from connector.infor.m3.transaction import Transaction
from connector.infor.m3.wire import addresses, customers, orders

COMPANY = Company("100", "AAA", "BCGLIF", facility="A01", warehouse="001", order_type="WEB")
ADDRESS = Address(
    first_name="Ada",
    last_name="Lovelace",
    company="Analytical Engines Ltd",
    street_1="12 St James's Square",
    street_2="2nd floor",
    city="London",
    state="Greater London",
    postal_code="SW1Y 4JH",
    country_code="gb",
    phone="020 7930 1",
    email="ada@example.org",
)


def usd(amount: str) -> Money:
    return Money(Decimal(amount), "USD")


def line(net: str, quantity: int, number: int = 1, item: str = "10045") -> DocumentLine:
    return DocumentLine(number, item, "Tee", quantity, usd(net))


def document(*lines: DocumentLine, **changes: object) -> SalesDocument:
    base = SalesDocument("BC-1042", "0000001001", "USD", date(2026, 1, 5), ADDRESS, lines or (line("30.00", 3),))
    return replace(base, **changes)


def body(*lines: DocumentLine, **changes: object) -> list[Transaction]:
    return orders.body("9000012345", document(*lines, **changes), COMPANY)


def test_the_head_carries_reference_dates_and_where_it_is_sold():
    head = orders.head(document(), COMPANY)
    assert str(head) == "OIS100MI/AddBatchHead"
    assert head.record == {
        "CUNO": "0000001001",
        "ORTP": "WEB",
        "FACI": "A01",
        "WHLO": "001",
        "CUOR": "BC-1042",
        "CUDT": "20260105",
        "ORDT": "20260105",
        "RLDT": "20260105",
        "CUCD": "USD",
        "OREF": "BigCommerce",
        "YREF": "Ada Lovelace",
    }


def test_below_the_head_stand_address_lines_charges_and_text():
    made = body(
        line("30.00", 3),
        line("10.00", 3, 2),
        charges=(Charge("FRT", "Shipping", usd("5.95")),),
        text="Ring twice.",
    )
    assert [(each.name, dict(each.record)) for each in made] == [
        (
            "AddBatchAddress",
            {
                "ORNO": "9000012345",
                "ADRT": "1",
                "CUNM": "Analytical Engines Ltd",
                "YREF": "Ada Lovelace",
                "CUA1": "12 St James's Square",
                "CUA2": "2nd floor",
                "CUA3": "Greater London",
                "PONO": "SW1Y 4JH",
                "TOWN": "London",
                "CSCD": "GB",
                "PHNO": "020 7930 1",
            },
        ),
        (
            "AddBatchLine",
            {
                "ORNO": "9000012345",
                "ITNO": "10045",
                "ORQT": "3",
                "WHLO": "001",
                "DWDT": "20260105",
                "CUPO": "1",
                "SAPR": "10.00",
            },
        ),
        (
            "AddBatchLine",
            {
                "ORNO": "9000012345",
                "ITNO": "10045",
                "ORQT": "3",
                "WHLO": "001",
                "DWDT": "20260105",
                "CUPO": "2",
                "SAPR": "10.00",
                "SACD": "3",
            },
        ),
        (
            "AddBatchHeadChg",
            {"ORNO": "9000012345", "CRID": "FRT", "CRAM": "5.95", "CRD0": "Shipping", "CUCD": "USD"},
        ),
        ("AddBatchText", {"ORNO": "9000012345", "TYPE": "1", "TYTR": "1", "PARM": "Ring twice."}),
    ]


@given(cents=st.integers(0, 10**9), quantity=st.integers(1, 99_999), digits=st.sampled_from(["JPY", "USD", "KWD"]))
def test_price_by_price_quantity_gives_the_net_exactly(cents: int, quantity: int, digits: str):
    net = Money(Decimal(cents) * Money.zero(digits).minor_unit, digits)
    (_, made) = body(DocumentLine(1, "10045", "Tee", quantity, net))[:2]
    price, per = Decimal(made.record["SAPR"]), int(made.record.get("SACD", "1"))
    assert price * quantity / per == net.amount
    assert Money(price, digits).rounded().amount == price


def test_a_line_of_more_units_than_the_price_quantity_holds_must_divide():
    assert body(line("1000000.00", 1_000_000))[1].record["SAPR"] == "1.00"
    with pytest.raises(Rejected, match="cannot be shared exactly"):
        body(line("1000000.01", 1_000_000))


def test_charges_of_one_id_are_added_up():
    made = body(charges=(Charge("FRT", "First", usd("4.00")), Charge("FRT", "Second", usd("1.95"))))
    assert [dict(each.record) for each in made if each.name == "AddBatchHeadChg"] == [
        {"ORNO": "9000012345", "CRID": "FRT", "CRAM": "5.95", "CRD0": "First", "CUCD": "USD"}
    ]


def test_a_long_note_is_broken_at_words_into_pieces_that_fit():
    note = " ".join(["please"] * 100)
    pieces = [each.record["PARM"] for each in body(text=note) if each.name == "AddBatchText"]
    assert " ".join(pieces) == note
    assert [len(piece) <= 240 for piece in pieces] == [True] * 3


def test_everything_that_does_not_fit_is_named_at_once():
    lines = (line("1.00", 1, 1, "SIXTEEN-LONG-SKU"), line("1.00", 1, 2), line("1.00", 1, 3, "A-SKU-OF-18-LETTERS"))
    with pytest.raises(MappingGap) as gap:
        body(*lines, charges=(Charge("SHIPPING", "Shipping", usd("1.00")),))
    assert gap.value.what == (
        "line 1: OIS100MI/AddBatchLine: ITNO takes 15 characters, 'SIXTEEN-LONG-SKU' has 16; "
        "line 3: OIS100MI/AddBatchLine: ITNO takes 15 characters, 'A-SKU-OF-18-LETTERS' has 19; "
        "charge SHIPPING: OIS100MI/AddBatchHeadChg: CRID takes 6 characters, 'SHIPPING' has 8"
    )


def test_a_reference_is_never_cut():
    with pytest.raises(MappingGap, match="CUOR takes 20 characters"):
        orders.head(document(reference="A-VERY-LONG-PREFIX-BC-1042"), COMPANY)


def test_names_towns_and_postal_codes_are_cut_and_put_on_one_line():
    address = replace(ADDRESS, company="The\n  Honourable " + "C" * 40, city="T" * 25, postal_code="1234567890123")
    record = body(address=address)[0].record
    assert record["CUNM"] == "The Honourable " + "C" * 21
    assert (record["TOWN"], record["PONO"]) == ("T" * 20, "1234567890")


def test_a_long_street_flows_over_the_lines_and_only_the_fourth_is_cut():
    street = "Building Seventeen Staircase Nineteen, " * 5
    lines = [addresses.postal(replace(ADDRESS, street_1=street, state="")).get(name, "") for name in addresses.LINES]
    assert [len(text) <= 36 for text in lines[:3]] == [True] * 3
    assert " ".join(lines).startswith(street.strip())
    record = body(address=replace(ADDRESS, street_1=street))[0].record
    assert max(len(record[name]) for name in addresses.LINES) == 36


@pytest.mark.parametrize(("state", "sent"), [("ca", "CA"), ("California", None), ("", None), ("75", None)])
def test_a_state_is_a_code_only_when_it_is_one(state: str, sent: str | None):
    record = body(address=replace(ADDRESS, state=state))[0].record
    assert record.get("ECAR") == sent
    assert record.get("CUA3") == (state if state and not sent else None)


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("", {}),
        ("5551234567", {"PHNO": "5551234567"}),
        ("+1 555 123 4567", {"PHN2": "+1 555 123 4567"}),
        ("+44 (0) 20 7930 1234", {"PHN2": "+4402079301234"}),
        ("call me at home, 555 1234", {"PHNO": "5551234"}),
        ("+123 456 789 012 345 678 90", {}),
    ],
)
def test_a_phone_number_is_never_half_of_one(written: str, sent: dict[str, str]):
    record = body(address=replace(ADDRESS, phone=written))[0].record
    assert {field: record[field] for field in ("PHNO", "PHN2") if field in record} == sent


def test_a_new_customer_carries_the_store_id_as_search_key():
    made = customers.add(Customer(142, ADDRESS), "142", "WEBTMPL")
    assert (str(made), made.columns) == ("CRS610MI/Add", ("CUNO", "ERRM"))
    assert made.record == {
        "CUNM": "Analytical Engines Ltd",
        "YREF": "Ada Lovelace",
        "CUA1": "12 St James's Square",
        "CUA2": "2nd floor",
        "CUA3": "Greater London",
        "PONO": "SW1Y 4JH",
        "TOWN": "London",
        "CSCD": "GB",
        "CUTM": "WEBTMPL",
        "ALCU": "142",
        "PHNO": "020 7930 1",
        "MAIL": "ada@example.org",
    }


def test_an_address_over_m3s_length_is_left_out_and_mandatory_fields_are_filled():
    bare = Customer(142, Address(email="a" * 45 + "@b.org", country_code="US"))
    assert customers.add(bare, "142", "WEBTMPL").record == {
        "CUNM": "Store customer 142",
        "CUA1": "Store customer 142",
        "CSCD": "US",
        "CUTM": "WEBTMPL",
        "ALCU": "142",
    }


def test_two_stores_customers_stay_apart_by_the_stores_prefix():
    assert customers.search_key(Customer(142, ADDRESS), "") == "142"
    assert customers.search_key(Customer(142, ADDRESS), "EU") == "EU-142"
    with pytest.raises(MappingGap, match="ALCU takes 10 characters"):
        customers.add(Customer(142, ADDRESS), "EUROPE1-142", "WEBTMPL")
