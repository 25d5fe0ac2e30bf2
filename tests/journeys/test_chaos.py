"""A few dozen cases of ``make chaos``: lost answers and accidents of one seed, then both sides are compared."""

from __future__ import annotations

import pytest

from benchmarks.chaos import matrix
from benchmarks.chaos.wave import Report, Wave

pytestmark = pytest.mark.long

SEED, CASES = 3, 24
CALLS = [call for call in (*matrix.ORDER_CALLS, *matrix.SHELF_CALLS) if call not in matrix.SLOW]


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """The first cases of a seed, all in one system."""
    cases = matrix.cases(SEED, CASES, calls=CALLS, accidents=matrix.STRIKES)
    return Wave("accidents", cases, tmp_path_factory.mktemp("chaos"), within=200, shelves=2).run()


def test_nothing_is_lost_doubled_left_or_unbalanced(report: Report) -> None:
    assert [(one.case.name, one.verdict.said) for one in report.results if not one.verdict.right] == []
    assert report.rest.said == []


def test_the_faults_and_accidents_really_happened(report: Report) -> None:
    assert len(report.results) == CASES
    assert sum(one.injected for one in report.results) >= CASES * 0.9
    assert set(report.accidents) == set(matrix.STRIKES) - {"nothing"}
