"""Judges the GPUs of a machine on which the driver answers."""

from __future__ import annotations

from triton_doctor.api import (
    ASK,
    Answers,
    Context,
    found,
    gib,
    plan,
    setting,
    sound,
    unsure,
)
from triton_doctor.probes.gpu_kernel import KernelFaults, gpu_kernel
from triton_doctor.probes.gpus import GpuReading, Gpus
from triton_doctor.probes.images import images
from triton_doctor.probes.system import System
from triton_doctor_checks.gpu.fit import judge_fit
from triton_doctor_checks.gpu.health import judge_health
from triton_doctor_checks.gpu.memory import judge_memory, judge_width, wanted
from triton_doctor_checks.gpu.needs import judge_needs
from triton_doctor_checks.gpu.nvml import judge_wsl
from triton_doctor_checks.gpu.several import judge_together, judge_view, seen_inside
from triton_doctor_checks.gpu.state import judge_state
from triton_doctor_checks.gpu.visible import Handed, handed


def judge_gpus(context: Context, seen: Gpus, here: System, *, reachable: bool) -> Answers:
    """reachable: the engine can be asked."""
    context.start(images, gpu_kernel)
    reading = seen.reading
    given = handed(reading.gpus, context.deployment.gpu_ids)
    chosen, kernel = list(given.gpus), context.known(gpu_kernel) or KernelFaults("hidden")
    yield from _missing(context, seen, given)
    yield from judge_wsl(seen)
    yield from judge_health(seen, chosen, kernel)
    answering = [gpu for gpu in chosen if not gpu.code]
    hidden = kernel.state == "hidden"
    if hidden and any(gpu.code or gpu.ecc_errors or gpu.recovery for gpu in chosen):
        yield unsure("kernel-log")
    if not answering:
        return
    yield from judge_state(answering, here)
    yield from judge_fit(context, seen, here, answering)
    yield from _inside(
        context, seen, answering, lost=len(chosen) - len(answering), reachable=reachable
    )
    cuda = "{}.{}".format(*reading.cuda) if reading.cuda else "unknown"
    case = "no-log" if hidden else "default"
    yield sound(case, gpus=_listed(answering), driver=reading.driver, cuda=cuda)


def _inside(
    context: Context, seen: Gpus, gpus: list[GpuReading], *, lost: int, reachable: bool
) -> Answers:
    """What the server finds of the GPUs that its container has."""
    inside = seen_inside(context, gpus)
    yield from judge_view(context, inside, len(gpus))
    if not inside.gpus:
        return
    yield from judge_width(context, inside.devices + lost)
    yield from judge_together(seen, inside, wanted(context).devices)
    yield from judge_needs(context, list(inside.gpus))
    yield from judge_memory(context, seen, inside, reachable)


def _missing(context: Context, seen: Gpus, given: Handed) -> Answers:
    """GPUs that are asked for by number or UUID and do not exist, or none at all."""
    count = len(seen.reading.gpus)
    if not count:
        yield found("too-few", case="none", wanted=context.deployment.gpus, seen=0)
        return
    for word in given.absent:
        every = plan("all", ASK, setting("gpus", "all"))
        case = "number" if word.isdigit() else "uuid"
        yield found("too-few", case=case, wanted=word, seen=count, fix=every)


def _listed(chosen: list[GpuReading]) -> str:
    """GPUs as a person lists them: equal ones together, memory with what is free of it."""
    groups: dict[tuple[str, int], list[GpuReading]] = {}
    for gpu in chosen:
        groups.setdefault((gpu.name, gpu.total), []).append(gpu)
    return ", ".join(_group(*key, group) for key, group in groups.items())


def _group(name: str, total: int, group: list[GpuReading]) -> str:
    many = f"{len(group)} x " if len(group) > 1 else ""
    if not total:
        return f"{many}{name}"
    free = gib(min(gpu.free for gpu in group)).removesuffix(" GiB")
    size = f"{gib(total)} each (at least {free} free)" if many else f"{gib(total)} ({free} free)"
    return f"{many}{name}, {size}"
