"""Judges VERSION/model.json: whether it is there, and whether it is JSON. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from triton_doctor.api import SAFE, Answer, Severity, found, unsure
from triton_doctor.probes.repository import ARGUMENTS, Model
from triton_doctor.probes.repository_files import TextFile
from triton_doctor_checks.repository import scaffolding
from triton_doctor_checks.repository.adapters import adapters
from triton_doctor_checks.repository.argument_names import unknown_keys
from triton_doctor_checks.repository.config_tree import served
from triton_doctor_checks.repository.json_fault import Fault, fault, foreign
from triton_doctor_checks.repository.json_repair import repair
from triton_doctor_checks.repository.layout import beside
from triton_doctor_checks.repository.place import Place, misnamed


def arguments(place: Place, model: Model) -> Iterator[Answer]:
    """What is wrong with the model.json of each version that is to be served."""
    for version in served(model):
        yield from _version(place, model, version)


def served_files(model: Model) -> Iterator[TextFile]:
    """The model.json of each version that is to be served, as far as they are there."""
    for version in served(model):
        file = model.file(f"{version}/{ARGUMENTS}")
        if file is not None:
            yield file


def _version(place: Place, model: Model, version: int) -> Iterator[Answer]:
    folder = model.subfolder(str(version))
    path = f"{model.name}/{version}/{ARGUMENTS}"
    if folder is None:
        yield unsure("unread", path=place.path(path), error="too-many")
        return
    if folder.trouble:
        yield unsure("denied", path=place.path(f"{model.name}/{version}"))
        return
    entry = folder.find(ARGUMENTS)
    if entry is None:
        yield _absent(place, model, version)
    elif entry.kind == "denied":
        yield unsure("denied", path=place.path(path))
    elif entry.kind == "dangling" or entry.outside:
        yield _missing(place, model, "link", path)
    elif entry.kind != "file":
        yield _missing(place, model, "folder", path)
    else:
        yield from _content(place, model.file(f"{version}/{ARGUMENTS}"))
        yield from adapters(place, model, version)


def _absent(place: Place, model: Model, version: int) -> Answer:
    folder = model.subfolder(str(version))
    near = misnamed(folder, ARGUMENTS) if folder else None
    target = f"{model.name}/{version}/{ARGUMENTS}"
    if near is None and model.folder.find(ARGUMENTS):
        return beside(place, model, version)
    if near is None:
        return _missing(place, model, None, target)
    source = f"{model.name}/{version}/{near}"
    return found(
        "model-json-missing",
        case="misnamed",
        severity=Severity.WARNING if place.same_file(near, ARGUMENTS) else None,
        where=place.path(source),
        fix=place.rename_plan(source, target, SAFE),
        **_values(place, model, target, near, place.move(source, target)),
    )


def _missing(place: Place, model: Model, case: str | None, path: str) -> Answer:
    return found(
        "model-json-missing",
        case=case,
        where=place.path(path),
        fix=scaffolding.arguments(place.path(path), place.release) if case is None else None,
        **_values(place, model, path, "", ""),
    )


def _values(place: Place, model: Model, path: str, seen: str, repair: str) -> dict[str, Any]:
    return {"model": model.name, "path": place.path(path), "seen": seen, "repair": repair}


def _content(place: Place, file: TextFile | None) -> Iterator[Answer]:
    if file is None:
        return
    path = place.path(file.path)
    if file.trouble == "denied":
        yield unsure("denied", path=path)
    elif file.text is None:
        yield unsure("unread", path=path, error=file.error or file.trouble)
    else:
        wrong = fault(file)
        odd = None if wrong else foreign(file)
        if wrong:
            yield _syntax(path, file, wrong, None)
        elif odd:
            yield _syntax(path, file, odd, Severity.WARNING)
        if wrong is None:
            yield from unknown_keys(path, file.text, place.release)


def _syntax(path: str, file: TextFile, wrong: Fault, severity: Severity | None) -> Answer:
    return found(
        "model-json-syntax",
        case=wrong.case,
        severity=severity,
        where=f"{path}:{wrong.line}:{wrong.column}",
        evidence=wrong.source,
        fix=repair(path, file, wrong),
        path=path,
        line=wrong.line,
        column=wrong.column,
        error=wrong.error,
    )
