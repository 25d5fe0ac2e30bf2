"""What the door remembers of a connection: briefly, and never for long because somebody else is looking."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from webhooks.house_door import Memory


class House:
    """Secrets that change with the time of day."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 26, 12, tzinfo=UTC)
        self.memory: Memory[datetime] = Memory(cast("Any", self), lambda *_: self.time)

    def now(self) -> datetime:
        return self.time

    def age_of(self, seconds: float, *, another_looks: bool) -> float:
        """How old what it goes by is, so long after the first look."""
        self.memory.of("acme")
        self.time += timedelta(seconds=seconds)
        with self.memory._looking if another_looks else nullcontext():
            found = self.memory.of("acme")
        assert found is not None
        return (self.time - found).total_seconds()


@pytest.mark.parametrize(
    ("seconds", "another_looks", "age"), [(4, False, 4), (6, False, 0), (6, True, 6), (10, True, 0)]
)
def test_how_old_it_may_be(seconds: float, another_looks: bool, age: float) -> None:
    assert House().age_of(seconds, another_looks=another_looks) == age
