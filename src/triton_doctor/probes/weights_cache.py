"""The cache of downloads: a Docker volume, looked into by one probe container, or a folder here.

Its layout is huggingface_hub's: `hub/models--owner--name/` with `refs` (a file for each branch,
which holds a commit), `snapshots/COMMIT` (links into) `blobs`. Read in huggingface_hub 0.16 to 2.4.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from triton_doctor.errors import FactUnavailable
from triton_doctor.host.protocol import Docker, DockerTrouble, Host, ProbeEnd, ProbeRun
from triton_doctor.probes.base import Asking
from triton_doctor.probes.checkpoint import Checkpoint
from triton_doctor.probes.docker_engine import connected
from triton_doctor.probes.probe_image import able_images, of_the_image
from triton_doctor.probes.volume_script import SCRIPT, TARGET
from triton_doctor.probes.volume_told import Lacking, VolumeTold, parse
from triton_doctor.probes.weights_store import HostStore, Store
from triton_doctor.record import Record, replace

CACHE = "/root/.cache/huggingface"  # where the guide's command mounts it
HUB, BRANCH = "hub", "main"
RUN_TIMEOUT = 8.0
OUTPUT = 64 << 20  # bytes; the headers of the largest models come to 10 MB
_NAME = re.compile(r"\w[\w\-.]{0,95}(/[\w\-.]{1,96})?")


class Cache(Record, frozen=True):
    """kind: volume or folder; name: of the volume, or the folder's path; there: it exists.

    trouble: why it could not be looked into, empty if it could: no-engine, no-image, refused,
    silent, failed or denied, of which `error` says more. total, free: bytes of its disk, None where
    not known. image: of which the container that looked into a volume was made.
    """

    kind: Literal["volume", "folder"]
    name: str
    there: bool = False
    trouble: str = ""
    error: str = ""
    total: int | None = None
    free: int | None = None
    image: str = ""


class Wish(NamedTuple):
    """A place in the cache. folder: from its top on; revision: empty where the folder itself is
    meant, else the branch, tag or commit of a model in the cache's layout."""

    folder: str
    revision: str = ""


class Cached(NamedTuple):
    """What the cache has of it. where: the folder of the files, from its top on; closed: it is
    there, and may not be read."""

    store: Store | None = None
    where: str = ""
    commit: str = ""
    unfinished: tuple[str, ...] = ()
    closed: bool = False


def wish(one: Checkpoint) -> Wish | None:
    """Where in the cache the weights would lie; None where they would not."""
    named = one.named
    if _NAME.fullmatch(named):
        return Wish(f"{HUB}/models--{named.replace('/', '--')}", one.asked or BRANCH)
    path = posixpath.normpath(named)
    if not path.startswith(f"{CACHE}/") or not path.isprintable():
        return None
    inner = path[len(CACHE) + 1 :]
    return Wish(posixpath.dirname(inner) if inner.endswith(".gguf") else inner)


def cached(ask: Asking, wishes: Sequence[Wish]) -> tuple[Cache, Mapping[Wish, Cached]]:
    """The cache, and what it has of each wish that could be looked for."""
    name = ask.deployment.cache_volume
    if name.startswith(("/", "~", ".")):
        return _in_folder(ask.host, ask.host.absolute(name).rstrip("/"), wishes)
    return _in_volume(ask, name, wishes)


def _in_folder(
    host: Host, folder: str, wishes: Sequence[Wish]
) -> tuple[Cache, Mapping[Wish, Cached]]:
    try:
        there = host.stat(folder).kind == "folder"
        disk = host.disk(folder)
    except PermissionError as error:
        return Cache("folder", folder, True, "denied", error.strerror or ""), {}
    except OSError:
        return Cache("folder", folder), {}
    found = {one: _on_host(host, folder, one) for one in wishes}
    return Cache("folder", folder, there, total=disk.total, free=disk.free), found


def _on_host(host: Host, root: str, one: Wish) -> Cached:
    where, commit, unfinished = one.folder, "", tuple[str, ...]()
    try:
        if one.revision:
            commit = _commit(host, f"{root}/{one.folder}", one.revision)
            unfinished = _unfinished(host, f"{root}/{one.folder}/blobs")
            where = f"{one.folder}/snapshots/{commit}"
        return Cached(HostStore(host, root, where), where, commit, unfinished)
    except PermissionError:
        return Cached(None, where, commit, unfinished, closed=True)
    except OSError:
        return Cached(None, where, commit, unfinished)


def _commit(host: Host, folder: str, revision: str) -> str:
    try:
        return host.read(f"{folder}/refs/{revision}", 200).decode("ascii", "replace").strip()
    except PermissionError:
        raise
    except OSError:
        return revision


def _unfinished(host: Host, folder: str) -> tuple[str, ...]:
    try:
        return _begun(host.listdir(folder))
    except OSError:
        return ()


def _begun(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(sorted(name for name in names if name.endswith(".incomplete")))


def _in_volume(
    ask: Asking, name: str, wishes: Sequence[Wish]
) -> tuple[Cache, Mapping[Wish, Cached]]:
    try:
        docker = connected(ask)
        # Mounting a volume that is not there would make it.
        if docker.volume(name) is None:
            return Cache("volume", name), {}
    except FactUnavailable as error:
        return Cache("volume", name, trouble="no-engine", error=error.reason), {}
    except DockerTrouble as error:
        return Cache("volume", name, trouble="no-engine", error=error.text), {}
    cache, told = _asked(ask, docker, name, wishes)
    if told is None:
        return cache, {}
    return cache, {one: _in_place(told, one) for one in wishes}


def _in_place(told: VolumeTold, one: Wish) -> Cached:
    seen = told.places.get(_argument(one))
    if seen is None:
        return Cached()
    where = f"{one.folder}/snapshots/{seen.commit}" if one.revision else one.folder
    store = seen if seen.there else None
    return Cached(store, where, seen.commit, _begun(seen.blobs), seen.closed)


def _argument(one: Wish) -> str:
    return one.folder if one.revision else f"={one.folder}"


def _asked(
    ask: Asking, docker: Docker, name: str, wishes: Sequence[Wish]
) -> tuple[Cache, VolumeTold | None]:
    """Runs the script in the first image that can."""
    arguments = [part for one in wishes for part in (_argument(one), one.revision)]
    for image in able_images(ask, docker):
        run = ProbeRun(
            image,
            ("sh", "-c", SCRIPT, "probe", *arguments),
            timeout=RUN_TIMEOUT,
            code=False,
            volumes=((name, TARGET),),
            output=OUTPUT,
        )
        try:
            cache, told = _ended(name, docker.probe(run))
            return replace(cache, image=image), told
        except Lacking:
            continue
        except DockerTrouble as error:
            if not of_the_image(error):
                trouble = "refused" if error.kind == "api" else "silent"
                return Cache("volume", name, True, trouble, error.text), None
    return Cache("volume", name, True, "no-image"), None


def _ended(name: str, end: ProbeEnd) -> tuple[Cache, VolumeTold | None]:
    told = parse(end.out)
    if told is None:
        last = end.err.decode("utf-8", "replace").strip()[-400:]
        return Cache("volume", name, True, "failed", last), None
    return Cache("volume", name, True, total=told.total, free=told.free), told
