"""``python -m benchmarks.chaos --cases 1000 --seed 1``: a seed is a run; it goes on where it was stopped."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.chaos import matrix, report
from benchmarks.chaos.report import Diary
from benchmarks.chaos.wave import Wave

MOST = 96
"""Cases that run side by side in one system."""
WITHIN = 600.0
"""Seconds after which a wave is judged as it stands."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run cases until enough are done or the time is over; exit status 1 if anything was wrong."""
    asked = _parser().parse_args(arguments)
    began, diary = time.monotonic(), Diary(asked.seed, commit=report.commit(), afresh=asked.afresh)
    chosen = matrix.cases(asked.seed, asked.cases, accidents=asked.accident or matrix.ACCIDENTS)
    wanted = [case for case in chosen if case.number not in diary.finished]
    print(f"{len(wanted)} of {asked.cases} cases to run, of a matrix of {matrix.size()}; {diary.about}")
    if diary.others:
        print(f"{diary.others} kept cases of seed {asked.seed} are of another commit or matrix: they do not count")
    for number, (scene, cases) in enumerate(matrix.waves(wanted, asked.side_by_side), 1):
        if asked.seconds and time.monotonic() - began > asked.seconds:
            print("the time is over; the same command goes on from here")
            break
        with tempfile.TemporaryDirectory(prefix="chaos-") as folder:
            told = Wave(scene, cases, Path(folder), within=asked.within).run()
            diary.add(told, log=Path(folder) / "log")
        diary.keep(cases=asked.cases)
        wrong = sum(not result.verdict.right for result in told.results) + (not told.rest.right)
        print(f"wave {number}, {scene}: {len(cases)} cases in {told.seconds:.0f} s, {wrong} wrong", flush=True)
    print(f"\n{report.written(diary.rows())}\n")
    print("accidents that happened: " + ", ".join(f"{name} {count}" for name, count in diary.accidents().items()))
    for line in diary.wrong():
        print(f"wrong: {line.get('number', '')} {line.get('call', '')} / {line.get('fault', '')} /", end=" ")
        print(f"{line.get('accident', line.get('scene'))}: {'; '.join(line['said'])}")
    print(f"{diary.file}, {diary.table}")
    return 1 if diary.wrong() else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.chaos", description=__doc__)
    parser.add_argument("--cases", type=int, default=matrix.size(), help="how many; the whole matrix unless said")
    parser.add_argument("--seconds", type=float, default=0, help="begin no further wave after so long")
    parser.add_argument("--seed", type=int, default=1, help="chooses cases and their order")
    parser.add_argument("--accident", action="append", choices=matrix.ACCIDENTS, help="only this; repeat it for more")
    parser.add_argument("--side-by-side", type=int, default=MOST, help="cases in one system at a time")
    parser.add_argument("--within", type=float, default=WITHIN, help="seconds after which a wave is judged")
    parser.add_argument("--afresh", action="store_true", help="forget the finished cases of this seed")
    return parser


sys.exit(main())
