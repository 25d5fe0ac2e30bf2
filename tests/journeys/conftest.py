"""One whole system per module: its start is paid once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.rig import Rig


@pytest.fixture(scope="module")
def rig(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """A system that is up, with the options a module names in ``RIG`` and the processes it names in ``PROCESSES``."""
    with Rig(tmp_path_factory.mktemp("rig"), **getattr(request.module, "RIG", {})) as made:
        yield made.start(*getattr(request.module, "PROCESSES", ()))
