"""A run's finished cases as JSON lines, so that it can go on; its table for a person, and as JSON."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.chaos.judge import WRONG
from benchmarks.chaos.matrix import ACCIDENTS, fingerprint
from benchmarks.chaos.wave import Report

FOLDER = Path("var/chaos")
HEAD = ("accident", "cases", "injected", "struck", *WRONG, "seconds")


class Diary:
    """The finished cases of one seed: those of this commit and this matrix count, ``others`` is how many do not."""

    def __init__(self, seed: int, *, commit: str, folder: Path = FOLDER, afresh: bool = False) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.file = folder / f"seed-{seed}.jsonl"
        self.table = folder / f"seed-{seed}.json"
        self.of = {"seed": seed, "commit": commit, "matrix": fingerprint(seed)}
        if afresh:
            self.file.unlink(missing_ok=True)
        written = [json.loads(line) for line in self.file.read_text().splitlines()] if self.file.exists() else []
        self.lines: list[dict[str, Any]] = [line for line in written if line.items() >= self.of.items()]
        self.others = sum("number" in line for line in written) - len(self.finished)

    @property
    def about(self) -> str:
        """What this run is of."""
        return ", ".join(f"{name} {value}" for name, value in self.of.items())

    @property
    def finished(self) -> set[int]:
        """The numbers of the cases that need not run again."""
        return {line["number"] for line in self.lines if "number" in line}

    def add(self, report: Report, log: Path) -> None:
        """Write a wave's cases down, and one line about it as a whole; what the processes said, if it went wrong."""
        share = round(report.seconds / max(1, len(report.results)), 3)
        lines = [{**self.of, **result.as_line(), "seconds": share} for result in report.results]
        rest = {name: getattr(report.rest, name) for name in (*WRONG, "said")}
        lines.append({**self.of, "scene": report.scene, "accidents": report.accidents, **rest, "seconds": 0.0})
        with self.file.open("a") as file:
            file.writelines(f"{json.dumps(line)}\n" for line in lines)
        self.lines += lines
        if any(line[name] for line in lines for name in WRONG):
            shutil.copy(log, self.file.with_name(f"{self.file.stem}-{self.of['commit']}-wave-{len(self.lines)}.log"))

    def wrong(self) -> list[dict[str, Any]]:
        """Give the lines that tell of something wrong."""
        return [line for line in self.lines if any(line[name] for name in WRONG)]

    def accidents(self) -> Counter[str]:
        """Count the accidents that really happened; each strikes all that are in the middle of something."""
        return sum((Counter(line.get("accidents", {})) for line in self.lines), Counter())

    def rows(self) -> list[list[Any]]:
        """Give the table: a row for each accident, what belongs to no case, and the sum."""
        grouped = [(name, [line for line in self.lines if line.get("accident") == name]) for name in ACCIDENTS]
        whole = ("as a whole", [line for line in self.lines if "number" not in line])
        return [_row(name, lines) for name, lines in [*grouped, whole, ("all", self.lines)]]

    def keep(self, **about: Any) -> None:
        """Write the table as JSON."""
        rows = [dict(zip(HEAD, row, strict=True)) for row in self.rows()]
        told = {**self.of, **about, "accidents": self.accidents(), "table": rows, "wrong": self.wrong()}
        self.table.write_text(json.dumps(told, indent=2) + "\n")


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


def commit() -> str:
    """Say which commit runs; one that was changed since is told from the commit, and from other changes of it."""
    head, state, changes = (
        _git(*words) for words in (("rev-parse", "--short", "HEAD"), ("status", "-s"), ("diff", "HEAD"))
    )
    mark = hashlib.sha256(f"{state}{changes}".encode()).hexdigest()[:8]
    return f"{head}+changes-{mark}" if state else head or "unknown"


def _git(*words: str) -> str:
    """Ask git; nothing where there is none, or no clone."""
    if not shutil.which("git"):
        return ""
    return subprocess.run(["git", *words], capture_output=True, text=True, check=False).stdout.strip()  # noqa: S603, S607
