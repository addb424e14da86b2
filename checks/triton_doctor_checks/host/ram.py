"""Whether there is RAM enough to load a model, here and in the machine that Docker runs in."""

from __future__ import annotations

from triton_doctor.api import Answer, Answers, Severity, found, gib
from triton_doctor.probes.docker_engine import DockerEngine
from triton_doctor.probes.system import System

# Rules of thumb, and so warnings only. Python with PyTorch, CUDA and vLLM takes 3 to 4 GiB of RAM
# in the server and its engine before the first weight is read.
LEAST_FREE = 4 << 30
# A virtual machine has its own system and the page cache for the weights besides.
LEAST_VM = 8 << 30
# Docker Desktop and WSL give their machine a part of the RAM; less than this is a part, not a loss.
_PART = 0.9


def judge_ram(here: System, engine: DockerEngine | None, *, serving: bool) -> Answers:
    """One answer at most: the smaller machine decides. serving: the server runs already, and what
    is left beside it says nothing."""
    if engine and engine.remote:
        if 0 < engine.memory < LEAST_VM:
            yield _low("low", engine.endpoint, gib(engine.memory))
    elif here.kind == "wsl2" and 0 < here.memory < LEAST_VM:
        yield _low("low-wsl", "WSL 2", gib(here.memory))
    elif engine and _in_small_vm(here, engine):
        case = "low-wsl" if here.kind in ("windows", "wsl2") else "low-desktop"
        yield _low(case, "Docker Desktop", gib(engine.memory))
    elif here.memory and here.available < LEAST_FREE and not serving:
        yield _low("low", "this machine", f"{gib(here.available)} of {gib(here.memory)}")


def _low(case: str, who: str, memory: str) -> Answer:
    warning = Severity.WARNING
    return found("out-of-memory", case=case, severity=warning, who=who, memory=memory)


def _in_small_vm(here: System, engine: DockerEngine) -> bool:
    """Docker lives in a virtual machine with a part of this machine's RAM, and that is little."""
    part = here.kind == "wsl2" or engine.memory < _PART * here.memory
    return engine.kind == "desktop" and part and 0 < engine.memory < LEAST_VM
