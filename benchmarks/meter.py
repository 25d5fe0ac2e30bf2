"""What a worker takes while it works: its memory, sampled from /proc, the most of it kept; and its CPU time."""

from __future__ import annotations

import os
import re
import threading
from contextlib import suppress
from pathlib import Path
from typing import Self

from tests.rig import children

EVERY = 0.5
_FIELD = re.compile(r"^(Rss|Pss): +(\d+) kB", re.MULTILINE)
_TICKS = os.sysconf("SC_CLK_TCK")


class Meter:
    """Watches a process and its children. Sizes are in MB, ``cpu`` in seconds.

    ``child`` is the most that one child had resident; ``worker`` the most proportional size of all together: what the
    machine would gain if they went.
    """

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)
        self._before = self._spent()
        self.child = self.worker = self.cpu = 0.0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        self.cpu = self._spent() - self._before

    def _sample(self) -> None:
        while not self._over.wait(EVERY):
            sizes = [_sizes(one) for one in children(self._pid)]
            self.child = max([self.child, *(size["Rss"] / 1024 for size in sizes)])
            self.worker = max(self.worker, sum(size["Pss"] for size in [_sizes(self._pid), *sizes]) / 1024)

    def _spent(self) -> float:
        return sum(map(_cpu, [self._pid, *children(self._pid)]))


def _sizes(pid: int) -> dict[str, int]:
    with suppress(OSError):
        return {name: int(size) for name, size in _FIELD.findall(Path(f"/proc/{pid}/smaps_rollup").read_text())}
    return {"Rss": 0, "Pss": 0}


def _cpu(pid: int) -> float:
    with suppress(OSError):
        user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / _TICKS
    return 0.0
