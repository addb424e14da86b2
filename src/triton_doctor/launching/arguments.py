"""The values of docker's options taken apart: mounts, ports, variables. Pure.

Sources: docker/cli, opts/mount.go, opts/port.go, opts/env.go and compose's loader/volume.go for
`-v`, where a colon after one letter belongs to a drive of Windows.
"""

from __future__ import annotations

import csv
import re

from triton_doctor.probes.given_command import Mount, Option, Port, Variable

_VOLUME_NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.-]*")
_MODES = re.compile(r"(?:ro|rw|z|Z|cached|delegated|consistent|nocopy|r?shared|r?slave|r?private)")
_KEYS = {
    "source": "source",
    "src": "source",
    "target": "target",
    "dst": "target",
    "destination": "target",
    "type": "type",
}
_OTHER_KEYS = re.compile(
    r"readonly|ro|rw|consistency|bind-\w+(?:-\w+)*|volume-\w+(?:-\w+)*|tmpfs-\w+|image-\w+"
)
_PORT = re.compile(
    r"(?:(?:\[[^\]]*\]|[\d.]*|[\w.-]+):)??(?:(\d+)(?:-\d+)?)?:(\d+)(?:-\d+)?(?:/(\w+))?"
)
_ALONE = re.compile(r"(\d+)(?:-\d+)?(?:/(\w+))?")


def mounts(options: tuple[Option, ...]) -> tuple[Mount, ...]:
    """All that -v and --mount name."""
    found = []
    for one in options:
        if one.name == "volume" and one.value is not None:
            found.append(volume(one.value, one))
        elif one.name == "mount" and one.value is not None:
            found.append(_mount(one.value, one))
    return tuple(found)


def split_volume(value: str) -> list[str]:
    """The parts of `-v`: a drive's letter keeps its colon."""
    parts = value.split(":")
    if len(parts) > 1 and len(parts[0]) == 1 and parts[0].isalpha():
        # `m:/x` is a volume `m` at /x; `C:/x:/models` and `C:\\x` begin with a drive.
        target = len(parts) > 2 and parts[2][:1] == "/"
        if parts[1][:1] == "\\" or (parts[1][:1] == "/" and target):
            parts[:2] = [":".join(parts[:2])]
    return parts


def volume(value: str, at: Option, form: str = "-v") -> Mount:
    """`source:target:mode`, or a target alone."""
    parts = split_volume(value)
    source, target = ("", parts[0]) if len(parts) == 1 else (parts[0], parts[1])
    strange = [one for one in ",".join(parts[2:]).split(",") if one and not _MODES.fullmatch(one)]
    kind = "volume" if not source or _VOLUME_NAME.fullmatch(source) else "bind"
    return Mount(
        form=form,
        kind=kind,
        source=source,
        target=target,
        start=at.start,
        end=at.end,
        source_start=at.value_start,
        unset=at.unset,
        bad=tuple(strange),
    )


def _mount(value: str, at: Option) -> Mount:
    """`type=bind,source=…,target=…`, as comma-separated values."""
    fields = _fields(value)
    found: dict[str, str] = {}
    bad = []
    for field in fields:
        key, sign, text = field.partition("=")
        if sign and key.lower() in _KEYS:
            found[_KEYS[key.lower()]] = text
        elif not _OTHER_KEYS.fullmatch(key.lower()):
            bad.append(key)
    source = found.get("source", "")
    return Mount(
        form="--mount",
        kind=found.get("type", "volume"),
        source=source,
        target=found.get("target", ""),
        start=at.start,
        end=at.end,
        source_start=at.value_start + max(0, value.find(source)),
        unset=at.unset,
        bad=tuple(bad),
    )


def _fields(value: str) -> list[str]:
    """Comma-separated values, which may be quoted; line ends of a quote left open are blanks."""
    try:
        return next(csv.reader([re.sub(r"[\r\n\0]", " ", value)]), [])
    except csv.Error:  # longer than any field may be
        return value.split(",")


def ports(options: tuple[Option, ...]) -> tuple[Port, ...]:
    """What -p publishes of TCP."""
    every = [
        port(one.value, one.start, one.end)
        for one in options
        if one.name == "publish" and one.value
    ]
    return tuple(one for one in every if one is not None)


def port(value: str, start: int, end: int) -> Port | None:
    """`8000:8000`, `127.0.0.1:8000:8000/tcp`, `8000`; None for what is no TCP port."""
    alone, pair = _ALONE.fullmatch(value), _PORT.fullmatch(value)
    if alone and (alone[2] or "tcp") == "tcp":
        return Port(0, int(alone[1]), start, end)
    if pair and (pair[3] or "tcp") == "tcp":
        return Port(int(pair[1] or 0), int(pair[2]), start, end)
    return None


def variables(options: tuple[Option, ...]) -> tuple[Variable, ...]:
    found = []
    for one in options:
        if one.name == "env" and one.value is not None:
            name, sign, value = one.value.partition("=")
            found.append(Variable(name, value if sign else None, one.start, one.end, one.unset))
    return tuple(found)
