"""What the audience sees: a line per step, live gauges on a terminal, tables at the end."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from rich.console import Console
from rich.markup import escape
from rich.panel import Panel
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

PAPER_WIDTH = 120
"""How wide it is written where no terminal says so."""


@dataclass(frozen=True, slots=True)
class Gauge:
    """How much of something is there by now."""

    what: str
    now: int
    of: int


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; a ``tight`` one is never cut, a ``right`` one holds amounts."""

    name: str
    tight: bool = True
    right: bool = False


class Gauges:
    """Bars that follow the work; nothing at all where there is no terminal."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._tasks = {}  # type: ignore[var-annotated]

    def show(self, gauges: Iterable[Gauge]) -> None:
        """Move the bars."""
        for gauge in gauges:
            if gauge.what not in self._tasks:
                self._tasks[gauge.what] = self._progress.add_task(gauge.what, total=gauge.of)
            self._progress.update(self._tasks[gauge.what], completed=min(gauge.now, gauge.of), total=gauge.of)


class Display:
    """The demonstration on a console."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(highlight=False)
        if not self.console.is_terminal:
            self.console.width = PAPER_WIDTH
        self._began = self._last = time.monotonic()

    @property
    def seconds(self) -> float:
        """How long it has been going on."""
        return time.monotonic() - self._began

    def say(self, text: str) -> None:
        """Print a paragraph."""
        self.console.print(text)

    def chapter(self, title: str) -> None:
        """Begin a chapter."""
        self.console.print(f"\n[bold]{title}[/bold]")

    def done(self, text: str) -> None:
        """Tick off a step, with the time since the one before."""
        now = time.monotonic()
        self.console.print(f"  [green]✓[/green] {text} [dim]{now - self._last:.1f} s[/dim]")
        self._last = now

    def lines(self, lines: Iterable[str]) -> None:
        """Print words of others, as they are."""
        for line in lines:
            self.console.print(f"      {escape(line)}")

    def check(self, text: str, *, ok: bool) -> None:
        """Print something that holds, or does not."""
        mark = "[green]✓[/green]" if ok else "[red]✗[/red]"
        self.console.print(f"  {mark} {escape(text)}")

    def table(self, columns: Sequence[Column], rows: Iterable[Sequence[str]], *, ends: frozenset[int]) -> None:
        """Print a table; behind the rows named in ``ends`` comes a gap."""
        shown = Table(header_style="bold", box=None, pad_edge=False, padding=(0, 1))
        for column in columns:
            justify = "right" if column.right else "left"
            shown.add_column(column.name, justify=justify, no_wrap=True, overflow="ellipsis", ratio=None)
            if not column.tight:
                shown.columns[-1].max_width = 60
        for number, row in enumerate(rows):
            shown.add_row(*map(escape, row), end_section=number in ends)
        self.console.print(shown)
