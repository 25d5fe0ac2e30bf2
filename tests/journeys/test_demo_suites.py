"""``ml-connector demo --suite X`` for every suite that has a simulator, on a fair day and with the fault dial up."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from connector.cli.processes import ROOT
from connector.sandbox.infor.suites import SIMULATORS

pytestmark = pytest.mark.long


@pytest.mark.timeout(900)
@pytest.mark.parametrize("faults", [(), ("--faults",)], ids=["fair", "faults"])
@pytest.mark.parametrize("suite", sorted(SIMULATORS))
def test_the_books_of_every_suite_tie_out(suite: str, faults: tuple[str, ...], tmp_path: Path):
    ended = subprocess.run(
        [sys.executable, "-m", "connector.cli", "demo", "--suite", suite, "--orders", "20", *faults],
        env=os.environ | {"ML_CONNECTOR_HOME": str(tmp_path)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout[-4000:] + ended.stderr[-4000:]
    assert "Both sides tie out." in ended.stdout
    assert "✗" not in ended.stdout
    assert bool(faults) == ("faults were injected" in ended.stdout)
