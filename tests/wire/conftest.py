"""The store at the HTTP edge, for every test of its client."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import responses
from bigcommerce_rig import CountedBudget, Edge, Trail, a_store

from connector.bigcommerce.client import BigCommerce


@pytest.fixture
def edge() -> Iterator[Edge]:
    """Canned answers by path."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield Edge(mock)


@pytest.fixture
def trail() -> Trail:
    """What was recorded."""
    return Trail()


@pytest.fixture
def budget() -> CountedBudget:
    """What was reserved."""
    return CountedBudget()


@pytest.fixture
def store(edge: Edge, trail: Trail, budget: CountedBudget) -> BigCommerce:
    """The client under test."""
    return a_store(trail, budget)
