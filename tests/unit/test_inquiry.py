"""The law of posting as a table: what is done with each state and each finding."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from connector.domain.inquiry import Action, FindingState, decide
from connector.domain.posting import PostingState
from connector.domain.progress import OrderState, order_state

NOW = datetime(2026, 11, 23, tzinfo=UTC)
LATER = NOW + timedelta(seconds=1)

PLANNED = {
    FindingState.ABSENT: Action.SEND,
    FindingState.ORPHAN: Action.SEND,
    FindingState.REFUSED: Action.SEND,
    FindingState.PENDING: Action.AWAIT,
    FindingState.BOOKED: Action.CONFIRM,
    FindingState.UNPROVABLE: Action.LEAVE,
}
QUIET = {
    FindingState.ABSENT: Action.KEEP_QUIET,
    FindingState.ORPHAN: Action.KEEP_QUIET,
    FindingState.REFUSED: Action.REJECT,
    FindingState.PENDING: Action.AWAIT,
    FindingState.BOOKED: Action.CONFIRM,
    FindingState.UNPROVABLE: Action.LEAVE,
}
PROVEN = {**QUIET, FindingState.ABSENT: Action.SEND, FindingState.ORPHAN: Action.SEND}


@pytest.mark.parametrize("found", FindingState)
def test_a_planned_posting_is_sent_unless_it_is_there(found: FindingState):
    assert decide(PostingState.PLANNED, found, now=NOW, quiet_until=None) is PLANNED[found]


@pytest.mark.parametrize("found", FindingState)
def test_an_uncertain_posting_is_not_repeated_within_the_quiet_period(found: FindingState):
    assert decide(PostingState.UNCERTAIN, found, now=NOW, quiet_until=LATER) is QUIET[found]


@pytest.mark.parametrize("quiet_until", [None, NOW])
@pytest.mark.parametrize("found", FindingState)
def test_an_uncertain_posting_proven_absent_is_sent_again(found: FindingState, quiet_until: datetime | None):
    assert decide(PostingState.UNCERTAIN, found, now=NOW, quiet_until=quiet_until) is PROVEN[found]


@pytest.mark.parametrize("state", [PostingState.PLANNED, PostingState.UNCERTAIN])
@pytest.mark.parametrize("found", FindingState)
def test_a_posting_whose_buyer_was_forgotten_is_asked_about_as_ever_and_read_anew_before_it_is_sent(
    found: FindingState, state: PostingState
):
    expected = decide(state, found, now=NOW, quiet_until=NOW)
    told = decide(state, found, now=NOW, quiet_until=NOW, forgotten=True)
    assert told is (Action.READ_ANEW if expected is Action.SEND else expected)


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ([], OrderState.LEFT_OUT),
        ([PostingState.WITHDRAWN], OrderState.LEFT_OUT),
        ([PostingState.CONFIRMED, PostingState.WITHDRAWN], OrderState.POSTED),
        ([PostingState.CONFIRMED, PostingState.SENT], OrderState.OPEN),
        ([PostingState.CONFIRMED, PostingState.SENDING], OrderState.OPEN),
        ([PostingState.HELD, PostingState.PLANNED], OrderState.HELD),
        ([PostingState.UNCERTAIN, PostingState.HELD], OrderState.UNCERTAIN),
        ([PostingState.REJECTED, PostingState.UNCERTAIN], OrderState.REJECTED),
    ],
)
def test_an_order_stands_where_its_worst_posting_stands(states: list[PostingState], expected: OrderState):
    assert order_state(states, waiting=False) is expected


def test_an_order_that_owes_nothing_yet_waits():
    assert order_state([], waiting=True) is OrderState.WAITING


def test_an_order_whose_journals_are_all_taken_back_is_left_out_and_one_that_is_not_there_yet_is_open():
    assert order_state([PostingState.CONFIRMED], waiting=False, unposted=True) is OrderState.LEFT_OUT
    states = [PostingState.CONFIRMED, PostingState.PLANNED]
    assert order_state(states, waiting=False, unposted=True) is OrderState.OPEN
