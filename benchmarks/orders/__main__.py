"""Runs the sections that are asked for, prints each as it is done, keeps all figures under ``var/bench``."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks import report

SECTIONS = ("intake", "pipeline", "quota", "calls", "growth", "cost")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.orders", description=__doc__)
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=f"of {', '.join(SECTIONS)}; all unless named")
    parser.add_argument("--quick", action="store_true", help="little of everything: shows that it runs, no figures")
    parser.add_argument("--whole", action="store_true", help="quota: 2,000 orders in windows of their real length")
    parser.add_argument("--folder", type=Path, default=report.FOLDER, help="where the figures are kept")
    chosen = parser.parse_args(arguments)
    for name in chosen.sections or SECTIONS:
        section = importlib.import_module(f"benchmarks.orders.{name}")
        load = os.getloadavg()[0]
        with tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True) as home:
            whole = chosen.whole and name == "quota"
            size = {"whole": True} if whole else {"quick": chosen.quick}
            figures = section.run(Path(home), **size) | {"load before": load}
        section.show(figures)
        file = f"orders-{name}-whole" if whole else f"orders-{name}"
        print(f"\n  the machine's load before it began: {load:.1f} on {os.cpu_count()} processors")
        print(f"\nall figures: {report.keep(file, figures, chosen.folder)}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
