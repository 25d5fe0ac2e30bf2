"""Whatever one answer of a suite turns into: the adapter reads it, or names what is wrong; it never stumbles."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from erp_rigs import CUSTOMER, Rig, document, entry
from erp_suites import SUITES
from hypothesis import given
from hypothesis import strategies as st

from connector.domain.faults import Fault
from connector.domain.inquiry import FindingState
from connector.ports import Finding
from tests.strange import drawn, spoilings, storable

SINCE = datetime(2026, 11, 1, tzinfo=UTC)
Told = Iterator[object]
_numbers = itertools.count(1)


@pytest.fixture(scope="module", params=sorted(SUITES))
def rig(request: pytest.FixtureRequest) -> Iterator[Rig]:
    with SUITES[request.param].rig() as made:
        yield made


def an_order(rig: Rig) -> Told:
    """Ask for a new order, post it, and ask again."""
    number = next(_numbers)
    reference = f"BC-{number}"
    if rig.suite.orders is None:
        return
    yield rig.erp.find_document(reference)
    found = rig.post_document(document(reference))
    yield found
    rig.simulator.settle()
    yield rig.erp.settle_document(reference, found.handle)
    yield rig.erp.find_document(reference, found.handle)


def a_customer(rig: Rig) -> Told:
    """Ask for a new customer, make it, and ask again."""
    if rig.suite.customers is None:
        return
    customer = replace(CUSTOMER, id=1000 + next(_numbers))
    yield rig.erp.find_customer(customer)
    yield rig.erp.post_customer(customer, template=rig.suite.customers.template, guard=rig.guard)
    yield rig.erp.find_customer(customer)


def two_journals(rig: Rig) -> Told:
    """Ask for two new journals, post them, and ask again."""
    keys = [f"BCF{next(_numbers):012}" for _ in range(2)]
    found = rig.erp.find_journals(keys)
    yield from found.values()
    yield from rig.post_journals(*map(entry, keys), found=found).values()
    rig.simulator.settle()
    yield from rig.erp.find_journals(keys).values()


def the_set_up(rig: Rig) -> Told:
    """Ask what is asked when a connection and a profile are saved."""
    yield from rig.erp.ping()
    yield from rig.erp.check_masters(rig.suite.setup.wanted)


def the_books(rig: Rig) -> Told:
    """Read ledger and periods."""
    yield from rig.erp.ledger(["1200", "4000"], date(2026, 11, 1), date(2026, 11, 30)) or ()
    yield from rig.erp.periods(date(2026, 1, 1)) or ()


def the_items(rig: Rig) -> Told:
    """Read items, prices and stock."""
    items = rig.erp.items
    if items is None:
        return
    numbers = [item.number for item in items.all_items("")][:3]
    yield from items.prices(numbers)
    yield from items.stock(numbers, ["001"])
    for changed in (items.changed_items, items.changed_prices, items.changed_stock):
        yield from changed(SINCE)


JOURNEYS: list[Callable[[Rig], Told]] = [an_order, a_customer, two_journals, the_set_up, the_books, the_items]
OTHERS = [pytest.param(one, marks=pytest.mark.long) for one in JOURNEYS if one not in (the_set_up, two_journals)]


def texts(told: object) -> list[str]:
    """What of an outcome is kept or shown."""
    if isinstance(told, Finding):
        return [told.external_id, told.handle, told.reason]
    return [str(told)]


@pytest.mark.parametrize("which", JOURNEYS)
def test_unspoiled_they_end_well(rig: Rig, which: Callable[[Rig], Told]) -> None:
    rig.dial.forget_watches()
    told = list(which(rig))
    assert not any(isinstance(one, Fault) for one in told)
    ends = [one.state for one in told if isinstance(one, Finding)]
    assert not ends or ends[-1] is FindingState.BOOKED


@pytest.fixture(scope="module")
def lengths(rig: Rig) -> dict[Callable[[Rig], Told], int]:
    """How many calls each journey makes, those that make any: what is asked once was asked before."""
    counted = {}
    for which in JOURNEYS * 2:
        rig.dial.forget_calls()
        list(which(rig))
        counted[which] = len(rig.dial.calls)
    return {which: length for which, length in counted.items() if length}


def told_of(rig: Rig, which: Callable[[Rig], Told], call: int, spoil: Callable[[bytes], bytes]) -> list[object]:
    """Walk a journey of which one call's answer is spoiled; what came of it, be it a fault."""
    struck: list[bytes] = []
    calls = itertools.count()

    def strike(body: bytes) -> bytes:
        if next(calls) != call:
            return body
        struck.append(body)
        return spoil(body)

    rig.dial.forget_watches()
    rig.dial.rewrite("*", strike, times=1000)
    told: list[object] = []
    try:
        told.extend(which(rig))
    except Fault as fault:
        told.append(fault)
    assert len(struck) == 1, f"call {call} was not made"
    return told


@drawn(1 / 2)
@given(data=st.data(), spoil=spoilings())
def test_any_answer_is_read_or_named(
    rig: Rig, lengths: dict[Any, int], data: st.DataObject, spoil: Callable[[bytes], bytes]
) -> None:
    which = data.draw(st.sampled_from([*lengths]))
    told = told_of(rig, which, data.draw(st.integers(0, lengths[which] - 1)), spoil)
    assert all(storable(text) for one in told for text in texts(one)), told


@pytest.mark.parametrize("which", [the_set_up, two_journals, *OTHERS])
def test_rows_without_their_fields_are_read_or_named(rig: Rig, lengths: dict[Any, int], which: Any) -> None:
    for call in range(lengths.get(which, 0)):
        told = told_of(rig, which, call, without_fields)
        assert all(storable(text) for one in told for text in texts(one)), told


def without_fields(body: bytes) -> bytes:
    """An answer of which every row lost its values; what is no JSON stays."""
    try:
        return json.dumps(_emptied(json.loads(body))).encode()
    except ValueError:
        return body


def _emptied(told: Any, *, row: bool = False) -> Any:
    if isinstance(told, dict):
        nested = {name: _emptied(value) for name, value in told.items()}
        return {name: value for name, value in nested.items() if not row or isinstance(value, list)}
    return [_emptied(one, row=True) for one in told] if isinstance(told, list) else told
