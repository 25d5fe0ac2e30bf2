"""Every suite that the contract holds for, and the fixture that opens each of them in turn."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import erp_financials
import erp_ln
import erp_m3
import erp_syteline
import pytest
from erp_rigs import Rig
from erp_suite import Suite

SUITES = {suite.name: suite for suite in (erp_m3.SUITE, erp_syteline.SUITE, erp_ln.SUITE, erp_financials.SUITE)}


def rigs(
    *, which: Callable[[Suite], object] = lambda _: True, settings: Callable[[Suite], dict[str, str]] = lambda _: {}
):
    """Make a fixture: a rig of each suite that ``which`` takes, with these settings of its company."""

    @pytest.fixture(params=[name for name, suite in SUITES.items() if which(suite)])
    def rig(request: pytest.FixtureRequest) -> Iterator[Rig]:
        suite = SUITES[request.param]
        with suite.rig(**settings(suite)) as made:
            yield made

    return rig


def writes(calls: Callable[[Suite], tuple[str, ...]]) -> list[tuple[str, str]]:
    """Pair each suite with each of some calls."""
    return [(name, call) for name, suite in SUITES.items() for call in calls(suite)]
