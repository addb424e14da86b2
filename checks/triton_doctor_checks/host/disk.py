"""Whether the image, which is large, fits where Docker keeps its data."""

from __future__ import annotations

from triton_doctor.api import (
    SHOW,
    Answer,
    Answers,
    Context,
    FactUnavailable,
    Record,
    Severity,
    command,
    found,
    gib,
    plan,
)
from triton_doctor.probes.container_view import container_view
from triton_doctor.probes.disk import docker_disk
from triton_doctor.probes.docker_engine import DockerEngine
from triton_doctor.probes.images import images
from triton_doctor.probes.release import release

# NVIDIA lists compressed sizes; unpacked, these images are two to three times that.
UNPACKED_LEAST, _UNPACKED_MOST = 2, 3
# With the image there: less leaves no room for logs, caches and any model's weights.
LEAST_FREE = 1 << 30


class Room(Record, frozen=True):
    """free: bytes where Docker keeps its data, None where they are not known; place: what to call
    that. default: it is where an engine would keep them, for want of one that answers."""

    free: int | None
    place: str = ""
    default: bool = False


def room(context: Context, engine: DockerEngine | None) -> Room:
    """Measured here, or else inside a container of the engine.

    Raises FactUnavailable where the disk gave no answer in time.
    """
    disk = context.fact(docker_disk)
    if disk.place in ("here", "likely"):
        return Room(disk.free, disk.path, disk.place == "likely")
    if engine is None or engine.trouble:
        return Room(None)
    view = context.known(container_view)
    return Room(view.free_bytes, "the disk of the Docker engine") if view else Room(None)


def judge_room(context: Context, seen: Room) -> Answers:
    """What is free against what the image takes if it must be pulled. Weights come on top of it:
    the area of weights, which knows how large they are, adds them up."""
    if seen.free is None:
        return
    size = to_pull(context)
    if size is None:
        if seen.free < LEAST_FREE:
            yield _full("nearly", seen, gib(LEAST_FREE), Severity.WARNING)
        return
    least, most = size * UNPACKED_LEAST, size * _UNPACKED_MOST
    if seen.free < least:
        yield _full("image", seen, gib(least))
    elif seen.free < most:
        yield _full("tight", seen, f"{gib(least)} to {gib(most)}", Severity.WARNING)


def to_pull(context: Context) -> int | None:
    """Compressed bytes of the image where it is known to be absent; else None."""
    try:
        absent = not context.fact(images).deployment.present
        return context.fact(release).size if absent else None
    except FactUnavailable:
        return None


def _full(case: str, seen: Room, need: str, severity: Severity | None = None) -> Answer:
    look = plan("look", SHOW, command("docker", "system", "df"))
    free = gib(seen.free or 0)
    return found(
        "disk-full", case=case, severity=severity, place=seen.place, free=free, need=need, fix=look
    )
