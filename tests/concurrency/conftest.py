"""One PostgreSQL per module, with this program's schema."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.database import migrated


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where it is."""
    postgres = migrated(tmp_path_factory.mktemp("postgres")).start()
    yield postgres.url
    postgres.discard()
