"""Judges the docker command, the engine behind it, and whether the two fit."""

from __future__ import annotations

from triton_doctor.api import (
    ASK,
    Answer,
    Answers,
    Context,
    Plan,
    command,
    found,
    move,
    plan,
    sound,
    unsure,
)
from triton_doctor.probes.docker_client import DockerClient, docker_client
from triton_doctor.probes.docker_engine import DockerEngine, docker_engine
from triton_doctor.probes.docker_versions import client_api, numbers
from triton_doctor.probes.system import system
from triton_doctor_checks.docker.plans import Machine, newer, no_snap, readable_again
from triton_doctor_checks.docker.unreachable import missing, unreachable

# Where Docker Desktop's installer puts it.
_SWITCH = r"C:\Program Files\Docker\Docker\DockerCli.exe"


def check(context: Context) -> Answers:
    context.start(docker_engine, docker_client)
    engine, client = context.fact(docker_engine), context.fact(docker_client)
    if engine.config_error:
        yield found(
            "bad-config",
            path=engine.config_path,
            error=engine.config_error,
            where=engine.config_path,
            fix=_aside(engine, _machine(context)),
        )
    if engine.trouble:
        yield unreachable(engine, client, _machine(context))
        return
    yield from _client(context, engine, client)
    yield from _peculiar(engine, client)
    yield _sound(engine)
    if engine.cdi_devices:
        yield sound("cdi", count=len(engine.cdi_devices), device=engine.cdi_devices[0])
    elif "nvidia" in engine.runtimes:
        yield sound("nvidia")


def _aside(engine: DockerEngine, machine: Machine) -> Plan | None:
    """A file that is no JSON is put aside, as Docker goes on without it anyway."""
    path = engine.config_path
    if "denied" in engine.config_error.lower():
        return readable_again(path, machine)
    return plan("aside", ASK, move(path, f"{path}.damaged"))


def _machine(context: Context) -> Machine:
    """Kind of system, distribution, and whether this is a container: they choose the advice."""
    seen = context.known(system)
    if seen is None:
        return "linux", "", False
    return seen.kind, seen.distribution, seen.in_container


def _client(context: Context, engine: DockerEngine, client: DockerClient) -> Answers:
    if client.path is None or client.wsl_stub:
        yield missing(client, _machine(context), engine_answers=True)
        return
    if client.error:
        yield unsure("client", path=client.path, error=client.error)
        return
    yield from _versions(context, engine, client)


def _versions(context: Context, engine: DockerEngine, client: DockerClient) -> Answers:
    """Whether client and engine have an API version in common, and know `--gpus`."""
    known = context.fact(client_api)
    newest, oldest = engine.api_version, engine.min_api_version
    if client.pinned:
        if _below(client.pinned, oldest):
            yield _too_old(context, "pinned-old", client.pinned, oldest)
        elif _below(newest, client.pinned):
            yield _too_old(context, "pinned-new", client.pinned, newest)
    elif known.api and _below(known.api, oldest):
        yield _too_old(context, None, known.api, oldest, where=client.path)
    if not context.deployment.wants_gpu:
        return
    if _below(newest, known.gpus_api):
        yield _too_old(context, "engine-gpus", newest, known.gpus_api)
    if not client.podman and _below(client.version, known.gpus_version):
        yield _too_old(context, "client-gpus", client.version, known.gpus_version)


def _too_old(
    context: Context, case: str | None, version: str, wanted: str, where: str | None = None
) -> Answer:
    fix = newer(case, _machine(context)[1])
    return found("too-old", case=case, where=where, fix=fix, version=version, wanted=wanted)


def _below(version: str, other: str) -> bool:
    """Whether a version is the lower one; one that is not known is not below anything."""
    mine, others = numbers(version), numbers(other)
    return bool(mine and others) and mine < others


def _peculiar(engine: DockerEngine, client: DockerClient) -> Answers:
    """What is unusual about this engine and has its price."""
    if engine.system == "windows":
        switch = command(_SWITCH, "-SwitchLinuxEngine", back=(_SWITCH, "-SwitchWindowsEngine"))
        fix = plan("switch", ASK, switch, costs=["restart"])
        yield found("windows-containers", version=engine.version, fix=fix)
    if engine.snap or (client.snap and not engine.remote):
        place = engine.data_root if engine.snap else client.path
        yield found("snap", place=place, fix=no_snap())
    if engine.kind == "podman" or client.podman:
        yield found("podman", version=engine.version if engine.kind == "podman" else client.version)
    if engine.remote:
        yield found("remote", endpoint=engine.endpoint)
    if engine.rootless and engine.kind == "engine":
        yield found("rootless", endpoint=engine.endpoint)
    if engine.userns:
        yield found("userns", place=engine.data_root)


def _sound(engine: DockerEngine) -> Answer:
    """The line for an engine that answers, by how one comes to it."""
    values = {"version": engine.version, "api": engine.api_version}
    if engine.kind == "podman":
        return sound("podman", endpoint=engine.endpoint, **values)
    if engine.source == "DOCKER_HOST":
        return sound("variable", endpoint=engine.endpoint, **values)
    case = "desktop" if engine.kind == "desktop" else "default"
    return sound(case, context=engine.context, **values)
