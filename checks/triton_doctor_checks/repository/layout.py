"""Judges whether the folders are REPOSITORY/MODEL/VERSION. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from triton_doctor.api import SAFE, Answer, Found, Plan, Severity, command, found, plan
from triton_doctor.probes.repository import ARGUMENTS, CONFIG, Model
from triton_doctor_checks.repository.place import NEXT, Place, some

_NUMBER = re.compile(r"\d+")


def versions(place: Place, model: Model) -> Iterator[Answer]:
    """What is wrong with the model's version folders; nothing where one will be served."""
    name = model.name
    if model.versions:
        served = model.folder.find(str(model.versions[0]))
        if served is not None and served.outside:
            yield bad(place, name, "outside", f"{name}/{served.name}", "")
        return
    inner = model.subfolder(name)
    almost = next(filter(_NUMBER.search, model.folder.names("folder")), None)
    if inner is not None and looks_like_model([entry.name for entry in inner.entries]):
        yield deeper(place, name, place.path(name))
    elif almost is not None:
        yield _misnumbered(place, model, almost)
    elif model.folder.find(ARGUMENTS):
        yield beside(place, model, 1)
    else:
        contents = some([entry.name for entry in model.folder.entries])
        yield bad(place, name, None, contents, place.make(f"{name}/1"))


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


def strangers(place: Place) -> Iterator[Answer]:
    """Folders without a version: never a model, and harmless while models are loaded by name."""
    names = [one.name for one in place.repository.others if not one.has_version]
    if names:
        yield bad(place, names[0], "strangers", some(names), "", where="", severity=Severity.NOTE)


def model_as_repository(place: Place, name: str) -> Answer | None:
    """The repository is itself a model's folder, or has its files directly in it."""
    folder = place.repository.folder
    stray = [one for one in (CONFIG, ARGUMENTS) if folder.find(one)]
    stray += [one for one in folder.names("folder") if _NUMBER.fullmatch(one)]
    if not stray:
        return None
    path = place.repository.path.replace("\\", "/").rstrip("/")
    above, _, last = path.rpartition("/")
    if last == name:
        repair = f"triton-doctor --repository {place.shell.quote(above or '/')}"
        return bad(place, name, "model-as-repository", some(stray), repair, where="")
    moves = [place.move(one, f"{name}/{one}") for one in stray]
    repair = NEXT.join([place.make(name), *moves])
    return bad(place, name, "no-model-folder", some(stray), repair, where="")


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
) -> Found:
    """A bad-layout; where: within the repository, the model's folder if not given."""
    spot = place.path(model if where is None else where)
    values = {"model": model, "path": place.path(), "seen": seen, "repair": repair}
    return found("bad-layout", case=case, where=spot, fix=fix, severity=severity, **values)


def _misnumbered(place: Place, model: Model, name: str) -> Answer:
    digits = _NUMBER.search(name)
    target = f"{model.name}/{int(digits[0]) if digits else 1}"
    source = f"{model.name}/{name}"
    fix, repair = place.rename_plan(source, target, SAFE), place.move(source, target)
    return bad(place, model.name, "version-name", name, repair, where=source, fix=fix)
