"""Judges config.pbtxt by its name, its encoding and the few fields that a scan can tell. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from triton_doctor.api import SAFE, Answer, Severity, found, unsure
from triton_doctor.probes.repository import CONFIG, Model
from triton_doctor.probes.repository_files import TextFile
from triton_doctor_checks.repository.config_scan import Field, fields, says_nothing
from triton_doctor_checks.repository.layout import config_in_version
from triton_doctor_checks.repository.place import Place, misnamed

# Files in a version folder from which Triton tells the backend when config.pbtxt names none.
_TELLING = {
    *("model.savedmodel", "model.graphdef", "model.plan", "model.onnx"),
    *("model.xml", "model.pt", "model.py"),
}
VLLM = "vllm"


def is_vllm(model: Model) -> bool:
    """Whether the vLLM backend will serve it, as far as a scan can tell."""
    file = model.config
    known = fields(file.text) if file is not None and file.text else None
    if known and ("backend" in known or "platform" in known):
        return known.get("backend", Field("", 0)).value == VLLM
    return not inferred(model) or model.name.endswith(f".{VLLM}")


def inferred(model: Model) -> bool:
    """Whether Triton needs no config.pbtxt: a file tells the backend, or a folder `m.backend`."""
    files = {entry.name for folder in model.folders for entry in folder.entries}
    return bool(files & _TELLING) or "." in model.name.strip(".")


def config(place: Place, model: Model) -> Iterator[Answer]:
    """What is wrong with the model's config.pbtxt."""
    entry = model.folder.find(CONFIG)
    path = f"{model.name}/{CONFIG}"
    if entry is None:
        if not inferred(model):
            yield _absent(place, model)
    elif entry.kind == "denied":
        yield unsure("denied", path=place.path(path))
    elif entry.kind == "dangling" or entry.outside:
        yield _missing(place, model, "link", path)
    elif entry.kind != "file":
        yield _missing(place, model, "folder", path)
    elif model.config is not None:
        yield from _content(place, model, model.config)


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
    return found("config-missing", case=case, where=place.path(seen or model.name), **values)


def _values(place: Place, model: Model, seen: str, repair: str) -> dict[str, Any]:
    path = place.path(f"{model.name}/{CONFIG}")
    return {"model": model.name, "path": path, "seen": seen, "repair": repair}


def _content(place: Place, model: Model, file: TextFile) -> Iterator[Answer]:
    path = place.path(file.path)
    if file.trouble == "denied":
        yield unsure("denied", path=path)
    elif file.text is None:
        yield unsure("unread", path=path, error=file.error or file.trouble)
    elif file.encoding in ("utf-8-bom", "utf-16"):
        case = {"utf-8-bom": "bom", "utf-16": "utf-16"}[file.encoding]
        yield found("config-syntax", case=case, where=f"{path}:1:1", path=path, error=file.encoding)
    else:
        known = fields(file.text)
        if known is not None:
            yield from _judge(place, model, file.text, known)


def _judge(place: Place, model: Model, text: str, known: Mapping[str, Field]) -> Iterator[Answer]:
    path = place.path(f"{model.name}/{CONFIG}")
    name, batch = known.get("name"), known.get("max_batch_size")
    if name is not None and name.value not in ("", model.name):
        where, evidence = f"{path}:{name.line}", _line(text, name)
        values: dict[str, Any] = {"model": model.name, "name": name.value, "path": path}
        yield found("name-mismatch", where=where, evidence=evidence, **values)
    if says_nothing(text) and not inferred(model) and not {"backend", "platform"} & set(known):
        yield found("config-invalid", case="no-backend", where=path, model=model.name, error="")
    if is_vllm(model) and batch is not None and batch.value.isdigit() and int(batch.value) > 0:
        where, evidence = f"{path}:{batch.line}", _line(text, batch)
        error = f"max_batch_size {batch.value}"
        values = {"model": model.name, "error": error}
        yield found("config-invalid", case="batch-size", where=where, evidence=evidence, **values)


def _line(text: str, field: Field) -> list[str]:
    return [f"{field.line} | {text.splitlines()[field.line - 1].strip()[:160]}"]
