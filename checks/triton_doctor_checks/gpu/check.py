"""Judges the NVIDIA driver and the GPUs that the deployment asks for, by what NVML says."""

from __future__ import annotations

from triton_doctor.api import Answers, Context, FactUnavailable, found, not_for_here, unsure
from triton_doctor.probes.cuda_rules import cuda_rules
from triton_doctor.probes.docker_engine import DockerEngine, docker_engine
from triton_doctor.probes.gpus import gpus
from triton_doctor.probes.release import release
from triton_doctor.probes.system import System, system
from triton_doctor_checks.gpu.nvml import judge_silence


def check(context: Context) -> Answers:
    """Driver first: where NVML does not start there are no GPUs to judge."""
    if not context.deployment.wants_gpu:
        yield not_for_here("none-asked")
        return
    context.start(gpus, system, docker_engine, release, cuda_rules)
    # Without an engine the area docker says why; a problem of this machine's GPUs is worth knowing.
    engine, here = context.known(docker_engine), context.fact(system)
    elsewhere = list(_elsewhere(engine, here))
    if elsewhere:
        yield from elsewhere
        return
    try:
        seen = context.fact(gpus)
    except FactUnavailable as error:
        yield unsure("silent", error=error.reason, blocks=True)
        return
    if seen.reading.state != "ok":
        yield from judge_silence(seen, here)
        return
    # Most of the judgement is needed, and loaded, on machines with a GPU only.
    from triton_doctor_checks.gpu.present import judge_gpus

    reachable = engine is not None and not engine.trouble
    yield from judge_gpus(context, seen, here, reachable=reachable)


def _elsewhere(engine: DockerEngine | None, here: System) -> Answers:
    """Where NVML of this machine says nothing about the GPUs that containers get."""
    if engine and engine.remote:
        yield unsure("remote", endpoint=engine.endpoint)
    elif here.kind == "macos":
        yield found("host/no-gpu-on-macos")
    elif here.kind == "wsl1":
        yield not_for_here("wsl1")
    elif engine and engine.kind == "desktop" and here.kind == "linux":
        yield unsure("desktop-on-linux")
