"""Judges why the repository, or a model in it, is not there. Pure."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

from triton_doctor.api import ASK, Answer, Plan, Severity, found, plan, setting, unsure
from triton_doctor.probes.repository import Further
from triton_doctor.probes.repository_files import Entry
from triton_doctor.probes.shell import Shell
from triton_doctor_checks.repository import scaffolding
from triton_doctor_checks.repository.layout import deeper, model_as_repository
from triton_doctor_checks.repository.names import not_a_name
from triton_doctor_checks.repository.place import Place, some


def no_repository(
    root: Further, shell: Shell, around: tuple[str, ...], remote: str, made: Plan | None
) -> Answer:
    """The folder cannot be used. around: others nearby; remote: the address of another
    machine; made: the plan that would make one.
    """
    folder, path = root.folder, root.path
    if folder.trouble == "denied":
        return unsure("denied", path=path)
    if folder.trouble == "failed":
        return unsure("failed", path=path, error=folder.error)
    if remote:
        return unsure("remote", path=path, endpoint=remote)
    case, repair, fix = "folder", "", made
    if folder.trouble == "not-a-folder":
        case, fix = "file", None
    elif around:
        fix = plan("nearby", ASK, setting("repository", around[0]), path=around[0])
        case, repair = "folder-nearby", f"triton-doctor --repository {shell.quote(around[0])}"
    values: dict[str, Any] = {
        "path": path,
        "model": "",
        "there": around[0] if around else "",
        "repair": repair,
    }
    return found("not-found", case=case, where=path, fix=fix, **values)


def no_model(place: Place, name: str, inside: tuple[str, ...]) -> Answer:
    """Why a model that is to be loaded has no folder. inside: repositories in the repository."""
    entry = place.repository.folder.find(name)
    if entry is not None:
        return _no_folder(place, entry)
    path = not_a_name(place, name)
    if path is not None:
        return path
    whole = model_as_repository(place, name)
    if whole is not None:
        return whole
    return deeper(place, name, inside[0]) if inside else _absent(place, name)


def _no_folder(place: Place, entry: Entry) -> Answer:
    if entry.kind == "denied":
        return unsure("denied", path=place.path(entry.name))
    case = {"dangling": "link", "folder": "outside"}.get(entry.kind, "model-is-file")
    return _missing(place, entry.name, case)


def _absent(place: Place, name: str) -> Answer:
    names = place.repository.folder.names("folder")
    likely = [one.name for one in place.repository.others if one.has_config or one.has_version]
    near = _close(likely or names, name)
    if near is not None:
        near_fix = place.rename_plan(near, name, ASK, instead=_load(place, near))
        severity = Severity.WARNING if place.same_file(near, name) else None
        repair = place.move(near, name)
        return _missing(place, name, "misspelt", near, repair, severity=severity, fix=near_fix)
    if not names:
        contents = some([entry.name for entry in place.repository.folder.entries])
        fix = scaffolding.whole(place.path(), (name,), place.release)
        return _missing(place, name, "empty", contents, fix=fix)
    other = (likely or names)[0]
    repair = f"triton-doctor --model {place.shell.quote(other)}"
    fix = _load(place, other)
    return _missing(place, name, "model", some(likely or names), repair, fix=fix)


def _missing(
    place: Place,
    name: str,
    case: str,
    there: str = "",
    repair: str = "",
    *,
    severity: Severity | None = None,
    fix: Plan | None = None,
) -> Answer:
    values = {"path": place.path(), "model": name, "there": there, "repair": repair}
    where = place.path(name if place.repository.folder.find(name) else "")
    return found("not-found", case=case, where=where, severity=severity, fix=fix, **values)


def _load(place: Place, name: str) -> Plan | None:
    """To load a model that is there; None where others are to be loaded beside it."""
    if place.root or not place.only:
        return None
    return plan("load", ASK, setting("model", [name]), there=name)


def _close(names: list[str], wanted: str) -> str | None:
    """A name that differs from the wanted one by case or by a letter or two."""
    lower = {name.lower(): name for name in names}
    near = get_close_matches(wanted.lower(), lower, n=1, cutoff=0.75)
    return lower[near[0]] if near else None
