from __future__ import annotations

from erp_suites import rigs

rig = rigs()
