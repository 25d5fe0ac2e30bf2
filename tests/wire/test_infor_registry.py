"""The suite of a connection, and M3's own settings in its file."""

from __future__ import annotations

import pytest

from connector.domain.connection import Booking
from connector.domain.faults import Misconfigured
from connector.infor.m3.company import Closed, Company, Tables, read_company
from connector.infor.registry import check_company, company_keys

SETTINGS = {
    "company": "100",
    "division": "AAA",
    "facility": "A01",
    "warehouse": "001",
    "order_type": "WEB",
    "credit_order_type": "WCR",
    "gl_interface": "BCGLIF",
}


def test_the_contracts_example_is_read_with_its_leading_zeros():
    assert read_company(SETTINGS, Booking.FULL) == Company(
        "100", "AAA", "BCGLIF", facility="A01", warehouse="001", order_type="WEB", credit_order_type="WCR"
    )


def test_what_a_tenant_does_its_own_way_can_be_set():
    own = {
        "gl_record": "B1",
        "gl_sign": "dbcr",
        "closed_periods": "CPXXXX=2,9",
        "tables": "gl_batch_status=FHGSTA, order_batch_order=OARONR",
    }
    company = read_company(SETTINGS | own, Booking.FULL)
    assert (company.gl_record, company.gl_sign) == ("B1", "dbcr")
    assert company.closed == Closed("CPXXXX", ("2", "9"))
    assert company.tables == Tables(gl_batch_status="FHGSTA", order_batch_order="OARONR")


def test_a_company_that_only_keeps_the_ledger_needs_no_sales_settings():
    check_company("m3", {"company": "100", "division": "AAA", "gl_interface": "BCGLIF"}, Booking.LEDGER)
    assert company_keys("m3", Booking.LEDGER).required == ("company", "division", "gl_interface")


def test_the_keys_of_a_connection_file_are_told():
    keys = company_keys("m3")
    assert keys.required == ("company", "division", "gl_interface", "facility", "warehouse", "order_type")
    assert keys.optional == (
        "credit_order_type",
        "gl_record",
        "gl_sign",
        "tables",
        "timezone",
        "closed_periods",
        "price_list",
        "catalog_route",
    )


def test_everything_wrong_is_named_at_once():
    odd = {name: value for name, value in SETTINGS.items() if name != "division"} | {
        "company": "1OO",
        "warehouse": "0001",
        "gl_sign": "minus",
        "tables": "nothing=X",
        "closed_periods": "CPSTAT",
        "colour": "red",
    }
    with pytest.raises(Misconfigured) as refused:
        check_company("m3", odd, Booking.FULL)
    assert refused.value.what == (
        "the connection's infor settings: division is missing; colour is unknown; warehouse takes 3 characters, "
        "'0001' has 4; tables knows no nothing; company must be a number; "
        "closed_periods must be a column of CSYPER and its values, such as CPXXXX=1 or CPXXXX=1,2; "
        "gl_sign must be signed or dbcr"
    )


def test_a_company_without_divisions_says_a_blank_one():
    blank = SETTINGS | {"division": ""}
    check_company("m3", blank, Booking.FULL)
    assert read_company(blank, Booking.FULL).division == ""


def test_an_unknown_suite_names_those_there_are():
    with pytest.raises(Misconfigured, match="'sap' is no suite; this release knows m3"):
        check_company("sap", {}, Booking.FULL)
