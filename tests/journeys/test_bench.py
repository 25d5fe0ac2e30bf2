"""Every section of ``make bench`` runs, and what it rests on holds, at a size at which its figures mean nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.orders.__main__ import SECTIONS
from connector.cli.processes import ROOT

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]


@pytest.mark.parametrize("section", SECTIONS)
def test_a_section_runs(section: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "benchmarks.orders", section, "--quick", "--folder", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    assert [file.name for file in tmp_path.iterdir()] == [f"orders-{section}.json"]
