"""Every suite that the contract holds for: how its rig is opened, and which calls write."""

from __future__ import annotations

import erp_m3

RIGS = {"m3": erp_m3.m3_rig}
CALLS = {"m3": erp_m3.CALLS}
