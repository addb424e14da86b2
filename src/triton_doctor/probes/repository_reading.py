"""Reading the models of a repository: their folders, small files, and the paths those name."""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterator, Mapping

from triton_doctor.host.protocol import Host
from triton_doctor.probes.repository_files import (
    Folder,
    TextFile,
    landing,
    list_folder,
    read_text,
)
from triton_doctor.probes.repository_model import (
    ADAPTERS,
    ARGUMENTS,
    CONFIG,
    Model,
    Target,
    version_number,
)

_FOLDER_LIMIT, _SUBFOLDER_LIMIT, _TARGET_LIMIT = 200, 32, 20
_KNOWN = (CONFIG, ARGUMENTS, ADAPTERS)


def read_model(host: Host, root: str, name: str, mounts: Mapping[str, str], given: str) -> Model:
    """mounts: folders of this machine by where the container has them; given: see Model.root."""
    folder = list_folder(host, root, name, _FOLDER_LIMIT, (*_KNOWN, name))
    inner = sorted(folder.names("folder"), key=_newest_first)[:_SUBFOLDER_LIMIT]
    folders = tuple(
        list_folder(host, root, f"{name}/{one}", _FOLDER_LIMIT, (*_KNOWN, name)) for one in inner
    )
    files = tuple(_files(host, root, folder, folders))
    return Model(name, folder, folders, files, tuple(_targets(host, mounts, files)), given)


def _files(
    host: Host, root: str, folder: Folder, folders: tuple[Folder, ...]
) -> Iterator[TextFile]:
    entry = folder.find(CONFIG)
    if entry is not None:
        yield read_text(host, root, f"{folder.path}/{CONFIG}", entry.kind)
    for one in folders:
        if version_number(one.path.rpartition("/")[2]) is None:
            continue
        for name in (ARGUMENTS, ADAPTERS):
            entry = one.find(name)
            if entry is not None:
                yield read_text(host, root, f"{one.path}/{name}", entry.kind)


def _newest_first(name: str) -> tuple[bool, int]:
    """Version folders by falling number, then the others."""
    number = version_number(name)
    return (True, 0) if number is None else (False, -number)


def _targets(
    host: Host, mounts: Mapping[str, str], files: tuple[TextFile, ...]
) -> Iterator[Target]:
    paths: dict[str, None] = {}
    for file in files:
        if file.text and '"/models' in file.text:
            paths.update(dict.fromkeys(_paths(file.text)))
    for path in list(paths)[:_TARGET_LIMIT]:
        top, _, inner = posixpath.normpath(path).removeprefix("/").partition("/")
        if f"/{top}" in mounts:
            yield _target(host, mounts[f"/{top}"], path, inner)


def _paths(text: str) -> Iterator[str]:
    """The absolute paths among the values of a JSON object, also in lists and objects in it."""
    try:
        waiting = [json.loads(text)]
    except (ValueError, RecursionError):
        return
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
        elif isinstance(value, str) and value.startswith("/models"):
            yield value


def _target(host: Host, root: str, path: str, inner: str) -> Target:
    end = landing(host, root, inner)
    if end is None:
        return Target(path, "outside")
    place = f"{root}/{end}"
    try:
        kind = host.stat(place).kind
        names = host.listdir(place) if kind == "folder" else []
    except PermissionError:
        return Target(path, "denied")
    except (OSError, ValueError):  # ValueError: a zero byte in the path
        return Target(path, "missing")
    return Target(path, "other" if kind == "link" else kind, "config.json" in names)
