"""Judges files that lie a level too high or too low, and folders taken for others. Pure."""

from __future__ import annotations

import re

from triton_doctor.api import (
    ASK,
    SAFE,
    Answer,
    Found,
    Plan,
    Severity,
    found,
    make_folder,
    move,
    plan,
    setting,
)
from triton_doctor.probes.repository import ARGUMENTS, CONFIG, Model
from triton_doctor_checks.repository.place import NEXT, Place, some

_NUMBER = re.compile(r"\d+")


def beside(place: Place, model: Model, version: int) -> Answer:
    """model.json lies in the model's folder instead of in its version folder."""
    source, folder = f"{model.name}/{ARGUMENTS}", f"{model.name}/{version}"
    target = f"{folder}/{ARGUMENTS}"
    steps = (
        make_folder(place.path(folder)),
        move(place.path(source), place.path(target)),
    )
    repair = f"{place.make(folder)}{NEXT}{place.move(source, target)}"
    fix = plan("move", SAFE, *steps)
    return bad(place, model.name, "one-level-off", ARGUMENTS, repair, where=source, fix=fix)


def config_in_version(place: Place, model: Model) -> Answer | None:
    """config.pbtxt lies in a version folder instead of in the model's."""
    for folder in model.folders:
        if folder.find(CONFIG):
            source, target = f"{folder.path}/{CONFIG}", f"{model.name}/{CONFIG}"
            fix = plan("move", SAFE, move(place.path(source), place.path(target)))
            repair = place.move(source, target)
            seen = folder.path
            return bad(place, model.name, "config-in-version", seen, repair, where=source, fix=fix)
    return None


def model_as_repository(place: Place, name: str, severity: Severity | None = None) -> Answer | None:
    """The repository is itself a model's or a version's folder, or has such files in it."""
    folder = place.repository.folder
    stray = [one for one in (CONFIG, ARGUMENTS) if folder.find(one)]
    stray += [one for one in folder.names("folder") if _NUMBER.fullmatch(one)]
    if not stray:
        return None
    path = place.repository.path.replace("\\", "/").rstrip("/")
    above, _, last = path.rpartition("/")
    if ARGUMENTS in stray and CONFIG not in stray and _NUMBER.fullmatch(last):
        case, higher = "version-as-repository", above.rpartition("/")[0] or "/"
    elif last == name:
        case, higher = "model-as-repository", above or "/"
    else:
        return _no_model_folder(place, name, stray, severity)
    repair, fix = f"triton-doctor --repository {place.shell.quote(higher)}", _other(place, higher)
    seen = some(stray)
    return bad(place, name, case, seen, repair, where="", severity=severity, fix=fix)


def _no_model_folder(
    place: Place, name: str, stray: list[str], severity: Severity | None
) -> Answer:
    """The files of the only model, directly in the repository."""
    moves = [(one, f"{name}/{one}") for one in stray]
    repair = NEXT.join([place.make(name), *[place.move(*one) for one in moves]])
    steps = [move(place.path(source), place.path(target)) for source, target in moves]
    fix = plan("move", ASK, make_folder(place.path(name)), *steps)
    seen = some(stray)
    return bad(place, name, "no-model-folder", seen, repair, where="", severity=severity, fix=fix)


def _other(place: Place, path: str) -> Plan | None:
    """Another folder for the repository; none where this one is a further repository."""
    return None if place.root else plan("repository", ASK, setting("repository", path), there=path)


def deeper(place: Place, name: str, path: str) -> Answer:
    """The models lie in a folder further down; path: that folder, to be given to --repository."""
    repair = f"triton-doctor --repository {place.shell.quote(path)}"
    return bad(place, name, "one-too-deep", path, repair, fix=_other(place, path))


def looks_like_model(names: list[str]) -> bool:
    return CONFIG in names or any(_NUMBER.fullmatch(name) for name in names)


def bad(
    place: Place,
    model: str,
    case: str | None,
    seen: str,
    repair: str,
    *,
    where: str | None = None,
    fix: Plan | None = None,
    severity: Severity | None = None,
    number: str = "",
) -> Found:
    """A bad-layout; where: within the repository, the model's folder if not given."""
    spot = place.path(model if where is None else where)
    values = {
        "model": model,
        "path": place.path(),
        "seen": seen,
        "repair": repair,
        "number": number,
    }
    return found("bad-layout", case=case, where=spot, fix=fix, severity=severity, **values)
