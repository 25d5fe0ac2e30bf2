"""A posting moves along its arrows and nowhere else."""

from __future__ import annotations

from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.domain.posting import ARROWS, BEHIND, IllegalMove, PostingState, check_move

STATES = list(PostingState)


@pytest.mark.parametrize(("current", "target"), list(product(STATES, STATES)))
def test_a_move_is_allowed_exactly_along_an_arrow(current: PostingState, target: PostingState) -> None:
    if target in ARROWS[current]:
        check_move(current, target)
    else:
        with pytest.raises(IllegalMove, match=f"a {current.value} posting cannot become {target.value}"):
            check_move(current, target)


def test_every_state_has_its_arrows_and_a_confirmed_posting_has_none() -> None:
    assert set(ARROWS) == set(STATES)
    assert ARROWS[PostingState.CONFIRMED] == frozenset()


@given(st.lists(st.sampled_from(STATES), max_size=12))
def test_only_what_was_on_its_way_is_rejected_or_uncertain(wishes: list[PostingState]) -> None:
    state, path = PostingState.PLANNED, [PostingState.PLANNED]
    for wish in wishes:
        if wish in ARROWS[state]:
            state = wish
            path.append(wish)
    for before, after in pairwise(path):
        if after is PostingState.REJECTED:
            assert before in {PostingState.SENDING, PostingState.UNCERTAIN, PostingState.SENT}
        if after is PostingState.UNCERTAIN:
            assert before in {PostingState.SENDING, PostingState.SENT}


def test_a_posting_that_may_be_lost_lets_nothing_pass() -> None:
    assert BEHIND.isdisjoint({PostingState.SENDING, PostingState.UNCERTAIN, PostingState.HELD, PostingState.REJECTED})
