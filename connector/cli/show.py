"""How answers look: a table for people, one JSON document with ``--json`` for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from connector.domain.connection import Check
from connector.domain.faults import Fault
from connector.domain.text import legible

console = Console(highlight=False, width=None if sys.stdout.isatty() else 180)  # a pipe has no width of its own

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


def plain(value: object) -> Any:
    """Turn an answer into what JSON knows; amounts stay text, sealed bytes stay sealed."""
    return json.loads(json.dumps(value, default=_plain))


def _plain(value: Any) -> object:
    names = _names(value)
    if names:
        return {name: getattr(value, name) for name in names}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return f"{value.total_seconds():g}s"
    return f"{len(value)} sealed bytes" if isinstance(value, bytes) else dict(value)


def _names(value: Any) -> Sequence[str]:
    """What a thing with names of its own is told by."""
    if isinstance(value, Fault):
        return "code", "what", "detail", "advice"
    return [field.name for field in fields(value)] if is_dataclass(value) else ()


def as_document(value: object) -> None:
    """Print one JSON document."""
    click.echo(json.dumps(plain(value), indent=2, ensure_ascii=False))


def as_list(values: Iterable[object]) -> None:
    """Print one JSON document, a list, while its values come: there may be many."""
    before = "["
    for value in values:
        click.echo(f"{before}\n{json.dumps(plain(value), ensure_ascii=False)}", nl=False)
        before = ","
    click.echo("[]" if before == "[" else "\n]")


def table(
    columns: Sequence[str], rows: Iterable[Sequence[object]], *, title: str = "", right: Sequence[str] = ()
) -> None:
    """Print a table; columns named in ``right`` are aligned as amounts."""
    shown = Table(title=title or None, title_justify="left", header_style="bold", box=None, pad_edge=False)
    for column in columns:
        shown.add_column(column, justify="right" if column in right else "left", overflow="fold")
    for row in rows:
        shown.add_row(*(text(cell) for cell in row))
    console.print(shown)


def text(cell: object) -> str:
    """Write one cell; nothing in it is taken for markup, or obeyed by the terminal."""
    written = plain(cell)
    return "" if written is None else escape(legible(str(written)))


def checks(lines: Sequence[Check], *, as_json: bool) -> bool:
    """Print checks, each on its own line; tells whether all hold."""
    if as_json:
        as_document(lines)
    for line in [] if as_json else lines:
        mark = "[green]ok  [/green]" if line.ok else "[red]FAIL[/red]"
        remedy = f"\n       → {text(line.remedy)}" if line.remedy and not line.ok else ""
        console.print(f"{mark} {text(line.name)}: {text(line.detail)}{remedy}")
    return all(line.ok for line in lines)
