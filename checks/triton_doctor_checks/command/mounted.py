"""Where the server is told to look for its models, and what is mounted there. Pure."""

from __future__ import annotations

import re

from triton_doctor.api import Answers, Found, Severity
from triton_doctor.probes.given_command import Given, Mount, Option
from triton_doctor.probes.image_names import parse
from triton_doctor_checks.command.places import Change, at

_REMOTE = re.compile(r"(?:s3|gs|as)://")
_FLAGS = ("model-repository", "model-store")
DOWNLOADS = re.compile(r"cache|huggingface")  # where downloads are kept, and no models


def served(given: Given) -> Mount | None:
    """The mount that the first model repository lies in."""
    paths = [path for name in _FLAGS for path in given.flag_values(name)]
    return _around(given, paths[0] if paths else "/models")


def _around(given: Given, path: str) -> Mount | None:
    wanted = given.in_container(path).rstrip("/") + "/"
    fitting = [
        one
        for one in given.mounts
        if one.target and wanted.startswith("/" + one.target.strip("/") + "/")
    ]
    return max(fitting, key=lambda one: len(one.target), default=None)


def bound(given: Given) -> list[str]:
    """Where the command mounts folders of this machine, those for downloads left out."""
    binds = [one.target for one in given.mounts if one.kind == "bind"]
    return [one for one in binds if one and not DOWNLOADS.search(one)]


def unmounted(given: Given) -> Answers:
    """A repository at a place where nothing is mounted. What is told already may be the cause: a
    mount that is written wrongly, or words that were to belong to one."""
    if given.open or given.misplaced or any(one.bad or not one.target for one in given.mounts):
        return
    for flag in given.flags:
        if flag.name not in _FLAGS or not flag.value or flag.unset:
            continue
        if not _REMOTE.match(flag.value) and _around(given, flag.value) is None:
            yield _unmounted(given, flag, flag.value)


def _unmounted(given: Given, flag: Option, path: str) -> Found:
    """The server is to look where nothing is mounted; an image of the user's own may hold it."""
    ours = given.image is not None and parse(given.image.text).is_triton
    binds = bound(given)
    case, named, change = None, flag.written, tuple[Change, ...]()
    if len(binds) == 1:
        case, named, change = "elsewhere", binds[0], _named(given, flag, path, binds[0])
    elif not binds and path.startswith("/models") and given.source != "compose":
        case = "command"
    return at(
        given,
        flag.start,
        "mount/not-mounted",
        *change,
        case=case,
        severity=None if ours else Severity.WARNING,
        path=path,
        named=named,
    )


def _named(given: Given, flag: Option, path: str, target: str) -> tuple[Change, ...]:
    place = given.text.find(path, flag.start, flag.end)
    if place < 0 or given.source == "compose":
        return ()
    return (Change(place, place + len(path), target),)
