"""Judges the machine itself: its kind, RAM, disk and shared memory."""

from __future__ import annotations

from triton_doctor.api import (
    SAFE,
    SHOW,
    Answer,
    Answers,
    Context,
    FactUnavailable,
    Plan,
    command,
    found,
    gib,
    plan,
    setting,
    size,
    sound,
    unsure,
)
from triton_doctor.probes.containers import containers
from triton_doctor.probes.disk import docker_disk
from triton_doctor.probes.docker_engine import DockerEngine, docker_engine
from triton_doctor.probes.system import System, system
from triton_doctor_checks.host.disk import Room, judge_room, room
from triton_doctor_checks.host.ram import LEAST_FREE, judge_ram

DEFAULT_SHM = 64 << 20  # what Docker gives a container that asks for nothing
# Each model instance of the Python backend, on which vLLM's stands, sets up 1 MiB when it starts;
# with less tritonserver ends: `Unable to initialize shared memory key`. More is not known to be
# needed: vLLM over two GPUs starts and serves with Docker's 64 MiB.
SHM_OF_A_MODEL = 1 << 20


def check(context: Context) -> Answers:
    """What can be said without Docker is said without it."""
    context.start(system, docker_engine, docker_disk)
    here, engine = context.fact(system), context.known(docker_engine)
    if here.kind == "wsl1" and not (engine and engine.remote):
        yield found("wsl1", kernel=here.kernel, fix=_second(here))
    yield from _shm(context)
    yield from judge_ram(here, engine, serving=_serving(context, here, engine))
    try:
        seen = room(context, engine)
    except FactUnavailable as error:
        yield unsure("disk-silent", error=error.reason)
        return
    yield from judge_room(context, seen)
    if seen.free is None and engine and not engine.trouble:
        yield unsure("disk-unseen", endpoint=engine.endpoint)
    yield _sound(here, seen)


def _second(here: System) -> Plan:
    """As Windows names the distribution, unless it was given another name; it starts anew then."""
    name = here.distribution.capitalize() or "Ubuntu"
    look, change = ("wsl.exe", "--list", "--verbose"), ("wsl.exe", "--set-version", name, "2")
    return plan("second", SHOW, command(*look), command(*change), costs=["restart", "minutes"])


def _serving(context: Context, here: System, engine: DockerEngine | None) -> bool:
    """Whether the deployment's own container runs already; asked only where it matters."""
    if engine is None or engine.trouble or here.available >= LEAST_FREE:
        return False
    every = context.known(containers)
    own = every.named(context.deployment.name) if every else None
    return own is not None and own.state == "running"


def _shm(context: Context) -> Answers:
    asked = context.deployment.shm_size
    given = size(asked or 0) or DEFAULT_SHM  # to Docker 0 means its default
    need = SHM_OF_A_MODEL * len(context.deployment.model)
    if given < need:
        enough = f"{max(1, -(-need // (1 << 30)))}g"
        yield found(
            "shm-too-small",
            case="asked",
            size=_small(given),
            need=_small(need),
            fix=plan("larger", SAFE, setting("shm-size", enough), enough=enough),
        )


def _small(count: int) -> str:
    return f"{count // 1024} KiB" if count < 1 << 20 else gib(count)


def _sound(here: System, seen: Room) -> Answer:
    values = {"system": here.name, "memory": gib(here.memory), "available": gib(here.available)}
    if seen.free is None:
        return sound("no-disk", **values)
    case = "likely" if seen.default else "default"
    return sound(case, **values, free=gib(seen.free), place=seen.place)
