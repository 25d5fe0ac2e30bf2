"""What every adapter that sells owes customers, over real HTTP against its simulator."""

from __future__ import annotations

from dataclasses import replace

import pytest
from erp_rigs import CUSTOMER, Rig, document, entry
from erp_suites import rigs

from connector.domain.faults import ContractBroken, OutcomeUnknown, Rejected
from connector.domain.inquiry import FindingState
from connector.ports import Finding

rig = rigs(which=lambda suite: suite.customers)
doubling = rigs(which=lambda suite: suite.customers and suite.customers.doubles)
"""An ERP in which two customers may have our number."""
warning = rigs(which=lambda suite: suite.customers and suite.customers.lacks)
"""An ERP that makes a customer with a warning."""


def test_a_customer_nobody_made_is_absent(rig: Rig):
    assert rig.erp.find_customer(CUSTOMER) == Finding(FindingState.ABSENT)


def test_a_customer_is_made_from_the_template_and_found_again(rig: Rig):
    made = rig.erp.post_customer(CUSTOMER, template=rig.customers.template, guard=rig.guard)
    assert (made.state, made.reason, rig.guards) == (FindingState.BOOKED, "", ["asked"])
    assert rig.erp.find_customer(CUSTOMER).external_id == made.external_id
    assert rig.simulator.customers(CUSTOMER) == [made.external_id]


def test_a_customer_whose_number_only_begins_alike_is_another(rig: Rig):
    rig.erp.post_customer(replace(CUSTOMER, id=1421), template=rig.customers.template, guard=rig.guard)
    assert rig.erp.find_customer(CUSTOMER) == Finding(FindingState.ABSENT)


def test_of_two_customers_with_our_number_the_lowest_is_taken_and_the_other_named(doubling: Rig):
    rig = doubling
    made = [
        rig.erp.post_customer(CUSTOMER, template=rig.customers.template, guard=rig.guard).external_id
        for _ in range(2)
    ]
    found = rig.erp.find_customer(CUSTOMER)
    assert found.external_id == min(made)
    assert max(made) in found.reason


def test_an_incomplete_customer_is_made_and_says_what_it_lacks(warning: Rig):
    rig = warning
    stateless = replace(CUSTOMER, address=replace(CUSTOMER.address, country_code=""))
    made = rig.erp.post_customer(stateless, template=rig.customers.template, guard=rig.guard)
    assert (made.state, made.reason) == (FindingState.BOOKED, rig.customers.lacks)


def test_an_unknown_template_is_refused_and_nobody_is_made(rig: Rig):
    with pytest.raises(Rejected, match="NOSUCH"):
        rig.erp.post_customer(CUSTOMER, template="NOSUCH", guard=rig.guard)
    assert rig.simulator.customers(CUSTOMER) == []


@pytest.mark.parametrize("fault", ["apply-504", "apply-reset", "apply-garbage", "apply-hang"])
def test_a_customer_whose_answer_got_lost_is_found(rig: Rig, fault: str):
    rig.dial.add(rig.customers.write, fault, times=1, seconds=1)
    with pytest.raises(OutcomeUnknown):
        rig.erp.post_customer(CUSTOMER, template=rig.customers.template, guard=rig.guard)
    assert [rig.erp.find_customer(CUSTOMER).external_id] == rig.simulator.customers(CUSTOMER)


def test_a_cut_customer_list_is_refused(rig: Rig):
    rig.erp.post_customer(CUSTOMER, template=rig.customers.template, guard=rig.guard)
    rig.simulator.cut_lists()
    with pytest.raises(ContractBroken):
        rig.erp.find_customer(CUSTOMER)


def test_a_whole_paid_order_takes_few_calls(rig: Rig):
    rig.erp.find_customer(CUSTOMER)
    number = rig.erp.post_customer(CUSTOMER, template=rig.customers.template, guard=rig.guard).external_id
    wanted = document(lines=40, customer=number)
    keys = ["BCAAAAAAAAAAAAA", "BCBBBBBBBBBBBBB"]
    found = rig.erp.find_document(wanted.reference)
    posted = rig.erp.post_document(wanted, found=found, guard=rig.guard)
    journals = rig.erp.find_journals(keys)
    rig.post_journals(*(entry(key) for key in keys), found=journals)
    rig.simulator.settle()
    assert rig.erp.settle_document(wanted.reference, posted.handle).state is FindingState.BOOKED
    assert {each.state for each in rig.erp.find_journals(keys).values()} == {FindingState.BOOKED}
    assert len(rig.called()) == rig.suite.paid_order
