"""Repairs for what a log showed of the machine's own limits. Pure."""

from __future__ import annotations

from triton_doctor.api import SAFE, Context, Found, Plan, plan, setting, size

PLENTY = "1g"  # what Triton's own examples of docker run ask for


def repair(context: Context, seen: Found) -> Plan | None:
    """More shared memory, where the deployment does not ask for that much already."""
    asked = size(context.deployment.shm_size or 0) or 0
    if seen.problem != "host/shm-too-small" or asked >= (size(PLENTY) or 0):
        return None
    return plan("larger", SAFE, setting("shm-size", PLENTY), enough=PLENTY)
