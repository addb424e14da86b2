"""Judges the docker command, the engine behind it, and whether the two fit."""

from __future__ import annotations

from triton_doctor.api import Answer, Answers, Context, FactUnavailable, found, sound, unsure
from triton_doctor.probes.docker_client import DockerClient, docker_client
from triton_doctor.probes.docker_engine import DockerEngine, docker_engine
from triton_doctor.probes.docker_versions import client_api, numbers
from triton_doctor.probes.system import system
from triton_doctor_checks.docker.unreachable import missing, unreachable


def check(context: Context) -> Answers:
    context.start(docker_engine, docker_client)
    engine, client = context.fact(docker_engine), context.fact(docker_client)
    if engine.config_error:
        yield found(
            "bad-config",
            path=engine.config_path,
            error=engine.config_error,
            where=engine.config_path,
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


def _machine(context: Context) -> tuple[str, str, bool]:
    """Kind of system, distribution, and whether this is a container: they choose the advice."""
    try:
        seen = context.fact(system)
    except FactUnavailable:
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
            yield found("too-old", case="pinned-old", version=client.pinned, wanted=oldest)
        elif _below(newest, client.pinned):
            yield found("too-old", case="pinned-new", version=client.pinned, wanted=newest)
    elif known.api and _below(known.api, oldest):
        yield found("too-old", version=known.api, wanted=oldest, where=client.path)
    if not context.deployment.wants_gpu:
        return
    if _below(newest, known.gpus_api):
        yield found("too-old", case="engine-gpus", version=newest, wanted=known.gpus_api)
    if not client.podman and _below(client.version, known.gpus_version):
        yield found(
            "too-old", case="client-gpus", version=client.version, wanted=known.gpus_version
        )


def _below(version: str, other: str) -> bool:
    """Whether a version is the lower one; one that is not known is not below anything."""
    mine, others = numbers(version), numbers(other)
    return bool(mine and others) and mine < others


def _peculiar(engine: DockerEngine, client: DockerClient) -> Answers:
    """What is unusual about this engine and has its price."""
    if engine.system == "windows":
        yield found("windows-containers", version=engine.version)
    if engine.snap or (client.snap and not engine.remote):
        yield found("snap", place=engine.data_root if engine.snap else client.path)
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
