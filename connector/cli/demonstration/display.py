"""What the audience sees: a line per step, live bars on a terminal, tables at the end."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from rich.console import Console
from rich.panel import Panel
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

PAPER_WIDTH = 120
"""How wide it is written where no terminal says so."""


@dataclass(frozen=True, slots=True)
class Bar:
    """How much of something is there by now."""

    what: str
    now: int
    of: int


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: ``right`` for amounts, ``loose`` for words that may be cut where space is short."""

    name: str
    right: bool = False
    loose: bool = False


class Bars:
    """Bars that follow the work; nothing at all where there is no terminal."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._bars: dict[str, TaskID] = {}

    def show(self, bars: Iterable[Bar]) -> None:
        """Move the bars."""
        for bar in bars:
            if bar.what not in self._bars:
                self._bars[bar.what] = self._progress.add_task(bar.what, total=bar.of)
            self._progress.update(self._bars[bar.what], completed=min(bar.now, bar.of))


class Display:
    """The demonstration on a console. What it is given is printed as it is: nothing in it is markup."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(highlight=False)
        if not self.console.is_terminal:
            self.console.width = PAPER_WIDTH
        self._began = self._last = time.monotonic()

    @property
    def seconds(self) -> float:
        """How long it has been going on."""
        return time.monotonic() - self._began

    def say(self, *lines: str, style: str = "") -> None:
        """Print lines."""
        for line in lines:
            self.console.print(Text(line, style))

    def chapter(self, title: str) -> None:
        """Begin a chapter."""
        self.say("", title, style="bold")

    def done(self, what: str) -> None:
        """Tick off a step, with the time since the one before."""
        now = time.monotonic()
        self.console.print(_ticked(what, ok=True).append(f"  {now - self._last:.1f} s", "dim"))
        self._last = now

    def check(self, what: str, *, ok: bool) -> None:
        """Print something that holds, or does not."""
        self.console.print(_ticked(what, ok=ok))

    def verdict(self, *lines: str, ok: bool) -> None:
        """Print how it ended, in a box."""
        self.console.print(Panel(Text("\n".join(lines)), border_style="green" if ok else "red", expand=False))

    def table(self, columns: Sequence[Column], sections: Iterable[Sequence[Sequence[str]]]) -> None:
        """Print a table in sections of rows."""
        shown = Table(header_style="bold", box=None, pad_edge=False, padding=(0, 2, 0, 0))
        for column in columns:
            justify = "right" if column.right else "left"
            shown.add_column(column.name, justify=justify, no_wrap=not column.loose)  # type: ignore[arg-type]
        for rows in sections:
            for row in rows:
                shown.add_row(*(Text(cell, no_wrap=True, overflow="ellipsis") for cell in row))
            shown.add_row()
        self.console.print(shown)

    @contextmanager
    def bars(self) -> Iterator[Bars]:
        """Show bars while the block runs."""
        columns = (TextColumn("      {task.description:<34}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(
            *columns, console=self.console, transient=True, disable=not self.console.is_terminal
        ) as progress:
            yield Bars(progress)


def _ticked(what: str, *, ok: bool) -> Text:
    return Text("  ").append("✓" if ok else "✗", "green" if ok else "red").append(f" {what}")
