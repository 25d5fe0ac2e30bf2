"""The mapping profile of the contract, and everything that can be wrong with one."""

from __future__ import annotations

from decimal import Decimal

import pytest
from strategies import PROFILE, connection, profile, without

from connector.domain.connection import Booking
from connector.domain.order import OrderStatus
from connector.mapping.located import BadFile
from connector.mapping.profile import masters, misfits, parse_profile

LEAST = 'accounts: {receivable: "1200"}\n'


def problems(text: str) -> list[str]:
    with pytest.raises(BadFile) as caught:
        parse_profile(text, "mapping.yaml")
    return [str(problem).removeprefix("mapping.yaml ") for problem in caught.value.problems]


def test_the_contracts_example_is_read_whole() -> None:
    made = profile()
    assert made.items.table == {"TEE-RED-S": "10045"}
    assert (made.accounts.sales, made.accounts.gift_certificates) == ("4000", "2300")
    assert made.accounts.tax == {"default": "2200", "CA State Tax": "2210"}
    assert made.dimensions == {"AIT2": "WEB"}
    assert (made.customers.guest, made.customers.create, made.customers.template) == ("WEBGUEST", True, "WEBTMPL")
    assert (made.charges.shipping, made.charges.fees) == ("FRT", None)
    assert [(row.infor, row.location) for row in made.warehouses] == [("001", 1)]
    assert OrderStatus.REFUNDED in made.orders.post_statuses
    assert OrderStatus.AWAITING_PAYMENT not in made.orders.post_statuses
    assert made.orders.tolerance == Decimal("0.02")
    assert (made.catalog.create, made.catalog.visible) == (True, False)
    assert made.catalog.fields == ("name", "description", "price", "weight")
    assert made.where("accounts", "tax", "CA State Tax") == "mapping.yaml line 14: accounts.tax.CA State Tax"


def test_what_is_left_away_has_the_contracts_values() -> None:
    made, whole = parse_profile(LEAST, "mapping.yaml"), profile()
    assert made.orders == whole.orders
    assert made.catalog == whole.catalog
    assert (made.refunds.order_level, made.items.rule, made.customers.create) == ("untaxed", "same", False)


def test_numbers_that_nobody_reads_differently_need_no_quotes() -> None:
    made = parse_profile("accounts: {receivable: 1200}\norders: {tolerance: 0.05}\nitems: {table: {12: 13}}\n", "f")
    assert (made.accounts.receivable, made.orders.tolerance) == ("1200", Decimal("0.05"))
    assert made.items.table == {"12": "13"}


@pytest.mark.parametrize("account", ["0120", "1_200", "0x10", "12:30", "1200.10", "yes", "no", "2026-01-01"])
def test_what_yaml_would_read_as_something_else_needs_quotes(account: str) -> None:
    assert problems(f"accounts:\n  receivable: {account}\n") == [
        "line 2: accounts.receivable: would be read as something else than text: put it in quotes"
    ]
    assert parse_profile(f'accounts:\n  receivable: "{account}"\n', "f").accounts.receivable == account


def test_every_fault_is_told_at_once_with_its_line() -> None:
    text = """\
accounts:
  receivabel: "1200"
  sales:
  tax: ["2200"]
items: {rule: sometimes}
customers: {create: true}
warehouses:
  - {infor: 001}
orders: {post_statuses: [5, 99, x, "2"], tolerance: -1}
catalog: {visible: "true", fields: name}
refund: {}
dimensions: {AIT2: [WEB]}
"""
    assert problems(text) == [
        "line 1: accounts.receivable: is missing: the account that orders are owed on",
        "line 2: accounts.receivabel: unknown key: did you mean receivable?",
        "line 3: accounts.sales: expected one line of text",
        "line 4: accounts.tax: expected keys below it",
        "line 5: items.rule: expected 'same' or 'table'",
        "line 6: customers: create: true needs a template, the customer that new ones are copied from",
        "line 8: warehouses[0].infor: would be read as something else than text: put it in quotes",
        "line 8: warehouses[0].location: is missing: the number of the BigCommerce location",
        "line 9: orders.post_statuses[0]: incomplete (0), cancelled (5) and declined (6) orders are never posted: "
        "take it out",
        "line 9: orders.post_statuses[1]: expected the number of an order status, 1 to 14",
        "line 9: orders.post_statuses[2]: expected the number of an order status, 1 to 14",
        "line 9: orders.post_statuses[3]: expected the number of an order status, 1 to 14",
        'line 9: orders.tolerance: expected an amount such as "0.02"',
        "line 10: catalog.fields: expected a list",
        "line 10: catalog.visible: expected true or false",
        "line 11: refund: unknown key: did you mean refunds?",
        "line 12: dimensions.AIT2: expected one line of text",
    ]


def test_an_unknown_key_far_from_all_others_is_told_what_there_is() -> None:
    told = problems(LEAST + "xyzzy: 1\nwarehouses: [{infor: A, location: one}]\nitems: x\n")
    assert told[0].startswith("line 2: xyzzy: unknown key: expected accounts, items, dimensions,")
    assert told[1:] == [
        "line 3: warehouses[0].location: expected a whole number",
        "line 4: items: expected keys below it",
    ]


def test_doubled_keys_spoil_a_file_that_is_right_otherwise() -> None:
    assert problems(LEAST + LEAST) == ["line 2: accounts: appears twice, first in line 1: keep one"]


@pytest.mark.parametrize(
    ("booking", "missing"),
    [
        (Booking.LEDGER, ["accounts.sales", "accounts.returns", "accounts.rounding"]),
        (Booking.FULL, ["accounts.sales", "accounts.returns", "accounts.rounding", "customers.guest"]),
        (Booking.OPERATIONAL, ["accounts.returns", "accounts.rounding", "customers.guest", "charges.shipping"]),
    ],
)
def test_a_booking_mode_needs_its_lines(booking: Booking, missing: list[str]) -> None:
    bare, made = parse_profile(LEAST, "mapping.yaml"), connection(booking)
    found = misfits(bare, made)
    assert [problem.path for problem in found] == missing
    assert all(problem.expected == f"is missing: booking {booking.value} needs it" for problem in found)
    assert misfits(profile(), made) == ()


def test_a_warehouse_fills_one_location() -> None:
    rows = """\
warehouses:
  - {infor: A, location: 1}
  - {infor: B, location: 1}
  - {infor: A, location: 1}
  - {infor: A, location: 2}
"""
    found = misfits(
        parse_profile(PROFILE.replace('warehouses: [{infor: "001", location: 1}]\n', rows), "f"), connection()
    )
    assert [str(problem) for problem in found] == [
        "f line 23: warehouses[3]: the pieces of A are at location 1 already, and would be sold twice: keep one"
    ]


def test_masters_name_every_line_that_asks_for_them() -> None:
    text = PROFILE.replace('fees: "4130"', 'fees: "4100"')
    named = masters(parse_profile(text, "mapping.yaml"), connection(Booking.FULL))
    assert named.accounts["1200"] == "mapping.yaml line 3: accounts.receivable"
    assert named.accounts["4100"] == ("mapping.yaml line 5: accounts.shipping; mapping.yaml line 8: accounts.fees")
    assert named.accounts["2210"] == "mapping.yaml line 14: accounts.tax.CA State Tax"
    assert len(named.accounts) == 14
    assert named.items == {"10045": "mapping.yaml line 1: items.table.TEE-RED-S"}
    assert named.customers == {"WEBGUEST": "mapping.yaml line 17: customers.guest"}
    assert named.templates == {"WEBTMPL": "mapping.yaml line 17: customers.template"}
    assert set(named.charges) == {"FRT", "HND", "WRP"}
    assert named.warehouses == {"001": "mapping.yaml line 19: warehouses[0].infor"}
    assert named.dimensions == {"AIT2:WEB": "mapping.yaml line 16: dimensions.AIT2"}


def test_masters_of_a_ledger_are_accounts_and_dimensions_alone() -> None:
    named = masters(profile(), connection(Booking.LEDGER))
    assert (named.items, named.customers, named.templates, named.charges) == ({}, {}, {}, {})
    assert len(named.accounts) == 15


def test_masters_know_the_connections_own_warehouse_and_no_template_that_is_not_used() -> None:
    made = profile(**{"create: true, template": "create: false, template"})
    named = masters(made, connection(Booking.FULL, company={"warehouse": "900"}))
    assert named.warehouses["900"] == "the connection file: infor.warehouse"
    assert named.templates == {}
    assert masters(without("warehouses"), connection(company={})).warehouses == {}
