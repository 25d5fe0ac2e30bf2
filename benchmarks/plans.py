"""How PostgreSQL goes about what is asked of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from tests.rig import Rig


@contextmanager
def heard(rig: Rig) -> Iterator[list[tuple[str, Any]]]:
    """Note every statement that is sent while the block runs."""
    statements: list[tuple[str, Any]] = []
    engine = rig.house.database._engine  # noqa: SLF001  # only a benchmark wants to know

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        statements.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


def of(rig: Rig, statements: Sequence[tuple[str, Any]]) -> list[str]:
    """Explain those that only read, as they run."""
    told = []
    for statement, parameters in statements:
        if not statement.lstrip().upper().startswith("SELECT") or " FOR " in statement:
            continue
        with rig.house.database.begin() as tx:
            rows = tx.exec_driver_sql(f"EXPLAIN (ANALYZE, BUFFERS, COSTS OFF) {statement}", parameters)
            told.append("\n".join([statement, *(f"    {row[0]}" for row in rows)]))
    return told
