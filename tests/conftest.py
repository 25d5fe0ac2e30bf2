"""For all tests: three pytest processes share the machine, and whatever a test starts starts fast."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("shared machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("long", settings.get_profile("shared machine"), max_examples=2000)
settings.load_profile("shared machine")

os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # compiling is most of a program's start
os.environ["PYTHONPYCACHEPREFIX"] = str(Path(sys.prefix) / "pycache")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # in the background of a script
    signal.signal(signal.SIGINT, signal.default_int_handler)  # what a test starts can be interrupted all the same

SLOW = ("journeys", "concurrency", "contract")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the slow modules first, so that what is left for the end is short and both processes end together."""
    items.sort(key=lambda item: item.path.parent.name not in SLOW)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say once why tests/browser was left out."""
    if shutil.which("chromium") is None:
        terminalreporter.write_line(
            "tests/browser is skipped: no Chromium here; `apt-get install chromium` brings one"
        )
