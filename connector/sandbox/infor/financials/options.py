"""What a test or a demo may choose about the simulated accounting entity."""

from __future__ import annotations

from dataclasses import dataclass

from connector.sandbox.infor.options import IonOptions


@dataclass(frozen=True, slots=True, kw_only=True)
class Options(IonOptions):
    """The entity's codes. ``batch_seconds`` is how long a run of the interface works after it answered."""

    enterprise_group: str = "FCE"
    accounting_entity: str = "10"
    system: str = "BC"
    ledger: str = "CORE"
