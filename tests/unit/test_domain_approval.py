"""A plan's digest stands for all that it posts, and for nothing that only tells people where it comes from."""

from __future__ import annotations

from dataclasses import replace

from strategies import CAPTURE, CERTIFICATE, booked, planned, profile, snapshot, tee_and_mug

from connector.domain.approval import digest, withheld
from connector.domain.connection import Booking
from connector.domain.faults import MappingGap, NotApproved
from connector.domain.plan import Plan
from connector.domain.posting import PostingKind

TAKEN = snapshot(tee_and_mug(), [CERTIFICATE, CAPTURE])


def plan(**more: object) -> Plan:
    return planned(TAKEN, booking=Booking.FULL, **more)


def test_the_digest_stays_while_the_postings_of_a_plan_go_out() -> None:
    whole = digest(plan())
    assert len(whole) == 64
    for kind in (PostingKind.SALES_ORDER, PostingKind.SALE, PostingKind.PAYMENT):
        assert digest(plan(booked=booked(plan(), kind))) == whole


def test_another_version_of_the_profile_that_changes_nothing_is_the_same_plan() -> None:
    assert digest(plan(with_profile=replace(profile(), version=7))) == digest(plan())


def test_whatever_would_be_booked_otherwise_is_another_plan() -> None:
    whole = digest(plan())
    moved = profile(**{'shipping: "4100"': 'shipping: "4111"'})
    held = profile(**{'shipping: "4100"': ""})
    edited = planned(snapshot(tee_and_mug(note="leave it at the door"), [CERTIFICATE, CAPTURE]), booking=Booking.FULL)
    unpaid = planned(snapshot(tee_and_mug(), [CERTIFICATE]), booking=Booking.FULL)
    others = {digest(plan(with_profile=moved)), digest(plan(with_profile=held)), digest(edited), digest(unpaid)}
    assert len(others | {whole}) == 5


def test_what_is_not_approved_is_held_and_what_is_booked_stays() -> None:
    made = plan(with_profile=profile(**{'default: "1090", ': "", "braintree": "stripe"}))
    kept = {(PostingKind.SALE, 1042, 1)}
    stopped = withheld(made, kept)
    assert PostingKind.CUSTOMER not in {one.kind for one in stopped.postings}
    faults = {(one.kind, one.source): [type(fault) for fault in one.faults] for one in stopped.postings}
    assert faults == {
        (PostingKind.SALES_ORDER, 1042): [NotApproved],
        (PostingKind.SALE, 1042): [],
        (PostingKind.PAYMENT, CERTIFICATE.id): [NotApproved],
        (PostingKind.PAYMENT, CAPTURE.id): [MappingGap],
    }
    assert [one.content is not None for one in stopped.postings] == [False, True, False, False]
    assert digest(made) in stopped.postings[0].faults[0].what
