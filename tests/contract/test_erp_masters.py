"""What every adapter owes the set-up check, over real HTTP against its simulator."""

from __future__ import annotations

from contextlib import suppress

from erp_rigs import Rig
from erp_suites import rigs

from connector.domain.faults import ContractBroken

odd = rigs(settings=lambda suite: dict(suite.setup.odd_settings))
"""A company whose settings do not fit."""


def test_everything_the_profile_names_is_looked_up_and_every_fault_told(rig: Rig):
    setup = rig.suite.setup
    checks = rig.erp.check_masters(setup.wanted)
    assert [check.name for check in checks] == list(setup.faults)
    assert not any(check.ok for check in checks)
    assert all(check.detail and check.remedy for check in checks)
    place, said = setup.blocked
    assert checks[place].detail == said
    assert len(rig.called()) == setup.calls


def test_a_profile_without_faults_is_told_in_one_line_a_kind(rig: Rig):
    wanted, told = rig.suite.setup.good
    checks = rig.erp.check_masters(wanted)
    assert [(check.name, check.ok, check.detail) for check in checks] == [(name, True, said) for name, said in told]


def test_a_ping_of_a_fitting_tenant_finds_no_fault_and_writes_nothing(rig: Rig):
    checks = rig.erp.ping()
    assert [check for check in checks if not check.ok] == []
    assert rig.trail.exchanges
    assert {exchange.effect.value for exchange in rig.trail.exchanges} == {"read"}


def test_a_ping_names_each_setting_that_does_not_fit(odd: Rig):
    faults = {check.name: check for check in odd.erp.ping() if not check.ok}
    assert set(faults) == set(odd.suite.setup.odd)
    assert [name for name, said in odd.suite.setup.odd.items() if said not in faults[name].detail] == []
    assert all(check.remedy for check in faults.values())


def test_no_secret_reaches_the_trail_or_a_printed_object(rig: Rig):
    rig.erp.find_journals(["BCAAAAAAAAAAAAA"])
    written = "".join(f"{exchange!r}" for exchange in rig.trail.exchanges)
    assert "sandbox-secret-key" not in written
    assert "sandbox-client_secret" not in written
    assert "eyJ" not in written


def test_accounts_are_listed_whole_by_rising_number_or_not_at_all(rig: Rig):
    accounts = rig.erp.accounts()
    if accounts is None:
        return
    numbers = [account.number for account in accounts]
    assert numbers == sorted(set(numbers))
    wanted = rig.suite.setup.good[0].accounts
    assert set(wanted) <= {account.number for account in accounts if account.usable and account.name}
    rig.simulator.block(numbers[0], blocked=True)
    assert next(account.usable for account in rig.erp.accounts() or ()) is False
    rig.simulator.lists_at_most(3)
    with suppress(ContractBroken):  # no answer is one; a part of the list is none
        assert [account.number for account in rig.erp.accounts() or ()] == numbers
    assert {exchange.effect.value for exchange in rig.trail.exchanges} == {"read"}
