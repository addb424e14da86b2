"""Which arguments a version of vLLM has: names, types and choices, from version to version.

`arguments.json` says where they were read. A version that was not read is taken for the nearest one
below it that was; NVIDIA's own builds may differ from a version by a few names.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from triton_doctor.api import Record, data

# The name of NVIDIA's own image, whose vLLM is that of the releases table.
OFFICIAL = "nvcr.io/nvidia/tritonserver"
_VERSION = re.compile(r"(\d+(?:\.\d+)*)(?:\.?post(\d+))?")


class Argument(Record, frozen=True):
    """One argument in one version.

    kinds: of bool, int, float, str, enum, list, dict, object, class, callable; choices: what `enum`
    allows, or what the command line of old versions did; required: there is no default.
    """

    name: str
    kinds: tuple[str, ...]
    nullable: bool = False
    required: bool = False
    choices: tuple[str | int, ...] = ()

    @property
    def closed(self) -> bool:
        """Whether nothing but the choices is allowed."""
        return "enum" in self.kinds and "str" not in self.kinds and "class" not in self.kinds


class History(Record, frozen=True):
    """first, last: versions that have the argument (last: None while the newest has it too).

    gone: the first version without it.
    """

    first: str
    last: str | None = None
    gone: str | None = None


class Table(Record, frozen=True):
    """The arguments of `version`, as they were read in `read` (the nearest version below)."""

    version: str
    read: str
    arguments: dict[str, Argument]

    def __contains__(self, name: str) -> bool:
        return name in self.arguments

    def since(self, version: str) -> bool:
        """Whether this is that version or a later one."""
        return order(self.version) >= order(version)


@lru_cache(maxsize=256)
@lru_cache(maxsize=256)
def order(version: str) -> tuple[int, ...]:
    """What versions are compared by; a release candidate and a local part count for nothing."""
    match = _VERSION.match(version)
    if not match:
        return ()
    numbers = [int(one) for one in match[1].split(".")][:4]
    return (*numbers, *[0] * (4 - len(numbers)), int(match[2] or 0))


@lru_cache(maxsize=8)
def table(vllm: str | None) -> Table | None:
    """The arguments of a version; None for an unknown one, and one newer than those read."""
    known = _data()["versions"]
    asked = order(vllm or "")
    if not asked or asked > order(known[-1]):
        return None
    below = [version for version in known if order(version) <= asked]
    if not below:
        return None
    return Table(vllm or "", below[-1], _read(known.index(below[-1])))


def arguments(vllm: str | None) -> dict[str, Argument] | None:
    """The arguments of a version by their names; None where the version is not known."""
    found = table(vllm)
    return found.arguments if found else None


def history(name: str) -> History | None:
    """From when to when vLLM has had an argument; None for a name that it never had."""
    segments = _data()["fields"].get(name)
    if not segments:
        return None
    last, known = segments[-1][1], _data()["versions"]
    return History(segments[0][0], last, known[known.index(last) + 1] if last else None)


def every_name() -> list[str]:
    """All that any version has had."""
    return list(_data()["fields"])


def names(text: str) -> frozenset[str]:
    """The names in a text, with blanks between them."""
    return frozenset(text.split())


def successor(name: str) -> tuple[tuple[str, ...], Any] | None:
    """Where the value of a name that is gone goes now, and the value if it must be another.

    `(("hf_overrides", "rope_theta"), None)`: into that member of that object, as it is.
    """
    found = _data()["replaced"].get(name)
    return (tuple(found["to"]), found.get("value")) if found else None


def newest() -> str:
    """The newest version that was read."""
    return str(_data()["versions"][-1])


def after(version: str, read: str) -> bool:
    """Whether `version` is the one that was read right after `read`."""
    known = _data()["versions"]
    return bool(known.index(version) == known.index(read) + 1)


def release_with(vllm: str) -> str:
    """NVIDIA's first release (as `25.09`) of at least this vLLM; empty where none is known."""
    rows = data("triton_doctor.probes", "data/triton_releases.toml")["release"]
    for row in rows:
        if order(row.get("vllm", "")) >= order(vllm):
            return str(row["tag"])
    return ""


def _data() -> Any:
    return data(__package__, "arguments.json")


def _read(position: int) -> dict[str, Argument]:
    known: list[str] = _data()["versions"]
    places = {version: index for index, version in enumerate(known)}
    found = {}
    for name, segments in _data()["fields"].items():
        for since, until, kind, choices in segments:
            last = len(known) if until is None else places[until]
            if places[since] <= position <= last:
                found[name] = _argument(name, kind, choices)
    return found


def _argument(name: str, kind: str, choices: int | None) -> Argument:
    return Argument(
        name,
        tuple(kind.rstrip("?!").split("|")),
        "?" in kind,
        "!" in kind,
        () if choices is None else tuple(_data()["choices"][choices]),
    )
