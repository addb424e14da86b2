"""How much room there is where Docker keeps images, containers and volumes."""

from __future__ import annotations

from typing import Literal

from triton_doctor.host.protocol import Disk, Host
from triton_doctor.probes.base import Asking, probe
from triton_doctor.probes.docker_engine import DockerEngine, docker_engine
from triton_doctor.record import Record

DEFAULT_ROOT = "/var/lib/docker"
Place = Literal["here", "likely", "elsewhere", "unseen"]


class DockerDisk(Record, frozen=True):
    """place: here: the folder that the engine names; likely: where an engine on this machine would
    keep its data, for want of one that answers; elsewhere: the engine's disk is not this machine's;
    unseen: this user may not look. path: the folder measured. Bytes, 0 where not known.
    """

    place: Place
    path: str = ""
    total: int = 0
    free: int = 0


@probe("docker-disk", doing="looking at the disk that Docker uses", timeout=7.0)
def docker_disk(ask: Asking) -> DockerDisk:
    """The engine's own folder, if it lies on this machine. A disk that hangs costs this alone."""
    engine = ask.known(docker_engine)
    if ask.host.system() != "Linux" or (engine and (engine.remote or engine.kind == "desktop")):
        return DockerDisk("elsewhere")
    return _measured(ask.host, engine)


def _measured(host: Host, engine: DockerEngine | None) -> DockerDisk:
    named = engine.data_root if engine else ""
    if named:
        disk = _disk(host, named)
        return DockerDisk("here", named, disk.total, disk.free) if disk else DockerDisk("unseen")
    path = DEFAULT_ROOT
    while True:
        disk = _disk(host, path)
        if disk:
            return DockerDisk("likely", path, disk.total, disk.free)
        if path == "/":
            return DockerDisk("unseen")
        path = path.rpartition("/")[0] or "/"


def _disk(host: Host, path: str) -> Disk | None:
    try:
        return host.disk(path)
    except OSError:
        return None
