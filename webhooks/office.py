"""The console's office in this system: the house, and the bell that rings the workers."""

from __future__ import annotations

from connector.console import Office
from connector.flows.house import House
from connector.records.runs import Run
from connector.settings import Settings
from connector.telemetry import logs
from tasks import chains, fit

_log = logs.logger(__name__)


def office(house: House, settings: Settings) -> Office:
    """Put the office into the house."""
    return Office(house, _ring, _rehearse, settings.session_key())


def _rehearse(rehearsal: int) -> None:
    """Ring for a rehearsal; where the broker is down, its page says that nobody is at it and asks again."""
    try:
        fit.turn.apply_async(kwargs={"rehearsal": rehearsal})
    except Exception:  # noqa: BLE001 - what was asked for is committed
        _log.warning("console.not_dispatched", exc_info=True)


def _ring(run: Run | None) -> None:
    """Send a run to the workers; where the broker is down, the sweep finds it and the click counts all the same."""
    try:
        chains.dispatch(run)
    except Exception:  # noqa: BLE001 - what was asked for is committed, and beat finds what is due
        _log.warning("console.not_dispatched", exc_info=True)
