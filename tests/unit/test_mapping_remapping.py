"""What another version of the profile would have booked, beside what is booked."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from strategies import (
    CAPTURE,
    CERTIFICATE,
    CHANGED,
    ONE_TEE_BACK,
    Bought,
    booked,
    bought,
    connection,
    planned,
    profile,
    snapshot,
    tee_and_mug,
    without,
)

from connector.domain.connection import Booking
from connector.domain.order import OrderStatus, Snapshot
from connector.domain.plan import Booked, Unposting
from connector.mapping.profile import Profile
from connector.mapping.remapping import Remapped, remapped

ALL = snapshot(tee_and_mug(), [CERTIFICATE, CAPTURE], [ONE_TEE_BACK])


def compared(taken: Snapshot, done: tuple[Booked, ...], with_profile: Profile | None = None) -> Remapped:
    shop = connection(Booking.LEDGER)
    return remapped(
        taken, profile=with_profile or profile(), connection=shop, booked=done, item_length=15, at=CHANGED
    )


def test_a_version_that_chooses_another_account_moves_its_amount_there() -> None:
    found = compared(ALL, booked(planned(ALL)), profile(**{'sales: "4000"': 'sales: "4001"'}))
    assert found.booked["4000", "USD"] == found.anew["4001", "USD"] == Decimal("-219.90")
    assert {key: amount for key, amount in found.booked.items() if key[0] != "4000"} == {
        key: amount for key, amount in found.anew.items() if key[0] != "4001"
    }
    assert (found.faults, found.waiting) == ((), "")


@given(bought())
def test_the_version_it_was_booked_by_makes_no_difference(one: Bought) -> None:
    found = compared(one.snapshot, booked(planned(one.snapshot)))
    assert found.booked == found.anew


def test_what_a_version_does_not_cover_is_told() -> None:
    found = compared(ALL, booked(planned(ALL)), without("returns:"))
    assert [fault.code for fault in found.faults] == ["mapping_gap"]
    assert ("4950", "USD") not in found.anew


def test_of_an_order_that_was_never_booked_all_is_new() -> None:
    found = compared(ALL, ())
    assert found.booked == {}
    assert found.anew == compared(ALL, booked(planned(ALL))).booked


def test_what_was_unposted_counts_as_not_booked() -> None:
    done = booked(planned(ALL))
    done = booked(planned(ALL, booked=done, unposting=Unposting("operator:jo", CHANGED)))
    found = compared(ALL, done)
    assert found.booked == {}
    assert found.anew == compared(ALL, ()).anew


def test_an_order_that_waits_says_why() -> None:
    waiting = snapshot(replace(tee_and_mug(), status=OrderStatus.PENDING))
    assert compared(waiting, ()).waiting == "status Pending"
