"""How a history is counted: what would post, what stops the rest and at what price, what books nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from strategies import (
    CERTIFICATE,
    ORDERED,
    PROFILE,
    money,
    paid,
    planned,
    profile,
    snapshot,
    tee_and_mug,
    without,
)

from connector.domain.codec import plain, read
from connector.domain.connection import Booking, Check
from connector.domain.faults import ContractBroken, PeriodClosed, Unexplained
from connector.domain.fit import Cause, Fit, Reason, Rehearsed, Stop, Tally, added
from connector.domain.order import OrderStatus
from connector.domain.plan import Plan, PlannedPosting
from connector.domain.posting import PostingKind
from connector.mapping.profile import Profile

SINCE = datetime(2026, 3, 1, tzinfo=UTC)
WORTH = money("227.77")
STRICT = profile(PROFILE, **{'default: "1090", ': ""})


def begun(*faulty: Check) -> Fit:
    return Fit(SINCE, SINCE + timedelta(days=90), 3, 2, place=SINCE, faulty=faulty)


def one(
    number: int = 1042, *, by: Profile | None = None, full: bool = False, nameless: bool = False, **more: Any
) -> Rehearsed:
    gateway = more.pop("gateway", "braintree")
    sold = tee_and_mug(id=number, **more)
    lines = tuple(replace(line, sku="") for line in sold.lines) if nameless else sold.lines
    taken = snapshot(replace(sold, lines=lines), [CERTIFICATE, paid(1, "202.77", gateway)])
    made = planned(taken, with_profile=by, booking=Booking.FULL if full else Booking.LEDGER)
    return Rehearsed(number, ORDERED, taken, made)


def told(*orders: Rehearsed, faulty: tuple[Check, ...] = ()) -> Fit:
    return added(begun(*faulty), orders, template="WEBTMPL")


def test_an_order_of_which_every_posting_can_be_made_would_post() -> None:
    found = told(one())
    assert (found.posts, found.held, found.stops) == (Tally(1, (WORTH,)), Tally(), ())
    assert found.sentences() == ["100.0 % of the value in USD would post", "would post: 1 order, 227.77 USD"]


def test_a_gap_stops_the_whole_order_and_says_what_it_costs() -> None:
    found = told(one(1), one(2, by=STRICT, gateway="newpay"), one(3, by=STRICT, gateway="newpay"))
    [stop] = found.stops
    assert (stop.cause, stop.stopped.orders, stop.examples) == (Cause("gateway", "newpay", ""), 2, (2, 3))
    assert stop.stopped == stop.alone == found.held == found.mended
    assert found.share("USD") == Decimal("33.3")
    assert found.sentences()[2:] == [
        "stopped by 1 gateway: 2 orders, 455.54 USD",
        "would post too once all that can be mended is: 2 orders, 455.54 USD",
    ]


def test_an_order_with_two_gaps_counts_for_each_and_for_neither_alone() -> None:
    no_tax = profile(PROFILE, **{'tax: {default: "2200", ': "tax: {"})
    found = told(one(by=without('shipping: "4100"')), one(7, by=no_tax))
    stops = {(stop.cause.kind, stop.cause.name): stop for stop in found.stops}
    assert stops.keys() == {("account", "shipping"), ("tax", "TX Sales Tax")}
    assert [stop.alone.orders for stop in stops.values()] == [1, 1]
    neither = profile(PROFILE, **{'shipping: "4100"': "", 'default: "1090", ': ""})
    twice = told(one(by=neither, gateway="newpay"))
    assert [(stop.stopped.orders, stop.alone.orders) for stop in twice.stops] == [(1, 0), (1, 0)]
    assert "stopped by 1 account and 1 gateway" in twice.sentences()[2]


def test_several_of_a_kind_are_told_as_many() -> None:
    stops = tuple(Stop(Cause(kind, name, "")) for kind in ("tax", "gateway") for name in ("A", "B"))
    found = replace(begun(), stops=stops, held=Tally(1, (WORTH,)))
    assert "stopped by 2 taxes and 2 gateways" in found.sentences()[2]


def test_articles_without_a_sku_are_one_cause_and_none_of_them_is_named() -> None:
    found = told(one(1, full=True, nameless=True), one(2, full=True, nameless=True))
    [stop] = [stop for stop in found.stops if stop.cause.kind == "SKU"]
    assert (stop.cause.name, stop.stopped.orders) == ("", 2)
    assert stop.cause.what == 'articles without a SKU: add items.table.""'


def test_what_the_erp_lacks_stops_the_orders_that_need_it_and_no_other() -> None:
    blocked = Check("account 4100", ok=False, detail="accounts.shipping: account 4100 is blocked", remedy="open it")
    unknown = Check("item MUG-11OZ", ok=False, detail="an order line: does not exist")
    unused = Check("account 1234", ok=False, detail="x")
    no_charge = Check("charge FRT", ok=False, detail="gone")
    no_template = Check("customer template WEBTMPL", ok=False, detail="gone")
    found = told(one(full=True), faulty=(blocked, unknown, unused, no_charge, no_template))
    assert [(stop.cause.kind, stop.cause.name) for stop in found.by_value()] == [
        ("account", "4100"),
        ("charge", "FRT"),
        ("customer template", "WEBTMPL"),
        ("item", "MUG-11OZ"),
    ]
    assert {stop.cause.what for stop in found.stops} >= {
        "accounts.shipping: account 4100 is blocked: open it",
        "gone",
    }
    assert found.share("USD") == Decimal("0.0")


def test_a_guest_needs_the_guest_customer() -> None:
    gone = Check("customer WEBGUEST", ok=False, detail="has status 90")
    dimension = Check("dimension AIT2:WEB", ok=False, detail="is blocked")
    found = told(one(full=True, customer_id=None), faulty=(gone, dimension))
    assert [(stop.cause.kind, stop.cause.name) for stop in found.by_value()] == [
        ("customer", "WEBGUEST"),
        ("dimension", "AIT2:WEB"),
    ]
    assert told(one(full=True), faulty=(gone,)).posts.orders == 1


def test_what_is_booked_already_stops_nothing() -> None:
    rehearsed = one(by=STRICT, gateway="newpay")
    booked = frozenset((each.kind, each.source, each.revision) for each in rehearsed.plan.postings)
    found = told(Rehearsed(1042, ORDERED, rehearsed.snapshot, rehearsed.plan, booked=booked))
    assert (found.posts.orders, found.held.orders, rehearsed.items()) == (1, 0, set())


def test_what_cannot_be_mended_by_mapping_is_not_promised() -> None:
    held = PlannedPosting(PostingKind.SALE, 1, 1, ORDERED, None, (Unexplained("the parts are 1.00 short"),))
    found = told(Rehearsed(1, ORDERED, one().snapshot, Plan((held,))))
    [stop] = found.stops
    assert (stop.cause.kind, stop.cause.what) == ("unexplained total", Unexplained.advice)
    assert (found.held.orders, found.mended.orders) == (1, 0)


def test_a_closed_period_is_a_cause_of_its_own_that_passes() -> None:
    held = PlannedPosting(PostingKind.SALE, 1, 1, ORDERED, None, (PeriodClosed("period 202601 is closed"),))
    found = told(Rehearsed(1, ORDERED, one().snapshot, Plan((held,))))
    assert [(stop.cause.kind, stop.cause.what) for stop in found.stops] == [("period closed", PeriodClosed.advice)]
    assert found.mended.orders == 1


def test_an_order_that_cannot_be_read_is_stopped_at_no_known_price() -> None:
    found = told(Rehearsed(1, ORDERED, fault=ContractBroken("order 1: total is no amount")))
    assert [(stop.cause.kind, stop.cause.mendable) for stop in found.stops] == [("unreadable order", False)]
    assert (found.held, found.share("USD"), found.currencies) == (Tally(1), None, [])


def test_orders_that_book_nothing_are_told_by_reason_without_their_amounts() -> None:
    found = told(
        one(1, status=OrderStatus.CANCELLED),
        one(2, status=OrderStatus.INCOMPLETE),
        one(3, status=OrderStatus.CANCELLED),
        one(4, status=OrderStatus.AWAITING_PAYMENT),
        Rehearsed(5, ORDERED),
    )
    assert found.excluded == (
        Reason("cancelled before it was posted", Tally(2, (WORTH + WORTH,))),
        Reason("status Incomplete", Tally(1, (WORTH,))),
    )
    assert found.waiting == (Reason("status Awaiting Payment", Tally(1, (WORTH,))),)
    assert (found.read, found.gone, found.posts, found.held) == (5, 1, Tally(), Tally())


def test_the_next_piece_begins_where_this_one_ended() -> None:
    later = ORDERED + timedelta(minutes=5)
    found = told(one(1), one(2))
    assert (found.place, found.behind) == (ORDERED, (1, 2))
    found = added(found, [Rehearsed(3, later)], template="")
    assert (found.place, found.behind) == (later, (3,))


def test_currencies_are_never_added_up() -> None:
    tally = Tally().plus(money("1.005")).plus(money("2.00", "EUR")).plus(money("3"))
    assert (tally.value, str(tally)) == ((money("2.00", "EUR"), money("4.005")), "3 orders, 2.00 EUR, 4.01 USD")


def test_a_rehearsal_is_kept_exactly_however_far_it_has_come() -> None:
    blocked = Check("account 4100", ok=False, detail="is blocked", remedy="open it")
    found = told(one(1), one(2, by=STRICT, gateway="newpay"), one(3, status=OrderStatus.CANCELLED), faulty=(blocked,))
    assert read(Fit, json.loads(json.dumps(plain(found)))) == found
