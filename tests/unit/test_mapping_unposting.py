"""An order taken out of the books: every journal is mirrored once, and what is booked again is a new revision."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import assume, given
from hypothesis import strategies as st
from strategies import (
    CAPTURE,
    CERTIFICATE,
    CHANGED,
    ONE_TEE_BACK,
    Bought,
    booked,
    bought,
    entry,
    faults,
    grown,
    ledger,
    left_out,
    line,
    only,
    order,
    paid,
    planned,
    priced,
    profile,
    refund,
    shown,
    snapshot,
    tee_and_mug,
)
from strategies import item as thing

from connector.domain.connection import Booking
from connector.domain.journal import JournalEntry
from connector.domain.order import OrderStatus, Snapshot
from connector.domain.plan import Booked, Plan, Unposting
from connector.domain.posting import UNPOSTS, PostingKind
from connector.domain.refund import RefundItemKind

SALE, REVERSAL, REFUND, PAYMENT = PostingKind.SALE, PostingKind.REVERSAL, PostingKind.REFUND, PostingKind.PAYMENT
PAYMENTS = [CERTIFICATE, CAPTURE]
ALL = snapshot(tee_and_mug(), PAYMENTS, [ONE_TEE_BACK])
AT = CHANGED + timedelta(days=5)
OUT = Unposting("operator:jo", AT)
AGAIN = replace(OUT, again_at=AT + timedelta(days=2))
REASON = "unposted by operator:jo on 2026-03-17"
Done = tuple[Booked, ...]


def tried(before: Done, made: Plan) -> Done:
    """The same, where nothing of a plan that was drawn is held."""
    assume(all(one.content is not None for one in made.postings))
    return grown(before, made)


def new(made: Plan, done: Done) -> list[tuple[PostingKind, int, int]]:
    known = {(one.kind, one.source, one.revision) for one in done}
    keys = [(one.kind, one.source, one.revision) for one in made.postings]
    return [key for key in keys if key not in known]


def test_everything_is_mirrored_the_newest_first() -> None:
    done = booked(planned(ALL))
    made = planned(ALL, booked=done, unposting=OUT)
    assert new(made, done) == [
        (PostingKind.UNPOST_REFUND, 12, 1),
        (PostingKind.UNPOST_PAYMENT, 85926390, 1),
        (PostingKind.UNPOST_PAYMENT, 85926313, 1),
        (PostingKind.UNPOST_SALE, 1042, 1),
    ]
    assert ledger(grown(done, made)) == {}
    assert len({one.content.key for one in grown(done, made) if isinstance(one.content, JournalEntry)}) == 8


def test_a_mirror_has_each_line_on_the_other_side_and_knows_what_it_takes_back() -> None:
    made = planned(ALL, booked=booked(planned(ALL)), unposting=OUT)
    assert shown(entry(made, PostingKind.UNPOST_REFUND)) == [
        "credit 4950 44.96 returns: refund 12",
        "credit 2200 3.71 tax: refund 12 TX Sales Tax",
        "debit 1091 48.67 clearing: refund 12",
    ]
    assert only(made, PostingKind.UNPOST_REFUND).reverses == "acme:refund:12:1"
    assert only(made, PostingKind.UNPOST_SALE).reverses == "acme:sale:1042:1"


def test_a_mirror_is_booked_on_the_day_of_the_unposting_under_its_own_text() -> None:
    made = planned(ALL, booked=booked(planned(ALL)), unposting=OUT)
    told = [
        (mirror.text, mirror.date)
        for one in made.postings
        if one.kind in UNPOSTS.values() and isinstance(mirror := one.content, JournalEntry)
    ]
    assert told == [
        ("BC-1042 unpost refund 12", date(2026, 3, 17)),
        ("BC-1042 unpost payment 85926390", date(2026, 3, 17)),
        ("BC-1042 unpost payment 85926313", date(2026, 3, 17)),
        ("BC-1042 unpost sale", date(2026, 3, 17)),
    ]


def test_an_unposted_order_is_left_out_with_all_its_money_whatever_comes() -> None:
    done = booked(planned(snapshot(tee_and_mug(), PAYMENTS)))
    done = grown(done, planned(ALL, booked=done, unposting=OUT))
    later = snapshot(tee_and_mug(), [*PAYMENTS, paid(9, "1.00")], [ONE_TEE_BACK])
    made = planned(later, booked=done, unposting=OUT)
    assert new(made, done) == []
    assert set(left_out(made).values()) == {REASON}
    assert set(left_out(made)) == {
        ("order", 1042),
        ("transaction", 85926313),
        ("transaction", 85926390),
        ("transaction", 9),
        ("refund", 12),
    }
    assert made.notices == ()


def test_a_booked_sales_order_is_told_of_and_stays() -> None:
    done = booked(planned(ALL, booking=Booking.FULL))
    made = planned(ALL, booked=done, unposting=OUT, booking=Booking.FULL)
    assert [one.content for one in made.postings if one.kind is PostingKind.SALES_ORDER] == [
        one.content for one in done if one.kind is PostingKind.SALES_ORDER
    ]
    assert [(one.code, one.what) for one in made.notices] == [
        ("unposted_document", f"{REASON}; its sales order BC-1042 is still booked")
    ]


def test_a_journal_whose_lines_were_not_kept_is_not_mirrored_by_guess() -> None:
    made = planned(ALL, booked=(Booked(SALE, 1042, 1, None),), unposting=OUT)
    assert faults(only(made, PostingKind.UNPOST_SALE)) == [
        "unexplained_total: the booked sale 1042 has no journal lines here to compare with or take back"
    ]


def test_what_a_person_booked_stays_where_it_is() -> None:
    by_hand = Booked(REFUND, 12, 1, None, by_hand=True)
    done = (*(one for one in booked(planned(ALL)) if one.kind is not REFUND), by_hand)
    made = planned(ALL, booked=done, unposting=OUT)
    assert {kind for kind, *_ in new(made, done)} == {PostingKind.UNPOST_SALE, PostingKind.UNPOST_PAYMENT}
    mirrors = [one for one in made.postings if one.content is not None and one.kind in UNPOSTS.values()]
    done += tuple(Booked(one.kind, one.source, one.revision, one.content, one.reverses) for one in mirrors)
    assert {kind for kind, *_ in new(planned(ALL, booked=done, unposting=AGAIN), done)} == {SALE, PAYMENT}


def test_what_is_booked_again_are_new_revisions_of_the_day_it_was_asked_for() -> None:
    done = booked(planned(ALL))
    done = grown(done, planned(ALL, booked=done, unposting=OUT))
    made = planned(ALL, booked=done, unposting=AGAIN)
    assert new(made, done) == [(SALE, 1042, 2), (PAYMENT, 85926313, 2), (PAYMENT, 85926390, 2), (REFUND, 12, 2)]
    dates = {one.content.date for one in made.postings[-4:] if isinstance(one.content, JournalEntry)}
    assert dates == {date(2026, 3, 19)}
    assert (made.left_out, made.notices) == ((), ())
    done = grown(done, made)
    assert new(planned(ALL, booked=done, unposting=AGAIN), done) == []
    assert ledger(done) == ledger(booked(planned(ALL)))


def test_what_was_never_booked_before_keeps_its_own_day() -> None:
    done = booked(planned(snapshot(tee_and_mug(), PAYMENTS)))
    done = grown(done, planned(ALL, booked=done, unposting=OUT))
    made = planned(ALL, booked=done, unposting=AGAIN)
    assert entry(made, REFUND).date == date(2026, 3, 10)
    assert only(made, REFUND).revision == 1


def test_a_mended_profile_books_what_is_booked_again() -> None:
    done = booked(planned(ALL))
    done = grown(done, planned(ALL, booked=done, unposting=OUT))
    mended = profile(**{'sales: "4000"': 'sales: "4001"'})
    assert ledger(grown(done, planned(ALL, booked=done, unposting=AGAIN, with_profile=mended)))["4001"] == -Decimal(
        "219.90"
    )
    assert "4000" not in ledger(grown(done, planned(ALL, booked=done, unposting=AGAIN, with_profile=mended)))


HUNDRED = order([line(1, priced("100.00"), quantity=10)], "100.00")
THIRTY = refund(30, "30.00", "0.00", [thing(RefundItemKind.PRODUCT, 1, 3)])
CARD = paid(1, "100.00")


def cancelled(taken: Snapshot) -> Snapshot:
    return replace(taken, order=replace(taken.order, status=OrderStatus.CANCELLED))


def test_a_cancelled_order_is_unposted_with_its_reversal_and_booked_again_as_the_money_that_is_owed() -> None:
    taken = snapshot(HUNDRED, [CARD], [THIRTY])
    done = booked(planned(taken))
    done = grown(done, planned(cancelled(taken), booked=done))
    gone = planned(cancelled(taken), booked=done, unposting=OUT)
    assert new(gone, done) == [
        (PostingKind.UNPOST_REVERSAL, 1042, 1),
        (PostingKind.UNPOST_REFUND, 30, 1),
        (PostingKind.UNPOST_PAYMENT, 1, 1),
        (PostingKind.UNPOST_SALE, 1042, 1),
    ]
    done = grown(done, gone)
    assert ledger(done) == {}
    again = planned(cancelled(taken), booked=done, unposting=AGAIN)
    assert new(again, done) == [(PAYMENT, 1, 2), (REFUND, 30, 2)]
    assert ledger(grown(done, again)) == {"1091": Decimal(70), "1200": Decimal(-70)}


def test_booked_again_and_cancelled_then_the_new_sale_is_reversed() -> None:
    taken = snapshot(HUNDRED, [CARD], [THIRTY])
    done = booked(planned(taken))
    done = grown(done, planned(taken, booked=done, unposting=OUT))
    done = grown(done, planned(taken, booked=done, unposting=AGAIN))
    made = planned(cancelled(taken), booked=done, unposting=AGAIN)
    assert new(made, done) == [(REVERSAL, 1042, 2)]
    assert only(made, REVERSAL).reverses == "acme:sale:1042:2"
    assert ledger(grown(done, made)) == {"1091": Decimal(70), "1200": Decimal(-70)}


@st.composite
def lived(draw: st.DrawFn) -> tuple[Bought, Done]:
    """An order with a past: refunds that came one by one, cancelled and reopened, unposted and booked again."""
    one, done, unposting = draw(bought()), (), None
    for _ in range(draw(st.integers(1, 4))):
        shown_refunds = one.refunds[: draw(st.integers(0, len(one.refunds)))]
        status = draw(st.sampled_from([one.order.status, OrderStatus.CANCELLED]))
        taken = replace(one.snapshot, order=replace(one.order, status=status), refunds=shown_refunds)
        done = tried(done, planned(taken, booked=done, unposting=unposting))
        if draw(st.booleans()):
            done = tried(done, planned(taken, booked=done, unposting=OUT))
            unposting = AGAIN
    return one, done


@given(lived())
def test_after_an_unposting_every_account_is_at_nothing(past: tuple[Bought, Done]) -> None:
    one, done = past
    done = tried(done, planned(one.snapshot, booked=done, unposting=OUT))
    assert ledger(done) == {}
    assert new(planned(one.snapshot, booked=done, unposting=OUT), done) == []


@given(lived())
def test_booked_again_the_accounts_are_as_if_it_were_booked_for_the_first_time(past: tuple[Bought, Done]) -> None:
    one, done = past
    done = tried(done, planned(one.snapshot, booked=done, unposting=OUT))
    again = tried(done, planned(one.snapshot, booked=done, unposting=AGAIN))
    assert ledger(again) == ledger(tried((), planned(one.snapshot)))
    keys = [(each.kind, each.source, each.revision) for each in again]
    assert len(set(keys)) == len(keys)


@given(lived(), st.data())
def test_however_far_it_came_an_unposting_goes_on_with_the_same_mirrors(
    past: tuple[Bought, Done], data: st.DataObject
) -> None:
    one, done = past
    made = planned(one.snapshot, booked=done, unposting=OUT)
    wanted = new(made, done)
    some = data.draw(st.lists(st.sampled_from(wanted), unique=True)) if wanted else []
    halfway = (*done, *(each for each in booked(made) if (each.kind, each.source, each.revision) in some))
    rest = planned(one.snapshot, booked=halfway, unposting=OUT)
    assert new(rest, halfway) == [each for each in wanted if each not in some]
    assert ledger(tried(halfway, rest)) == {}
