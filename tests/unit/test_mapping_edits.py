"""What changed in the store after it was booked is told, and nothing else happens."""

from __future__ import annotations

from dataclasses import replace

import pytest
from strategies import (
    CAPTURE,
    CERTIFICATE,
    CHANGED,
    ONE_TEE_BACK,
    booked,
    entry,
    line,
    money,
    order,
    paid,
    planned,
    priced,
    profile,
    shown,
    snapshot,
    tax,
    tee_and_mug,
    way,
)

from connector.domain.connection import Booking
from connector.domain.document import SalesDocument
from connector.domain.faults import Fault
from connector.domain.order import Fee, LineKind, Order, Snapshot
from connector.domain.payment import PaymentEvent
from connector.domain.plan import Booked, Plan
from connector.domain.posting import PostingKind
from connector.mapping.documents import without_people

FULL = Booking.FULL


def after(before: Order, now: Order, **more: object) -> Plan:
    done = booked(planned(snapshot(before, [CAPTURE]), booking=FULL))
    return planned(snapshot(now, [CAPTURE]), booked=done, booking=FULL, **more)


def moved_to(**changes: str) -> Order:
    """The order of always, whose parcel goes elsewhere."""
    now = tee_and_mug()
    [parcel] = now.consignments
    return replace(now, consignments=(replace(parcel, address=replace(parcel.address, **changes)),))


def told(faults: tuple[Fault, ...]) -> list[tuple[str, str, list[str]]]:
    return [(fault.code, fault.what, fault.detail.splitlines()) for fault in faults]


def test_nothing_changed_nothing_told() -> None:
    made = after(tee_and_mug(), tee_and_mug(note="Ring", modified_at=CHANGED.replace(year=2027)))
    assert made.notices == ()


def test_another_address_is_told_of_the_sales_order_without_saying_it() -> None:
    before, now = tee_and_mug(), moved_to(street_1="1 Elm St", city="Dallas")
    done = booked(planned(snapshot(before, [CERTIFICATE, CAPTURE]), booking=FULL))
    made = planned(snapshot(now, [CERTIFICATE, CAPTURE]), booked=done, booking=FULL)
    assert told(made.notices) == [
        (
            "edited_after_posting",
            "order 1042 goes to another address than its sales order says",
            ["change the address of the sales order in Infor, unless the parcel has left"],
        )
    ]


@pytest.mark.parametrize(("customer", "now"), [(12, "12's"), (None, "a guest's")])
def test_another_customer_is_told_of_the_sales_order_and_not_made_for_it(customer: int | None, now: str) -> None:
    made = after(tee_and_mug(), tee_and_mug(customer_id=customer))
    assert told(made.notices) == [
        (
            "edited_after_posting",
            "order 1042 is of another customer than its sales order",
            [f"it was customer 11's in the store, now it is {now}: change the customer of the sales order in Infor"],
        )
    ]
    assert PostingKind.CUSTOMER not in {one.kind for one in made.postings}


def test_a_guest_who_opens_an_account_afterwards_changes_nothing() -> None:
    made = after(tee_and_mug(customer_id=None), tee_and_mug())
    assert made.notices == ()
    assert PostingKind.CUSTOMER not in {one.kind for one in made.postings}


@pytest.mark.parametrize("how", ["written another way", "reached another way", "forgotten"])
def test_the_same_address_is_not_told(how: str) -> None:
    before = tee_and_mug()
    at = before.delivery_address
    now = {
        "written another way": moved_to(street_1=f" {at.street_1.upper()} ", city=at.city.lower()),
        "reached another way": moved_to(phone="5550100", email="else@example.com"),
        "forgotten": moved_to(city="Dallas"),
    }[how]
    done = booked(planned(snapshot(before, [CERTIFICATE, CAPTURE]), booking=FULL))
    if how == "forgotten":
        done = [
            replace(one, content=without_people(one.content)) if isinstance(one.content, SalesDocument) else one
            for one in done
        ]
    assert planned(snapshot(now, [CERTIFICATE, CAPTURE]), booked=done, booking=FULL).notices == ()


def test_of_a_forgotten_document_the_charges_in_its_text_stay_and_the_buyers_words_go() -> None:
    done = booked(planned(snapshot(tee_and_mug(), [CERTIFICATE, CAPTURE]), booking=FULL))
    [document] = [one.content for one in done if isinstance(one.content, SalesDocument)]
    words = "Ring twice\nShipping: to my mother\nHandling: -1.50 USD\nShipping: 1250 JPY"
    left = without_people(replace(document, text=words))
    assert left.text == "Handling: -1.50 USD\nShipping: 1250 JPY"
    assert (left.lines, left.charges, left.address.name) == (document.lines, document.charges, "")


def test_a_changed_quantity_is_told_of_the_sales_order_and_changes_nothing_of_what_is_booked() -> None:
    before = order([line(1, priced("30.00"), quantity=3)], "33.00", taxes=[tax("3.00", number=1)])
    now = order([line(1, priced("20.00"), quantity=2)], "22.00", taxes=[tax("2.00", number=1)])
    made = after(before, now)
    assert told(made.notices) == [
        (
            "edited_after_posting",
            "order 1042 was edited after its sales order was booked",
            ["line 1: booked 3 × Thing 1 30.00 USD, now 2 × Thing 1 20.00 USD"],
        ),
    ]
    assert made.postings[:2] == after(before, before).postings[:2]


def operational(*readings: Snapshot) -> Plan:
    """The last reading, when all that the others owed is booked."""
    done: tuple[Booked, ...] = ()
    for taken in readings:
        made = planned(taken, booked=done, booking=Booking.OPERATIONAL)
        known = {(one.kind, one.source, one.revision) for one in done}
        done += tuple(one for one in booked(made) if (one.kind, one.source, one.revision) not in known)
    return planned(readings[-1], booked=done, booking=Booking.OPERATIONAL)


def test_a_booked_sales_order_bills_what_is_left_when_its_goods_are_taken_out() -> None:
    before = order([line(1, priced("30.00"))], "40.00", shipping=priced("10.00"))
    now = order([line(1, priced("0.00"), quantity=0)], "10.00", shipping=priced("10.00"))
    card = paid(1, "40.00")
    made = operational(snapshot(before, [card]), snapshot(now, [card]))
    kinds = [PostingKind.CUSTOMER, PostingKind.SALES_ORDER, PostingKind.PAYMENT]
    assert [one.kind for one in made.postings] == kinds
    assert [one.detail for one in made.notices] == ["line 1: booked 1 × Thing 1 30.00 USD, now nothing"]


def test_goods_that_come_to_a_journalled_sale_are_journalled_too_and_told() -> None:
    certificate = line(1, priced("50.00"), kind=LineKind.GIFT_CERTIFICATE)
    both = order([certificate, line(2, priced("30.00"))], "80.00")
    card = paid(1, "50.00")
    made = operational(snapshot(order([certificate], "50.00"), [card]), snapshot(both, [card]))
    assert [one.kind for one in made.postings] == [PostingKind.SALE, PostingKind.CORRECTION, PostingKind.PAYMENT]
    assert shown(entry(made, PostingKind.CORRECTION)) == [
        "debit 1200 30.00 receivable: sale",
        "credit 4000 30.00 sales: sale",
    ]
    assert told(made.notices) == [
        (
            "edited_after_posting",
            "order 1042 has goods now, and its sale is booked as a journal: no sales order is sent",
            ["they are journalled, too; if Infor is to ship them, enter an order there that is not invoiced"],
        )
    ]


def test_a_sale_that_was_journalled_before_infor_made_the_revenue_entry_stays_a_journal() -> None:
    before = order([line(1, priced("30.00"), quantity=3)], "33.00", taxes=[tax("3.00", number=1)])
    now = order([line(1, priced("20.00"), quantity=2)], "22.00", taxes=[tax("2.00", number=1)])
    done = booked(planned(snapshot(before, [CAPTURE])))
    made = planned(snapshot(now, [CAPTURE]), booked=done, booking=Booking.OPERATIONAL)
    assert [one.kind for one in made.postings] == [PostingKind.SALE, PostingKind.CORRECTION, PostingKind.PAYMENT]
    assert made.notices == ()


def test_a_thing_for_another_of_the_same_price_is_told_of_the_sales_order() -> None:
    before = order([line(1, priced("10.00"))], "10.00")
    now = order([line(1, priced("10.00"), name="Another thing", sku="NEW")], "10.00")
    assert [one.detail for one in after(before, now).notices] == [
        "line 1: booked 1 × Thing 1 10.00 USD, now 1 × Another thing 10.00 USD"
    ]


def test_lines_and_charges_that_came_or_went_are_told() -> None:
    before = order([line(1, priced("10.00"))], "15.00", shipping=priced("5.00"))
    now = order([line(1, priced("10.00")), line(2, priced("5.00"))], "18.00", handling=priced("3.00"))
    assert told(after(before, now).notices)[0][2] == [
        "Shipping: booked Shipping: 5.00 USD, now nothing",
        "line 2: booked nothing, now 1 × Thing 2 5.00 USD",
        "Handling: booked nothing, now Handling: 3.00 USD",
    ]


def test_a_charge_told_in_the_text_is_no_change_when_it_gets_an_id() -> None:
    made = order([line(1, priced("10.00"))], "15.00", fees=(Fee(1, "Assembly", priced("5.00")),))
    with_id = profile(**{"shipping: FRT": "shipping: FRT, fees: FEE"})
    assert after(made, made, with_profile=with_id).notices == ()


def test_an_edit_that_does_not_add_up_is_told_with_its_arithmetic() -> None:
    before, now = order([line(1, priced("10.00"))], "10.00"), order([line(1, priced("10.00"))], "12.00")
    [notice] = after(before, now).notices
    assert notice.code == "edited_after_posting"
    assert notice.detail.endswith("difference (tolerance 0.02): 2.00 USD")


def test_a_mended_profile_is_no_edit() -> None:
    other = profile(**{'sales: "4000"': 'sales: "4001"', "TEE-RED-S": "MUG-11OZ", "default: ": "x: "})
    assert after(tee_and_mug(), tee_and_mug(), with_profile=other).notices == ()


def test_contents_that_were_not_kept_are_not_compared() -> None:
    done = (Booked(PostingKind.SALES_ORDER, 1042, 1, None), Booked(PostingKind.REFUND, 12, 1, None))
    made = planned(snapshot(tee_and_mug(), [CAPTURE], [ONE_TEE_BACK]), booked=done, booking=FULL)
    assert made.notices == ()


def test_a_refund_declined_after_it_was_booked_is_told() -> None:
    done = booked(planned(snapshot(tee_and_mug(), [CAPTURE], [ONE_TEE_BACK])))
    declined = replace(ONE_TEE_BACK, payments=(way("48.67", declined=True),))
    made = planned(snapshot(tee_and_mug(), [CAPTURE], [declined]), booked=done)
    assert told(made.notices) == [
        (
            "edited_after_posting",
            "order 1042 was edited after refund 12 was booked",
            ["money: booked 48.67 USD, now 0.00 USD"],
        )
    ]
    assert (made.left_out, made.postings[-1].content) == ((), done[-1].content)


def test_money_that_left_at_the_gateway_alone_is_told() -> None:
    gone = paid(99, "50.00", event=PaymentEvent.REFUND)
    made = planned(snapshot(tee_and_mug(), [CAPTURE, gone], [ONE_TEE_BACK]))
    assert told(made.notices) == [
        (
            "unexplained_total",
            "50.00 USD left at the gateway for order 1042, the store's refunds are 48.67 USD",
            ["book the rest by hand: the store keeps no refund to book it by"],
        )
    ]
    assert [out.reason for out in made.left_out] == [
        "money given back is booked by the store's refund, not by the gateway's event"
    ]
    covered = replace(gone, amount=money("48.67"))
    assert planned(snapshot(tee_and_mug(), [CAPTURE, covered], [ONE_TEE_BACK])).notices == ()


def test_money_of_a_refund_that_a_person_booked_is_told_of() -> None:
    gone = paid(99, "48.67", event=PaymentEvent.REFUND)
    taken = snapshot(tee_and_mug(), [CAPTURE, gone], [replace(ONE_TEE_BACK, payments=())])
    assert len(planned(taken).notices) == 1
    by_hand = (Booked(PostingKind.REFUND, 12, 1, None, by_hand=True),)
    assert planned(taken, booked=by_hand).notices == ()


@pytest.mark.parametrize("kind", [PostingKind.SALE, PostingKind.SALES_ORDER])
def test_what_a_person_booked_is_told_of_when_the_order_comes_to_something_else(kind: PostingKind) -> None:
    by_hand = Booked(kind, 1042, 1, None, by_hand=True, came_to=money("70.00"))
    odd, dearer = (order([line(1, priced("80.00"))], total) for total in ("70.00", "75.00"))
    assert planned(snapshot(odd), booked=[by_hand]).notices == ()
    [notice] = planned(snapshot(dearer), booked=[by_hand]).notices
    assert (notice.code, notice.what, notice.detail) == (
        "edited_after_posting",
        f"order 1042 was edited after its {kind.value.replace('_', ' ')} was booked",
        "total: booked 70.00 USD, now 75.00 USD",
    )
