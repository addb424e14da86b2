"""Whether each GPU has the share of its memory free that vLLM takes at start, and who holds it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from triton_doctor.api import (
    ASK,
    SHOW,
    Answer,
    Context,
    Plan,
    Record,
    Severity,
    command,
    found,
    gib,
    plan,
)
from triton_doctor.probes.containers import Containers
from triton_doctor.probes.gpus import GpuProcess, GpuReading, Gpus
from triton_doctor.probes.holding import holding
from triton_doctor.probes.repository import engine_arguments, repository
from triton_doctor_checks.engine.settings import Settings, settings
from triton_doctor_checks.gpu.repair import smaller_share
from triton_doctor_checks.gpu.visible import View

DEFAULT_SHARE = 0.9  # gpu_memory_utilization of vLLM where model.json does not set it


class Wanted(Record, frozen=True):
    """share: of a GPU's memory, the largest that a model asks for; devices: how many GPUs the
    widest model spreads over, None where no model.json could be read."""

    share: float = DEFAULT_SHARE
    devices: int | None = None


def wanted(context: Context) -> Wanted:
    """What the models' model.json ask for; vLLM's defaults where they do not say."""
    seen = context.known(repository)
    known = [engine_arguments(model) for model in seen.models] if seen else []
    read = [one for one in known if one is not None]
    if not read:
        return Wanted()
    return Wanted(
        share=max(_number(one, "gpu_memory_utilization", DEFAULT_SHARE) for one in read),
        devices=max(
            int(_number(one, "tensor_parallel_size", 1) * _number(one, "pipeline_parallel_size", 1))
            for one in read
        ),
    )


def judge_memory(context: Context, seen: Gpus, inside: View, reachable: bool) -> Iterator[Answer]:
    """One finding for each GPU with too little free; reachable: the engine can be asked."""
    want = wanted(context)
    known = holding(context, seen) if reachable else None
    own = known.named(context.deployment.name) if known else None
    for place, gpu in enumerate(inside.gpus):
        name, free, usable = _room_of(gpu)
        if not usable:
            continue
        mine = sum(one.used or 0 for one in gpu.processes if own and _inside(seen, one, own.id))
        if (free + mine) / usable >= want.share:
            continue
        # vLLM takes GPUs from the first on; the others of the deployment stay idle.
        idle = inside.sure and want.devices is not None and place >= want.devices
        yield found(
            "busy",
            severity=Severity.NOTE if idle else None,
            where=f"GPU {gpu.index}",
            evidence=[_held(seen, one, known) for one in gpu.processes],
            case="idle" if idle else None if gpu.processes else "unseen",
            gpu=name,
            free=gib(free),
            total=gib(usable),
            share=f"{want.share:g}",
            fix=_room(context, free + mine, usable),
        )


def _room_of(gpu: GpuReading) -> tuple[str, int, int]:
    """Its name, free bytes and usable ones: of a divided GPU those of the instance CUDA finds."""
    if not gpu.mig:
        return f"GPU {gpu.index}", gpu.free, gpu.usable
    if not gpu.mig_list:
        return "", 0, 0
    part = gpu.mig_list[0]
    name = f"{part.name or 'An instance'} (GPU {gpu.index})"
    return name, part.free, part.total - part.reserved


def _room(context: Context, free: int, usable: int) -> Plan:
    """vLLM takes what is free, where one model alone is meant; else the holders are looked at."""
    seen = context.known(repository)
    file = settings(seen) if seen else None
    look = plan("look", SHOW, command("nvidia-smi"))
    return (smaller_share(file, free, usable) if file else None) or look


def judge_width(context: Context, count: int) -> Iterator[Answer]:
    """Whether the models want more GPUs than the deployment gives. count: of those it gives."""
    seen = context.known(repository)
    if seen is None:
        return  # the area repository says why
    for model in seen.models:
        known = engine_arguments(model) or {}
        tensor = int(_number(known, "tensor_parallel_size", 1))
        pipeline = int(_number(known, "pipeline_parallel_size", 1))
        if tensor * pipeline > count:
            fewer = _fewer(settings(seen, model.name), count) if pipeline == 1 else None
            yield found(
                "too-few", where=model.name, wanted=tensor * pipeline, seen=count, fix=fewer
            )


def _fewer(file: Settings | None, count: int) -> Plan | None:
    """As many GPUs as there are: a power of two, which the heads of most models divide by."""
    wide = 1 << (count.bit_length() - 1)
    step = file.put("tensor_parallel_size", wide) if file else None
    return plan("fewer", ASK, step, path=file.path, count=wide) if file and step else None


def _number(arguments: dict[str, Any], name: str, default: float) -> float:
    """A number above 0 out of a model.json, in which anything may stand."""
    value = arguments.get(name, default)
    fits = isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 1e6
    return float(value) if fits else default


def _inside(seen: Gpus, process: GpuProcess, container: str) -> bool:
    holder = seen.holder(process.pid)
    return holder is not None and bool(container) and holder.container.startswith(container)


def _held(seen: Gpus, process: GpuProcess, known: Containers | None) -> str:
    """One holder in a line: `python3 (pid 524) in container web holds 20.5 GiB`."""
    holder = seen.holder(process.pid)
    name = holder.name if holder else "a process"
    running = [one for one in (known.seen if known else ()) if _inside(seen, process, one.id)]
    inside = f" in container {running[0].name}" if running else ""
    amount = "" if process.used is None else f" holds {gib(process.used)}"
    return f"{name} (pid {process.pid}){inside}{amount}"
