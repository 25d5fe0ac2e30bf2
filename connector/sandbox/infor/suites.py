"""Every suite that has a simulator."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connector.sandbox.infor.financials.app import InforFinancials
from connector.sandbox.infor.ln.app import InforLn
from connector.sandbox.infor.m3.app import InforM3
from connector.sandbox.infor.simulator import Simulator
from connector.sandbox.infor.syteline.app import InforSyteLine

SIMULATORS: Mapping[str, type[Simulator[Any]]] = {
    one.suite: one for one in (InforM3, InforSyteLine, InforLn, InforFinancials)
}
