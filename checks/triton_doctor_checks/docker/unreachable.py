"""Judges an engine that cannot be reached: which of the many reasons, and so which advice."""

from __future__ import annotations

from triton_doctor.api import ASK, Answer, Severity, command, found, plan, unsure
from triton_doctor.probes.docker_client import DockerClient
from triton_doctor.probes.docker_engine import DockerEngine
from triton_doctor_checks.docker.plans import (
    APT,
    USUAL,
    Machine,
    allowed,
    installed,
    started,
)

_BY_TROUBLE = {"unresolved": "name", "tls": "tls", "api": "not-docker"}


def unreachable(engine: DockerEngine, client: DockerClient, machine: Machine) -> Answer:
    """The one answer for an engine that gives none."""
    if engine.trouble == "silent":
        restart = command("systemctl", "restart", "docker", root=True)
        fix = plan("restart", ASK, restart) if _restartable(engine, machine) else None
        return unsure("silent", blocks=True, fix=fix, endpoint=engine.endpoint, error=engine.error)
    if engine.trouble == "denied":
        return _denied(engine, machine)
    nothing = engine.trouble == "missing" and engine.source == "default" and not engine.others
    if nothing and (client.path is None or client.wsl_stub):
        return missing(client, machine, engine_answers=False)
    case = _case(engine, client, machine)
    return found(
        "daemon-down",
        case=case,
        where=engine.endpoint or engine.config_path,
        evidence=[engine.error, *engine.others],
        fix=started(case, engine, machine),
        endpoint=engine.endpoint,
        error=engine.error,
    )


def missing(client: DockerClient, machine: Machine, *, engine_answers: bool) -> Answer:
    """No docker command; engine_answers: the doctor can work all the same."""
    kind, distribution, in_container = machine
    if engine_answers:
        return found("not-installed", case="client", severity=Severity.WARNING)
    evidence = [client.error] if client.wsl_stub else []
    case = {"wsl1": "wsl", "wsl2": "wsl"}.get(kind, kind)
    if client.wsl_stub:
        case = "wsl"
    elif in_container:
        case = "container"
    elif kind == "linux":
        case = "apt" if distribution in APT else "default"
    return found("not-installed", case=case, evidence=evidence, fix=installed(case))


def _denied(engine: DockerEngine, machine: Machine) -> Answer:
    usual = engine.endpoint.removeprefix("unix://") in USUAL
    case = "new-login" if engine.in_group else None if usual else "other"
    return found(
        "permission-denied",
        case="container" if machine[2] else case,
        fix=None if machine[2] else allowed(case),
        where=engine.endpoint,
        evidence=[engine.error],
        endpoint=engine.endpoint,
    )


def _case(engine: DockerEngine, client: DockerClient, machine: Machine) -> str:
    """Which words fit: what is wrong with the address first, then whose engine it would be."""
    if engine.fault == "context":
        return "context" if engine.source == "DOCKER_CONTEXT" else "context-config"
    if engine.fault:
        return engine.fault
    if engine.endpoint.startswith("ssh://"):
        return "ssh"
    if engine.trouble in _BY_TROUBLE:
        return _BY_TROUBLE[engine.trouble]
    if engine.trouble == "unusable":
        return "not-docker"
    if client.podman:
        return "podman"
    if engine.source == "DOCKER_HOST":
        return "variable"
    return _whose(engine, machine[0])


def _whose(engine: DockerEngine, kind: str) -> str:
    """The engine that is down, by its socket and by the system."""
    if "/.docker/desktop/" in engine.endpoint:
        return "desktop-linux"
    if kind in ("windows", "macos"):
        return kind
    if engine.endpoint.startswith("unix:///run/user/"):
        return "rootless"
    if engine.others:
        return "other-engine"
    return "wsl" if kind.startswith("wsl") else "default"


def _restartable(engine: DockerEngine, machine: Machine) -> bool:
    return machine[0] == "linux" and not machine[2] and engine.source == "default"
