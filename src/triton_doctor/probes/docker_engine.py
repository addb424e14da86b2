"""Which engine answers, where it is, and what it is able to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from triton_doctor.errors import FactUnavailable
from triton_doctor.host.protocol import Docker, DockerEndpoint, DockerTrouble
from triton_doctor.probes.base import Asking, probe
from triton_doctor.probes.docker_access import group_has_user, other_sockets, ssh_trouble
from triton_doctor.probes.docker_endpoint import Resolved, resolve
from triton_doctor.record import Record, replace

EngineKind = Literal["engine", "desktop", "podman"]


class DockerEngine(Record, frozen=True):
    """The engine behind the endpoint in use.

    trouble: empty if the engine answers, else a kind of host.protocol.Trouble; error: its sentence;
    fault: why the endpoint itself cannot be used (see Resolved), else empty; others: sockets of
    engines that are not the one in use, looked for where it is missing; in_group: this user is
    listed in the group docker, and yet the socket is denied.
    source: where the endpoint comes from: DOCKER_HOST, DOCKER_CONTEXT, config or default.
    chosen_at: line and column where the config file names the context.
    memory: bytes of RAM that the engine's machine has. data_root: as the daemon names it.
    system: linux or windows, which kind of containers it runs.
    """

    endpoint: str
    source: str
    context: str = "default"
    remote: bool = False
    config_path: str = ""
    config_error: str = ""
    chosen_at: tuple[int, int] | None = None
    trouble: str = ""
    error: str = ""
    fault: str = ""
    others: tuple[str, ...] = ()
    in_group: bool = False
    kind: EngineKind = "engine"
    snap: bool = False
    rootless: bool = False
    userns: bool = False
    version: str = ""
    api_version: str = ""
    min_api_version: str = ""
    operating_system: str = ""
    system: str = ""
    architecture: str = ""
    data_root: str = ""
    memory: int = 0
    runtimes: tuple[str, ...] = ()
    cdi_devices: tuple[str, ...] = ()


@probe("docker-engine", doing="asking the Docker engine", timeout=6.0)
def docker_engine(ask: Asking) -> DockerEngine:
    """Find the endpoint as the docker client would, and ask the engine there."""
    found = resolve(ask)
    engine = DockerEngine(
        endpoint=found.address,
        source=found.source,
        context=found.context,
        remote=found.remote,
        config_path=found.config_path,
        config_error=found.config_error,
        chosen_at=found.chosen_at,
    )
    if "docker" in ask.settings.not_here:  # other checks do not go there by themselves either
        return replace(engine, trouble="missing", error="it is not asked (--not-here docker)")
    try:
        _look_first(ask, found)
        docker = ask.host.docker(found.endpoint)
        return _described(engine, docker.version(), docker.info())
    except DockerTrouble as error:
        engine = replace(engine, trouble=error.kind, error=error.text, fault=found.fault)
    if engine.trouble in ("missing", "refused"):
        return replace(engine, others=other_sockets(ask, found))
    if engine.trouble == "denied":
        return replace(engine, in_group=group_has_user(ask))
    return engine


def endpoint_of(ask: Asking) -> DockerEndpoint:
    """Where the docker client would go: DOCKER_HOST, DOCKER_CONTEXT, config file, default."""
    return resolve(ask).endpoint


def connected(ask: Asking) -> Docker:
    """The engine's API, once it is known to answer; FactUnavailable where it does not."""
    engine = ask.fact(docker_engine)
    if engine.trouble:
        raise FactUnavailable("docker-engine", f"the Docker engine does not answer: {engine.error}")
    return ask.host.docker(endpoint_of(ask))


def _look_first(ask: Asking, found: Resolved) -> None:
    """Raise what can be seen at once: the SDK that would see it too takes long to load."""
    if found.fault:
        raise DockerTrouble("tls" if found.fault == "certificates" else "unusable", found.error)
    if found.address.startswith("ssh://"):
        ssh_trouble(ask, found.address)
    if found.socket is None:
        return
    try:
        kind = ask.host.stat(found.socket).kind
    except PermissionError:
        raise DockerTrouble("denied", f"{found.socket}: permission denied") from None
    except OSError as error:
        text = f"{found.socket}: {(error.strerror or str(error)).lower()}"
        raise DockerTrouble("missing", text) from None
    if kind != "other":
        raise DockerTrouble("unusable", f"{found.socket} is a {kind}, not a socket")


def _described(
    engine: DockerEngine, version: Mapping[str, Any], info: Mapping[str, Any]
) -> DockerEngine:
    """What the engine says of itself."""
    options = " ".join(info.get("SecurityOptions") or ())
    data_root = str(info.get("DockerRootDir") or "")
    return replace(
        engine,
        kind=_kind(version, info),
        snap=data_root.startswith("/var/snap/"),
        rootless="name=rootless" in options,
        userns="name=userns" in options,
        version=str(version.get("Version") or ""),
        api_version=str(version.get("ApiVersion") or ""),
        min_api_version=str(version.get("MinAPIVersion") or ""),
        operating_system=str(info.get("OperatingSystem") or ""),
        system=str(info.get("OSType") or ""),
        architecture=str(info.get("Architecture") or version.get("Arch") or ""),
        data_root=data_root,
        memory=int(info.get("MemTotal") or 0),
        runtimes=tuple(sorted(info.get("Runtimes") or ())),
        cdi_devices=_cdi_devices(info.get("DiscoveredDevices")),
    )


def _kind(version: Mapping[str, Any], info: Mapping[str, Any]) -> EngineKind:
    components = [str(item.get("Name")) for item in version.get("Components") or ()]
    if any("Podman" in name for name in components):
        return "podman"
    platform = (version.get("Platform") or {}).get("Name") or ""
    if "Docker Desktop" in f"{platform} {info.get('OperatingSystem')}":
        return "desktop"
    return "engine"


def _cdi_devices(discovered: Any) -> tuple[str, ...]:
    """CDI device names, which engines list from 28.2 on."""
    devices = [item for item in discovered or () if item.get("Source") == "cdi"]
    return tuple(sorted(str(item.get("ID")) for item in devices))
