"""Which containers may hold memory of a GPU."""

from __future__ import annotations

from typing import Protocol, TypeVar

from triton_doctor.probes.base import Probe
from triton_doctor.probes.containers import Containers, containers
from triton_doctor.probes.gpus import Gpus

F = TypeVar("F")


class Facts(Protocol):
    """What both a check and a command have."""

    def known(self, probe: Probe[F]) -> F | None: ...


def holding(context: Facts, seen: Gpus) -> Containers | None:
    """All of the engine's; asked for only where a GPU is held from within one."""
    if not any(one.container for one in seen.holders):
        return None
    return context.known(containers)
