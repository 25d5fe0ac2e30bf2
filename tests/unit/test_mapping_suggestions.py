"""What is proposed where exactly one thing fits, and the gap that stays where two do, or none."""

from __future__ import annotations

import pytest
from strategies import PROFILE, connection, profile

from connector.domain.connection import Booking
from connector.domain.item import Item
from connector.domain.ledger_account import LedgerAccount
from connector.mapping import draft, suggestions
from connector.mapping.profile import parse_profile
from connector.mapping.suggestions import AccountChoice, ItemFinder, Proposal, WantedSku, forms

ACCOUNTS = (
    LedgerAccount("1090", "Clearing"),
    LedgerAccount("1091", "Clearing Braintree"),
    LedgerAccount("1200", "Accounts receivable"),
    LedgerAccount("2200", "Sales tax payable, Texas"),
    LedgerAccount("2210", "Sales tax payable, California"),
    LedgerAccount("4000", "Sales of goods"),
    LedgerAccount("4100", "Freight out"),
    LedgerAccount("4105", "Shipping revenue"),
    LedgerAccount("4900", "Sales discounts"),
    LedgerAccount("4950", "Sales returns", usable=False),
)
CHART = AccountChoice(ACCOUNTS)


@pytest.mark.parametrize(
    ("role", "number"),
    [("receivable", "1200"), ("sales", "4000"), ("discounts", "4900"), ("shipping", ""), ("returns", "")],
)
def test_an_account_is_proposed_if_it_alone_is_named_for_the_role_and_open(role: str, number: str) -> None:
    found = suggestions.account(role, CHART)
    assert (found.path, found.value) == (("accounts", role), number)


def test_a_gap_names_what_comes_near_it() -> None:
    found = suggestions.account("shipping", CHART)
    assert (found.reason, [str(one) for one in found.near]) == (
        "2 open accounts are named like it: choose one",
        ["4100 Freight out", "4105 Shipping revenue"],
    )
    assert suggestions.account("rounding", CHART).reason == "no open accounts are named like it: choose one"


def test_a_gateway_and_a_tax_are_found_by_their_own_words() -> None:
    gateway = suggestions.below("clearing", "braintree", CHART)
    assert (gateway.path, gateway.value) == (("accounts", "clearing", "braintree"), "1091")
    assert gateway.reason == "1091 Clearing Braintree, the only open account with its word braintree"
    unknown = suggestions.below("clearing", "newpay", CHART)
    assert (unknown.value, [one.number for one in unknown.near]) == ("", ["1090", "1091"])
    tax = suggestions.below("tax", "California Sales Tax", CHART)
    assert (tax.path, tax.value) == (("accounts", "tax", "California Sales Tax"), "2210")
    unnamed = suggestions.below("tax", "", CHART)
    assert (unnamed.path, unnamed.value, len(unnamed.near)) == (("accounts", "tax", "default"), "", 2)


def test_the_one_tax_account_that_there_is_takes_every_tax() -> None:
    found = suggestions.below("tax", "UK VAT", AccountChoice(ACCOUNTS[:4]))
    assert (found.value, found.reason) == (
        "2200",
        "2200 Sales tax payable, Texas is the only open account that is named like a tax",
    )


def test_an_erp_that_lists_nothing_leaves_gaps() -> None:
    found = suggestions.account("sales", AccountChoice(listed=False))
    assert (found.value, found.reason) == ("", "the ERP does not list its accounts: write one")


def items(*articles: WantedSku, sold: bool = True) -> ItemFinder:
    found = ItemFinder(articles)
    numbers = ("MUG-11OZ", "00123", "LAMP-A", "LAMPA", "LAST")
    found.look_at(Item(number, number, "", None, sold=sold) for number in numbers)
    return found


def proposed(article: WantedSku, *, sold: bool = True, **by_code: list[str]) -> tuple[str, str]:
    [one] = items(article, sold=sold).proposals({code.lstrip("_"): held for code, held in by_code.items()})
    assert one.path == ("items", "table", article.sku)
    return one.value, one.reason


def test_an_item_is_found_by_its_number_its_code_or_a_number_that_is_written_otherwise() -> None:
    assert proposed(WantedSku("MUG-11OZ")) == ("MUG-11OZ", "it is the item's number")
    assert proposed(WantedSku("TEE", ("0400",)), _0400=["10045"]) == ("10045", "the item carries its code 0400")
    assert proposed(WantedSku("123")) == ("00123", "the numbers differ in case, signs or leading zeros only")
    assert proposed(WantedSku("mug_11oz")) == ("MUG-11OZ", "the numbers differ in case, signs or leading zeros only")


def test_two_items_that_fit_are_none() -> None:
    nothing = "no item has its number or code"
    assert proposed(WantedSku("lampa")) == ("", nothing)
    assert proposed(WantedSku("TEE", ("0400",)), _0400=["1", "2"]) == ("", nothing)
    assert proposed(WantedSku("TEE", ("0400",))) == ("", nothing)
    assert proposed(WantedSku("")) == ("", "articles without a SKU: choose the item to book them on")


def test_an_item_that_is_not_sold_is_told_and_not_proposed() -> None:
    assert proposed(WantedSku("MUG-11OZ"), sold=False) == ("", "item MUG-11OZ is not open for sale")


def test_a_upc_is_an_ean_with_a_zero_before_it() -> None:
    assert forms("012345678905") == ("012345678905", "0012345678905")
    assert forms("0012345678905") == ("0012345678905", "012345678905")
    assert forms("4006381333931") == ("4006381333931",)
    assert forms("AB-1") == ("AB-1",)


def written(*proposals: Proposal, before: str = "", rule: str = "same") -> str:
    return draft.write(proposals, profile(before) if before else None, rule=rule, title="Drafted.\nRead it.")


def test_a_draft_without_a_profile_is_read_as_it_was_proposed() -> None:
    text = written(
        Proposal(("accounts", "receivable"), "1200", "because"),
        Proposal(("accounts", "clearing", 'odd "name": x'), "", "no\nidea", (ACCOUNTS[0],)),
        Proposal(("accounts", "clearing", "yes"), "1091", "because"),
        Proposal(("items", "table", "SKU: 1"), "10045", "because"),
        Proposal(("customers", "guest"), "", "write one"),
    )
    assert text.startswith("# Drafted.\n# Read it.\nitems:\n  rule: same\n")
    made = parse_profile(text, "drafted.yaml")
    assert (made.items.table, made.accounts.clearing) == ({"SKU: 1": "10045"}, {"yes": "1091"})
    assert '    # gap "odd \\"name\\": x": ""  # no idea\n    #     1090 Clearing\n' in text
    filled = text.replace('guest: ""', 'guest: "G"').replace('x": ""', 'x": "1"').replace("# gap ", "")
    made = parse_profile(filled, "drafted.yaml")
    assert (made.customers.guest, made.accounts.clearing['odd "name": x']) == ("G", "1")


def test_what_stood_before_is_kept_and_wins() -> None:
    text = written(
        Proposal(("accounts", "shipping"), "9999", "because"),
        Proposal(("accounts", "clearing", "BRAINTREE"), "9999", "because"),
        Proposal(("accounts", "clearing", "newpay"), "1095", "because"),
        before=PROFILE,
        rule="table",
    )
    made, before = parse_profile(text, "drafted.yaml"), profile()
    assert made.accounts.clearing == {**before.accounts.clearing, "newpay": "1095"}
    for name in ("dimensions", "customers", "charges", "warehouses", "orders", "refunds", "catalog"):
        assert getattr(made, name) == getattr(before, name), name
    assert (made.accounts.shipping, made.items.rule) == ("4100", "table")


def test_a_blank_profile_is_one() -> None:
    blank = parse_profile(draft.BLANK, "blank.yaml")
    assert (blank.items.rule, blank.accounts.sales, blank.accounts.tax) == ("table", None, {})
    assert draft.always_needed(connection(Booking.OPERATIONAL)) == ("receivable", "returns", "rounding")
