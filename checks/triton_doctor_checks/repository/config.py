"""Judges config.pbtxt: whether it is there, can be read, and says what Triton takes. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from triton_doctor.api import SAFE, Answer, Severity, found, unsure
from triton_doctor.probes.repository import CONFIG, Model
from triton_doctor.probes.repository_files import TextFile
from triton_doctor_checks.repository import scaffolding
from triton_doctor_checks.repository.config_rules.backends import inferred
from triton_doctor_checks.repository.config_source import Source
from triton_doctor_checks.repository.config_syntax import encoding_answer, syntax_answer
from triton_doctor_checks.repository.config_tree import is_vllm, tree
from triton_doctor_checks.repository.config_verdict import verdict
from triton_doctor_checks.repository.layout import config_in_version
from triton_doctor_checks.repository.place import Place, misnamed
from triton_doctor_checks.repository.text_format import Fault, Message

__all__ = ["config", "is_vllm"]


def config(place: Place, model: Model) -> Iterator[Answer]:
    """What is wrong with the model's config.pbtxt."""
    entry = model.folder.find(CONFIG)
    path = f"{model.name}/{CONFIG}"
    if entry is None:
        if not inferred(model):
            yield _absent(place, model)
        else:
            yield from verdict(place, model, Source(place.path(path), "", absent=True), _NOTHING)
    elif entry.kind == "denied":
        yield unsure("denied", path=place.path(path))
    elif entry.kind == "dangling" or entry.outside:
        yield _missing(place, model, "link", path)
    elif entry.kind != "file":
        yield _missing(place, model, "folder", path)
    elif model.config is not None:
        yield from _content(place, model, model.config)


_NOTHING = Message("ModelConfig", ())


def _absent(place: Place, model: Model) -> Answer:
    inside = config_in_version(place, model)
    if inside is not None:
        return inside
    near = misnamed(model.folder, CONFIG)
    if near is None:
        return _missing(place, model, None, "")
    source, target = f"{model.name}/{near}", f"{model.name}/{CONFIG}"
    severity = Severity.WARNING if place.same_file(near, CONFIG) else None
    return found(
        "config-missing",
        case="misnamed",
        severity=severity,
        where=place.path(source),
        fix=place.rename_plan(source, target, SAFE),
        **_values(place, model, near, place.move(source, target)),
    )


def _missing(place: Place, model: Model, case: str | None, seen: str) -> Answer:
    values = _values(place, model, seen, "")
    # Where something else bears the name, a person has to say what becomes of it.
    fix = scaffolding.config(values["path"], place.release) if case is None else None
    where = place.path(seen or model.name)
    return found("config-missing", case=case, where=where, fix=fix, **values)


def _values(place: Place, model: Model, seen: str, repair: str) -> dict[str, Any]:
    path = place.path(f"{model.name}/{CONFIG}")
    return {"model": model.name, "path": path, "seen": seen, "repair": repair}


def _content(place: Place, model: Model, file: TextFile) -> Iterator[Answer]:
    path = place.path(file.path)
    triton = place.release.triton if place.release else None
    if file.trouble == "denied":
        yield unsure("denied", path=path)
    elif file.text is None:
        yield unsure("unread", path=path, error=file.error or file.trouble)
    elif marked := encoding_answer(path, file.text, file.encoding):
        yield marked
    else:
        said = tree(file.text, triton)
        if isinstance(said, Fault):
            yield syntax_answer(path, file.text, said, triton)
        else:
            yield from verdict(place, model, Source(path, file.text), said)
