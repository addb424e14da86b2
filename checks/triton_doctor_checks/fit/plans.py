"""What makes a model fit, as changes of its model.json."""

from __future__ import annotations

from collections.abc import Sequence

from triton_doctor.api import ASK, SAFE, Plan, Step, plan
from triton_doctor.probes.fit_facts import Change
from triton_doctor_checks.engine.settings import Settings

_SHOWN = 2


def plans(file: Settings | None, changes: Sequence[Change]) -> Plan | None:
    """The least painful change, with the next one in its place; None where no file is known."""
    chosen: Plan | None = None
    for change in reversed(list(changes)[:_SHOWN] if file else []):
        steps = file.put_all(change.values) if file else ()
        if file and steps:
            value = ", ".join(str(one) for one in change.values.values())
            chosen = _plan(change.kind, steps, chosen, file.path, value)
    return chosen


def _plan(kind: str, steps: tuple[Step, ...], instead: Plan | None, path: str, value: str) -> Plan:
    """A shorter context takes nothing from requests that are short anyway; the others cost."""
    if kind == "share":
        return plan("share", ASK, *steps, instead=instead, path=path, value=value)
    if kind == "steps":
        return plan("steps", ASK, *steps, instead=instead, path=path, value=value)
    if kind == "eager":
        return plan("eager", ASK, *steps, instead=instead, path=path, value=value)
    if kind == "cache":
        return plan("cache", ASK, *steps, instead=instead, path=path, value=value)
    if kind == "spread":
        return plan("spread", ASK, *steps, instead=instead, path=path, value=value)
    if kind == "checkpoint":
        return plan("checkpoint", ASK, *steps, instead=instead, path=path, value=value)
    return plan("length", SAFE, *steps, instead=instead, path=path, value=value)
