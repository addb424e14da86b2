"""What else is known of machine and engine: it chooses the advice."""

from __future__ import annotations

from triton_doctor.api import Context, Record
from triton_doctor.probes.docker_engine import DockerEngine, docker_engine
from triton_doctor.probes.gpus import Gpus, gpus
from triton_doctor.probes.system import System, system
from triton_doctor_checks.gpu.visible import handed


class Around(Record, frozen=True):
    """gpus: how many a container of this deployment should see, None where that is not known;
    nvml: what NVML says on the engine's own machine, None for a remote engine; uuids: of the GPUs
    it should see, empty where that is not known."""

    engine: DockerEngine
    system: System | None
    nvml: Gpus | None
    gpus: int | None
    uuids: frozenset[str] = frozenset()


def look_around(context: Context) -> Around:
    engine = context.fact(docker_engine)
    here = context.known(system)
    nvml = None if engine.remote else context.known(gpus)
    return Around(engine, here, nvml, _wanted(context, nvml), _uuids(context, nvml))


def _uuids(context: Context, nvml: Gpus | None) -> frozenset[str]:
    """Of a divided GPU a container lists the whole one too."""
    if nvml is None or nvml.reading.state != "ok":
        return frozenset()
    given = handed(nvml.reading.gpus, context.deployment.gpu_ids).gpus
    known = [gpu.uuid for gpu in given]
    return frozenset(known) if all(known) else frozenset()


def _wanted(context: Context, nvml: Gpus | None) -> int | None:
    asked = context.deployment.gpu_ids
    if asked is not None:
        return len(asked)
    if nvml is None or nvml.reading.state != "ok":
        return None
    return len(nvml.reading.gpus)
