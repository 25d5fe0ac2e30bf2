"""A run's finished cases as JSON lines, so that it can go on; its table for a person, and as JSON."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.chaos.matrix import ACCIDENTS
from benchmarks.chaos.wave import Report

FOLDER = Path("var/chaos")
WRONG = ("duplicates", "lost", "orphans", "unbalanced", "differing")
HEAD = ("accident", "cases", "injected", "struck", *WRONG, "seconds")


class Diary:
    """The finished cases of one seed."""

    def __init__(self, seed: int, *, folder: Path = FOLDER, afresh: bool = False) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.file = folder / f"seed-{seed}.jsonl"
        self.table = folder / f"seed-{seed}.json"
        if afresh:
            self.file.unlink(missing_ok=True)
        written = self.file.read_text().splitlines() if self.file.exists() else []
        self.lines: list[dict[str, Any]] = [json.loads(line) for line in written]

    @property
    def finished(self) -> set[int]:
        """The numbers of the cases that need not run again."""
        return {line["number"] for line in self.lines if "number" in line}

    def add(self, report: Report, log: Path) -> None:
        """Write a wave's cases down, and one line about it as a whole; what the processes said, if it went wrong."""
        share = round(report.seconds / max(1, len(report.results)), 3)
        lines = [{**result.as_line(), "seconds": share} for result in report.results]
        rest = {name: getattr(report.rest, name) for name in (*WRONG, "said")}
        lines.append({"scene": report.scene, "accidents": report.accidents, **rest, "seconds": 0.0})
        with self.file.open("a") as file:
            file.writelines(f"{json.dumps(line)}\n" for line in lines)
        self.lines += lines
        if any(line[name] for line in lines for name in WRONG):
            shutil.copy(log, self.file.with_name(f"{self.file.stem}-wave-{len(self.lines)}.log"))

    def wrong(self) -> list[dict[str, Any]]:
        """Give the lines that tell of something wrong."""
        return [line for line in self.lines if any(line[name] for name in WRONG)]

    def rows(self) -> list[list[Any]]:
        """Give the table: a row for each accident, what belongs to no case, and the sum."""
        grouped = [(name, [line for line in self.lines if line.get("accident") == name]) for name in ACCIDENTS]
        whole = ("as a whole", [line for line in self.lines if "number" not in line])
        return [_row(name, lines) for name, lines in [*grouped, whole, ("all", self.lines)]]

    def keep(self, **about: Any) -> None:
        """Write the table as JSON."""
        rows = [dict(zip(HEAD, row, strict=True)) for row in self.rows()]
        self.table.write_text(json.dumps({**about, "table": rows, "wrong": self.wrong()}, indent=2) + "\n")


def _row(name: str, lines: Sequence[dict[str, Any]]) -> list[Any]:
    counted = [sum(line.get(key, 0) for line in lines) for key in ("injected", "struck", *WRONG)]
    seconds = sum(line["seconds"] for line in lines)
    return [name, sum("number" in line for line in lines), *counted, round(seconds)]


def written(rows: Iterable[Sequence[Any]]) -> str:
    """Lay a table out as Markdown does, numbers to the right."""
    cells = [list(map(str, HEAD)), *(list(map(str, row)) for row in rows)]
    widths = [max(len(line[place]) for line in cells) for place in range(len(HEAD))]
    lines = [_line(line, widths) for line in cells]
    ruler = "|".join(["", "-" * (widths[0] + 2), *("-" * (width + 1) + ":" for width in widths[1:]), ""])
    return "\n".join([lines[0], ruler, *lines[1:]])


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = zip(cells, widths, strict=True)
    padded = [first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]
    return f"| {' | '.join(padded)} |"
