"""Judges files that lie a level too high or too low, and folders taken for others. Pure."""

from __future__ import annotations

import re

from triton_doctor.api import SAFE, Answer, Found, Plan, Severity, command, found, plan
from triton_doctor.probes.repository import ARGUMENTS, CONFIG, Model
from triton_doctor_checks.repository.place import NEXT, Place, some

_NUMBER = re.compile(r"\d+")


def beside(place: Place, model: Model, version: int) -> Answer:
    """model.json lies in the model's folder instead of in its version folder."""
    source, folder = f"{model.name}/{ARGUMENTS}", f"{model.name}/{version}"
    target = f"{folder}/{ARGUMENTS}"
    steps = (
        command("mkdir", "-p", place.path(folder)),
        command("mv", place.path(source), place.path(target)),
    )
    repair = f"{place.make(folder)}{NEXT}{place.move(source, target)}"
    fix = plan("move", SAFE, *steps)
    return bad(place, model.name, "one-level-off", ARGUMENTS, repair, where=source, fix=fix)


def config_in_version(place: Place, model: Model) -> Answer | None:
    """config.pbtxt lies in a version folder instead of in the model's."""
    for folder in model.folders:
        if folder.find(CONFIG):
            source, target = f"{folder.path}/{CONFIG}", f"{model.name}/{CONFIG}"
            fix = plan("move", SAFE, command("mv", place.path(source), place.path(target)))
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
        higher = above.rpartition("/")[0]
        repair = f"triton-doctor --repository {place.shell.quote(higher or '/')}"
        return bad(
            place, name, "version-as-repository", some(stray), repair, where="", severity=severity
        )
    if last == name:
        repair = f"triton-doctor --repository {place.shell.quote(above or '/')}"
        return bad(
            place, name, "model-as-repository", some(stray), repair, where="", severity=severity
        )
    moves = [place.move(one, f"{name}/{one}") for one in stray]
    repair = NEXT.join([place.make(name), *moves])
    return bad(place, name, "no-model-folder", some(stray), repair, where="", severity=severity)


def deeper(place: Place, name: str, path: str) -> Answer:
    """The models lie in a folder further down; path: that folder, to be given to --repository."""
    repair = f"triton-doctor --repository {place.shell.quote(path)}"
    return bad(place, name, "one-too-deep", path, repair)


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
