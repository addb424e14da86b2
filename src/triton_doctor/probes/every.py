"""All probes of the house by name: what a bundle may carry facts of."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import triton_doctor.probes as home
from triton_doctor.probes.base import Probe


@cache
def probes() -> dict[str, Probe[Any]]:
    """Every probe that is defined in this package."""
    found: dict[str, Probe[Any]] = {}
    for module in iter_modules(home.__path__):
        if module.name != "every":
            loaded = vars(import_module(f"{home.__name__}.{module.name}"))
            found.update({one.name: one for one in loaded.values() if isinstance(one, Probe)})
    return found


def carried(facts: dict[str, Any]) -> dict[str, Any]:
    """The facts of probes of the house, by the fields that their records have, and no others."""
    import msgspec

    kept = {}
    for name, fact in facts.items():
        if name in probes():
            kept[name] = msgspec.to_builtins(msgspec.convert(fact, probes()[name].returns))
    return kept
