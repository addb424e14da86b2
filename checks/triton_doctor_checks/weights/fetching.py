"""Judges what is still to be downloaded: how much it is, and whether there is room. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from triton_doctor.api import (
    SHOW,
    Answer,
    Context,
    Record,
    command,
    found,
    gib,
    plan,
    sound,
    unsure,
)
from triton_doctor.probes.checkpoint import Checkpoint
from triton_doctor.probes.disk import docker_disk
from triton_doctor.probes.weights_cache import Cache
from triton_doctor_checks.host.disk import UNPACKED_LEAST, to_pull
from triton_doctor_checks.weights.files import unconfigured


class Room(Record, frozen=True):
    """free: bytes, None where they are not known; place: what to call where they are."""

    free: int | None
    place: str


def judge_fetch(one: Checkpoint, cache: Cache) -> Iterator[Answer]:
    """What could not be told of a model that is still to be downloaded."""
    if one.hub == "failed":
        yield unsure("hub-silent", model=one.named, volume=cache.name, error=one.error)
    elif one.hub != "told":
        yield unsure("not-fetched", model=one.named, volume=cache.name)
    elif one.config is None and not unconfigured(one):
        yield unsure("closed-config", model=one.named)


def judge_room(context: Context, every: Sequence[Checkpoint], cache: Cache) -> Iterator[Answer]:
    """All models are downloaded to one place, so that their sizes add up; one model counts once."""
    sizes = {(one.named, one.asked): one.fetch for one in every if one.fetch}
    need = sum(size for size in sizes.values() if size)
    if not need:
        return
    seen = _room(context, cache)
    image = _image(context, cache)
    if seen.free is not None and seen.free < need + image:
        both = seen.free >= need
        yield found(
            "host/disk-full",
            case="weights-and-image" if both else "weights",
            where=cache.name,
            fix=plan("look", SHOW, command("docker", "system", "df")),
            place=seen.place,
            free=gib(seen.free),
            need=f"{gib(need)} and {gib(image)}" if both else gib(need),
        )
        return
    for one in every:
        if one.fetch and seen.free is not None:
            yield sound("fetch", model=one.model, size=gib(one.fetch), free=gib(seen.free))
        elif one.fetch:
            yield sound("fetch-unmeasured", model=one.model, size=gib(one.fetch))


def _image(context: Context, cache: Cache) -> int:
    """Bytes that an image that is still to be pulled takes at the least on the volume's disk."""
    size = to_pull(context) if cache.kind == "volume" else None
    return (size or 0) * UNPACKED_LEAST


def _room(context: Context, cache: Cache) -> Room:
    """Measured in the volume itself, else where Docker keeps its data."""
    if cache.free is not None:
        return Room(cache.free, cache.name)
    disk = context.known(docker_disk)
    if disk is None:
        return Room(None, "")
    known = cache.kind == "volume" and disk.place in ("here", "likely")
    return Room(disk.free if known else None, disk.path)
