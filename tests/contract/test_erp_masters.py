"""What every adapter owes customers, master data and the set-up check, over real HTTP against its simulator."""

from __future__ import annotations

from dataclasses import replace

import pytest
from erp_rigs import CUSTOMER, Rig, document, entry
from erp_suites import RIGS

from connector.domain.faults import ContractBroken, OutcomeUnknown, Rejected
from connector.domain.inquiry import FindingState
from connector.ports import Finding, Masters

TEMPLATE = "WEBTMPL"
NOTHING = Masters({}, {}, {}, {}, {}, {}, {})


def test_a_customer_nobody_made_is_absent(rig: Rig):
    assert rig.erp.find_customer(CUSTOMER) == Finding(FindingState.ABSENT)


def test_a_customer_is_made_from_the_template_and_found_again(rig: Rig):
    made = rig.erp.post_customer(CUSTOMER, template=TEMPLATE, guard=rig.guard)
    assert (made.state, made.reason, rig.guards) == (FindingState.BOOKED, "", ["asked"])
    assert rig.erp.find_customer(CUSTOMER).external_id == made.external_id
    assert rig.simulator.customers(CUSTOMER) == [made.external_id]


def test_a_customer_whose_number_only_begins_alike_is_another(rig: Rig):
    rig.erp.post_customer(replace(CUSTOMER, id=1421), template=TEMPLATE, guard=rig.guard)
    assert rig.erp.find_customer(CUSTOMER) == Finding(FindingState.ABSENT)


def test_of_two_customers_with_our_number_the_lowest_is_taken_and_the_other_named(rig: Rig):
    made = [rig.erp.post_customer(CUSTOMER, template=TEMPLATE, guard=rig.guard).external_id for _ in range(2)]
    found = rig.erp.find_customer(CUSTOMER)
    assert found.external_id == min(made)
    assert max(made) in found.reason


def test_an_incomplete_customer_is_made_and_says_what_it_lacks(rig: Rig):
    stateless = replace(CUSTOMER, address=replace(CUSTOMER.address, country_code=""))
    made = rig.erp.post_customer(stateless, template=TEMPLATE, guard=rig.guard)
    assert (made.state, made.reason) == (FindingState.BOOKED, "Country code must be entered")


def test_an_unknown_template_is_refused_and_nobody_is_made(rig: Rig):
    with pytest.raises(Rejected, match="NOSUCH"):
        rig.erp.post_customer(CUSTOMER, template="NOSUCH", guard=rig.guard)
    assert rig.simulator.customers(CUSTOMER) == []


@pytest.mark.parametrize("fault", ["apply-504", "apply-reset", "apply-garbage", "apply-hang"])
def test_a_customer_whose_answer_got_lost_is_found(rig: Rig, fault: str):
    rig.dial.add(rig.calls.customer, fault, times=1, seconds=1)
    with pytest.raises(OutcomeUnknown):
        rig.erp.post_customer(CUSTOMER, template=TEMPLATE, guard=rig.guard)
    assert [rig.erp.find_customer(CUSTOMER).external_id] == rig.simulator.customers(CUSTOMER)


def test_a_cut_customer_list_is_refused(rig: Rig):
    rig.erp.post_customer(CUSTOMER, template=TEMPLATE, guard=rig.guard)
    rig.simulator.cut_lists()
    with pytest.raises(ContractBroken):
        rig.erp.find_customer(CUSTOMER)


def test_everything_the_profile_names_is_looked_up_and_every_fault_told(rig: Rig):
    wanted = Masters(
        accounts={"4000": "accounts.sales", "NOACCT": "accounts.returns", "9998": "accounts.fees", "9997": "x"},
        items={"10045": "items.TEE", "OLD-ITEM": "items.OLD", "LONGER-THAN-FIFTEEN": "items.LONG"},
        customers={"WEBGUEST": "customers.guest", "CLOSED": "customers.other"},
        templates={TEMPLATE: "customers.template", "NOTMPL": "customers.other"},
        charges={"FRT": "charges.shipping", "XYZ": "charges.handling"},
        warehouses={"001": "warehouses.1", "999": "warehouses.2"},
        dimensions={"AIT2:WEB": "dimensions.AIT2", "AIT2:NOPE": "dimensions.AIT2", "AIT9:X": "dimensions.AIT9"},
    )
    checks = rig.erp.check_masters(wanted)
    assert [check.name for check in checks] == [
        "account NOACCT",
        "account 9998",
        "account 9997",
        "dimension AIT9:X",
        "dimension AIT2:NOPE",
        "item LONGER-THAN-FIFTEEN",
        "item OLD-ITEM",
        "customer CLOSED",
        "customer template NOTMPL",
        "charge XYZ",
        "warehouse 999",
    ]
    assert not any(check.ok for check in checks)
    assert all(check.detail and check.remedy for check in checks)
    assert checks[1].detail == "accounts.fees: account 9998 is blocked"
    assert len(rig.called()) == 7


def test_a_profile_without_faults_is_told_in_one_line_a_kind(rig: Rig):
    checks = rig.erp.check_masters(replace(NOTHING, accounts={"4000": "a", "1200": "b"}, charges={"FRT": "c"}))
    assert [(check.name, check.ok, check.detail) for check in checks] == [
        ("accounts", True, "2 found and usable"),
        ("charges", True, "1 found and usable"),
    ]


def test_a_ping_of_a_fitting_tenant_finds_no_fault_and_writes_nothing(rig: Rig):
    checks = rig.erp.ping()
    assert [check for check in checks if not check.ok] == []
    assert rig.trail.exchanges
    assert {exchange.effect.value for exchange in rig.trail.exchanges} == {"read"}


def test_a_ping_names_each_setting_that_does_not_fit():
    with RIGS["m3"](facility="ZZZ", order_type="NOT", tables="gl_batch_status=FHNONE") as rig:
        faults = {check.name: check for check in rig.erp.ping() if not check.ok}
    assert set(faults) == {"facility ZZZ", "order type NOT", "tables"}
    assert "FGLINH has no column FHNONE" in faults["tables"].detail
    assert all(check.remedy for check in faults.values())


def test_a_whole_paid_order_takes_thirteen_calls(rig: Rig):
    rig.erp.find_customer(CUSTOMER)
    number = rig.erp.post_customer(CUSTOMER, template=TEMPLATE, guard=rig.guard).external_id
    wanted = document(lines=40, customer=number)
    keys = ["BCAAAAAAAAAAAAA", "BCBBBBBBBBBBBBB"]
    found = rig.erp.find_document(wanted.reference)
    pending = rig.erp.post_document(wanted, found=found, guard=rig.guard)
    journals = rig.erp.find_journals(keys)
    rig.post_journals(*(entry(key) for key in keys), found=journals)
    rig.simulator.settle()
    assert rig.erp.settle_document(wanted.reference, pending.handle).state is FindingState.BOOKED
    assert {each.state for each in rig.erp.find_journals(keys).values()} == {FindingState.BOOKED}
    assert len(rig.called()) == 13


def test_no_secret_reaches_the_trail_or_a_printed_object(rig: Rig):
    rig.erp.find_document("BC-1042")
    written = "".join(f"{exchange!r}" for exchange in rig.trail.exchanges)
    assert "sandbox-secret-key" not in written
    assert "sandbox-client_secret" not in written
    assert "eyJ" not in written
