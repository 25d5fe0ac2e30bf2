from __future__ import annotations

from collections.abc import Iterator

import pytest
from erp_rigs import Rig
from erp_suites import RIGS


@pytest.fixture(params=sorted(RIGS))
def rig(request: pytest.FixtureRequest) -> Iterator[Rig]:
    with RIGS[request.param]() as made:
        yield made
