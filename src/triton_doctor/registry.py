"""From entry points to checks. Each plug-in and each folder loads on its own.

The areas of the doctor's own distribution have no prefix; another's get the name of its entry
point, as in `acme:quota`.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, partial
from importlib.metadata import EntryPoint, entry_points
from importlib.resources import files
from typing import TYPE_CHECKING, cast

from triton_doctor.api import Answers, Context
from triton_doctor.errors import CatalogueError, UsageError
from triton_doctor.knowledge.catalogue import Area, Catalogue, read_area
from triton_doctor.knowledge.house import languages
from triton_doctor.knowledge.signatures import FILE as SIGNATURES
from triton_doctor.knowledge.signatures import (
    Known,
    Signatures,
    read_harmless,
    read_signatures,
)
from triton_doctor.model import Check, Found
from triton_doctor.record import Record
from triton_doctor.repairs import Plan

if TYPE_CHECKING:
    from importlib.abc import Traversable

GROUP = "triton_doctor.checks"
HOUSE = "triton-doctor"
OWN_AREA = "doctor"  # what the house itself can find: a broken plug-in

CheckFunction = Callable[[Context], Answers]
RepairFunction = Callable[[Context, Found], "Plan | None"]


class LoadedCheck(Record, frozen=True):
    """A check that can be run; `load` imports its code, which may fail."""

    check: Check
    load: Callable[[], CheckFunction]


class Broken(Record, frozen=True):
    """A plug-in, or one folder of it, that could not be loaded."""

    plugin: str
    version: str
    place: str
    error: str


class Loaded(Record, frozen=True):
    """Everything the entry points gave: words, checks in their order, and what was broken.

    repairs: by area, what plans a repair for a problem that a log showed; loaded when it is wanted.
    """

    catalogue: Catalogue
    checks: tuple[LoadedCheck, ...]
    broken: tuple[Broken, ...]
    repairs: Mapping[str, Callable[[], RepairFunction]] = {}


@cache
def load_catalogue(lang: str | None = None) -> Loaded:
    """Read every plug-in's words, once. lang: as `ru`; English where a word is not translated.

    Raises UsageError for a language that the house does not speak.
    """
    if lang and lang not in languages():
        raise UsageError(
            f"no words in {lang!r}", where="--lang", hint=f"There are: {', '.join(languages())}."
        )
    catalogue = Catalogue({OWN_AREA: _own_area(lang)})
    checks: list[LoadedCheck] = []
    broken: list[Broken] = []
    repairs: dict[str, Callable[[], RepairFunction]] = {}
    for entry, area_id, folder in _every_folder(broken):
        place = f"{entry.value}.{folder.name}"
        try:
            area = _read(area_id, folder, lang)
        except (CatalogueError, OSError) as error:
            broken.append(_broken(entry, place, error))
            continue
        catalogue.areas[area.check.id] = area
        if (folder / "check.py").is_file():
            checks.append(LoadedCheck(area.check, partial(_function, f"{place}.check")))
        if (folder / "repair.py").is_file():
            repairs[area.check.id] = partial(_repair, f"{place}.repair")
    return Loaded(catalogue, tuple(checks), tuple(broken), repairs)


def load_signatures() -> tuple[Signatures, tuple[Broken, ...]]:
    """How every plug-in's problems look in a log; those of check.toml come with the catalogue."""
    known: list[Known] = []
    broken: list[Broken] = []
    for entry, area_id, folder in _every_folder(broken):
        found = _signatures(entry, area_id, folder)
        if isinstance(found, Broken):
            broken.append(found)
        else:
            known += found
    noise = files("triton_doctor.knowledge") / "noise.toml"
    harmless = read_harmless(noise.read_bytes(), str(noise)) if noise.is_file() else []
    return Signatures(tuple(known), tuple(harmless)), tuple(broken)


def _signatures(entry: EntryPoint, area_id: str, folder: Traversable) -> list[Known] | Broken:
    """Those of one folder, of signatures.toml and of check.toml."""
    apart = folder / SIGNATURES
    try:
        known = read_signatures(area_id, apart.read_bytes(), str(apart)) if apart.is_file() else []
        if b".signature]]" in (folder / "check.toml").read_bytes():
            for problem in _read(area_id, folder, None).problems.values():
                known += [Known(problem.id, one) for one in problem.signatures]
    except (CatalogueError, OSError) as error:
        return _broken(entry, f"{entry.value}.{folder.name}", error)
    return known


def foreseen(problem: str, checks: Sequence[LoadedCheck]) -> bool:
    """Whether a check finds this problem before the launch.

    It says so where the problem is another area's; its own ones are named in its code.
    """
    area, _, slug = problem.rpartition("/")
    return any(
        problem in one.check.finds or (one.check.id == area and slug in _named(one))
        for one in checks
        if one.check.foresees
    )


def _named(loaded: LoadedCheck) -> set[str]:
    """Every slug in the code of a check's folder."""
    import re

    module = cast("partial[CheckFunction]", loaded.load).args[0]
    folder = files(module.rpartition(".")[0])
    code = [entry.read_text("utf-8") for entry in folder.iterdir() if entry.name.endswith(".py")]
    return set(re.findall(r'"([a-z0-9-]+)"', " ".join(code)))


def _entries() -> list[EntryPoint]:
    """Plug-ins, the doctor's own first."""
    return sorted(entry_points(group=GROUP), key=lambda entry: (not _ours(entry), entry.name))


def _every_folder(broken: list[Broken]) -> Iterator[tuple[EntryPoint, str, Traversable]]:
    """Of every plug-in its areas' ids and folders; one that cannot be imported comes to `broken`.

    A stranger's areas bear his name before their own.
    """
    for entry in _entries():
        mark = "" if _ours(entry) else f"{entry.name}:"  # asked once: it reads a package's papers
        try:
            folders = list(_folders(entry.value))
        except Exception as error:  # noqa: BLE001 - whatever a stranger's import raises
            broken.append(_broken(entry, entry.value, error))
            continue
        for folder in folders:
            yield entry, mark + folder.name, folder


def _ours(entry: EntryPoint) -> bool:
    return entry.dist is not None and entry.dist.name == HOUSE


def _folders(package: str) -> Iterator[Traversable]:
    root = files(importlib.import_module(package))
    for folder in sorted(root.iterdir(), key=lambda folder: folder.name):
        if (folder / "check.toml").is_file():
            yield folder


def _read(area_id: str, folder: Traversable, lang: str | None) -> Area:
    source = folder / "check.toml"
    translation = folder / f"check.{lang}.toml"
    words = (translation.read_bytes(), str(translation)) if lang and translation.is_file() else None
    return read_area(area_id, source.read_bytes(), str(source), words)


def _own_area(lang: str | None) -> Area:
    folder = files("triton_doctor.knowledge") / OWN_AREA
    return _read(OWN_AREA, folder, lang)


def _function(module: str) -> CheckFunction:
    return cast("CheckFunction", importlib.import_module(module).check)


def _repair(module: str) -> RepairFunction:
    return cast("RepairFunction", importlib.import_module(module).repair)


def _broken(entry: EntryPoint, place: str, error: Exception) -> Broken:
    version = entry.dist.version if entry.dist else "?"
    return Broken(entry.name, version, place, f"{type(error).__name__}: {error}")
