"""Judges what else lies in the repository: stray folders, links, names that clash. Pure.

Under the control modes none and poll, and with `--load-model=*`, Triton takes every folder for a
model, hidden ones and links to folders too; files at this level do not matter.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from triton_doctor.api import ASK, SHOW, Answer, Severity, move, plan
from triton_doctor.probes.repository import ADAPTERS, ARGUMENTS, CONFIG, Model, version_number
from triton_doctor.probes.repository_files import Folder
from triton_doctor_checks.repository.layout import bad, deeper, model_as_repository
from triton_doctor_checks.repository.place import NEXT, Place, misnamed, some

_SHOWN = 5


def is_stray(model: Model) -> bool:
    """Whether nothing in the folder was meant for Triton; it can then never be loaded."""
    return not (
        model.folder.trouble
        or model.folder.find(CONFIG)
        or model.folder.find(ARGUMENTS)
        or model.folder.find(ADAPTERS)
        or misnamed(model.folder, CONFIG)
        or any(_version(folder) for folder in model.folders)
    )


def _version(folder: Folder) -> bool:
    """Whether it is a version's folder with a file that was meant for Triton."""
    number = version_number(folder.path.rpartition("/")[2])
    return number is not None and bool(folder.find(CONFIG) or folder.find(ARGUMENTS))


def strays(place: Place, models: list[Model], loaded: str) -> Answer:
    """One finding for the folders of a repository that are no models though Triton loads all.

    models: these, one at the least; loaded: a model that is one, for the example of the remedy.
    """
    names = [model.name for model in models]
    moves = [(place.path(name), place.path(f"../{name}")) for name in names[:_SHOWN]]
    repair = NEXT.join(place.shell.move(source, target) for source, target in moves)
    fix = plan("out", ASK, *[move(source, target) for source, target in moves])
    return bad(place, loaded, "stray", some(names), repair, where=names[0], fix=fix)


def nested(place: Place, model: Model) -> Answer | None:
    """A folder that holds models itself: a repository in the repository."""
    if model.folder.find(CONFIG) or model.numbers:
        return None
    if not any(folder.find(CONFIG) for folder in model.folders):
        return None
    return deeper(place, model.name, place.path(model.name))


def misplaced(place: Place) -> Answer | None:
    """Triton is to load all, and the repository is itself a model's or a version's folder."""
    models = place.repository.models
    loose = [one for one in (CONFIG, ARGUMENTS) if place.repository.folder.find(one)]
    if not loose or any(model.folder.find(CONFIG) for model in models):
        return None
    name = place.repository.path.replace("\\", "/").rstrip("/").rpartition("/")[2]
    return model_as_repository(place, name, None if models else Severity.WARNING)


def links(place: Place, folder: Folder, all_loaded: bool) -> Iterator[Answer]:
    """Links at the top that lead nowhere in the container: no folder can then be listed."""
    names = [one.name for one in folder.entries if one.kind == "dangling" or one.outside]
    if names:
        case = "top-link" if all_loaded else "top-link-unused"
        severity = None if all_loaded else Severity.NOTE
        yield bad(place, names[0], case, some(names), "", where=names[0], severity=severity)


def strangers(place: Place) -> Iterator[Answer]:
    """Folders without a version: never a model, and harmless while models are loaded by name."""
    names = [one.name for one in place.repository.others if not one.has_version]
    if names:
        yield bad(place, names[0], "strangers", some(names), "", where="", severity=Severity.NOTE)


def twice(place: Place, names: Collection[str], all_loaded: bool) -> Iterator[Answer]:
    """Models that more than one repository holds; Triton then loads none of that name.

    By name a file counts too, while Triton loads all folders only.
    """
    kinds = ("folder",) if all_loaded else ("folder", "file", "other")
    owners: dict[str, list[str]] = {}
    for root in place.repository.roots:
        for entry in root.folder.entries:
            if entry.kind in kinds and not entry.outside and (all_loaded or entry.name in names):
                owners.setdefault(entry.name, []).append(root.given)
    for name, given in owners.items():
        if len(given) > 1:
            other = Place(place.repository, place.shell, given[1])
            repair = place.shell.move(other.path(name), other.path(f"{name}-2"))
            fix = other.rename_plan(name, f"{name}-2", SHOW, name="name")
            yield bad(other, name, "twice", ", ".join(given), repair, fix=fix)


def clashes(place: Place, names: Collection[str]) -> Iterator[Answer]:
    """Models whose names differ by case alone, which some file systems cannot tell apart."""
    known: dict[str, list[str]] = {}
    for name in place.repository.folder.names("folder"):
        known.setdefault(name.lower(), []).append(name)
    for name in names:
        alike = known.get(name.lower(), [])
        if len(alike) > 1 and name == next((one for one in alike if one in names), ""):
            yield bad(place, name, "case-clash", some(alike), "", severity=Severity.NOTE)
