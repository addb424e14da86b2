"""The docker command on PATH: where it is, its version, and whether it is what it says it is."""

from __future__ import annotations

import re

from triton_doctor.probes.base import Asking, probe
from triton_doctor.record import Record

_VERSION = re.compile(r"\bversion v?(\d+(?:\.\d+)+[\w.+~-]*)", re.IGNORECASE)
# The stub that Docker Desktop leaves in a WSL distribution without integration.
_WSL_STUB = "could not be found in this WSL"


class DockerClient(Record, frozen=True):
    """The docker command line client.

    path: None where PATH has none; version: empty where it did not say one; podman: it is Podman
    under Docker's name; wsl_stub: it only says that WSL integration is off; pinned: the value of
    DOCKER_API_VERSION, which holds the client to one version; error: why it gave no version.
    """

    path: str | None
    version: str = ""
    podman: bool = False
    wsl_stub: bool = False
    pinned: str = ""
    error: str = ""

    @property
    def snap(self) -> bool:
        return (self.path or "").startswith("/snap/")


@probe("docker-client", doing="looking for the docker command", timeout=4.0)
def docker_client(ask: Asking) -> DockerClient:
    """Look for docker on PATH and ask its version, which needs no engine."""
    path = ask.host.which("docker")
    pinned = ask.host.env("DOCKER_API_VERSION") or ""
    if not path:
        return DockerClient(None, pinned=pinned)
    try:
        ran = ask.host.run([path, "--version"], timeout=3.0)
    except (OSError, TimeoutError) as error:
        return DockerClient(path, pinned=pinned, error=str(error))
    text = f"{ran.out}\n{ran.err}"
    match = _VERSION.search(text)
    lines = [line for line in text.splitlines() if line.strip()] or ["it said nothing"]
    return DockerClient(
        path,
        version=match[1] if match else "",
        podman="podman" in text.lower(),
        wsl_stub=_WSL_STUB in " ".join(text.split()),
        pinned=pinned,
        error="" if match else lines[0].strip(),
    )
