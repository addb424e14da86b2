"""What the registry says of the deployment's image. The daemon asks, with its own way out."""

from __future__ import annotations

import re
from typing import Any, Literal

from triton_doctor.host.protocol import DockerTrouble
from triton_doctor.probes.base import Asking, probe
from triton_doctor.probes.docker_engine import connected
from triton_doctor.probes.image_names import parse, processor
from triton_doctor.record import Record
from triton_doctor.redact import clean

State = Literal["found", "not-found", "denied", "unreachable", "unclear"]

# Sentences of registries and of the daemon about them, by their fixed parts. In this order: a
# registry that hides what is not there says "denied" and "does not exist" in one sentence.
_TEXTS: list[tuple[str, State]] = [
    (r"toomanyrequests|rate limit|\b429\b", "denied"),
    (r"unauthori[sz]ed|denied|authentication required|forbidden|\b40[13]\b", "denied"),
    (r"no basic auth credentials|authorization failed|insufficient_scope", "denied"),
    (r"manifest unknown|not found|name unknown|does not exist|\b404\b", "not-found"),
    (r"no such host|misbehaving|temporary failure|dial tcp|no route|unreachable", "unreachable"),
    (r"timeout|deadline exceeded|connection (refused|reset)|proxyconnect|EOF", "unreachable"),
    (r"x509|tls:|certificate|server gave HTTP", "unreachable"),
]
_STATUSES: dict[int, State] = {401: "denied", 403: "denied", 404: "not-found"}


class RegistryImage(Record, frozen=True):
    """registry: its name; error: the sentence where it has not given the image; platforms: those
    that the image is there for, as `linux/amd64`."""

    registry: str
    state: State
    error: str = ""
    platforms: tuple[str, ...] = ()


@probe("registry-image", doing="asking the registry for the image", timeout=9.0)
def registry_image(ask: Asking) -> RegistryImage:
    """Ask for the manifest of the deployment's image; nothing is pulled."""
    registry = parse(ask.deployment.image).registry
    docker = connected(ask)
    try:
        answer = docker.distribution(ask.deployment.image)
    except DockerTrouble as trouble:
        return RegistryImage(registry, _state(trouble), _sentence(trouble))
    return RegistryImage(registry, "found", platforms=_platforms(answer))


def _state(trouble: DockerTrouble) -> State:
    if trouble.kind == "silent":
        return "unreachable"
    if trouble.kind != "api":
        return "unclear"
    for pattern, state in _TEXTS:
        if re.search(pattern, trouble.text, re.IGNORECASE):
            return state
    return _STATUSES.get(trouble.status or 0, "unclear")


def _sentence(trouble: DockerTrouble) -> str:
    if trouble.kind == "silent":
        return "the registry gave the daemon no answer in time"
    return " ".join(clean(trouble.text).split())


def _platforms(answer: dict[str, Any]) -> tuple[str, ...]:
    """os/architecture, once each; an attestation counts as `unknown/unknown` and is none."""
    pairs = [
        (str(item.get("os") or ""), processor(str(item.get("architecture") or "")))
        for item in answer.get("Platforms") or ()
    ]
    return tuple(
        dict.fromkeys(f"{system}/{cpu}" for system, cpu in pairs if cpu and cpu != "unknown")
    )
