"""Judges the backend that is asked for: whether it exists, and is in this image. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from triton_doctor.api import Answer, found, unsure
from triton_doctor.probes.image_names import parse
from triton_doctor.probes.repository import Model
from triton_doctor_checks.repository.config_rules.backends import (
    ENSEMBLE,
    IN_VLLM_IMAGE,
    PYTHON,
    REAL,
    Settled,
    brought,
    meant_by,
)
from triton_doctor_checks.repository.config_rules.complaint import Change, text
from triton_doctor_checks.repository.config_source import Source
from triton_doctor_checks.repository.place import Place
from triton_doctor_checks.repository.text_format import Field, Message

_TEMPLATE = re.compile(r"\$\{?\w|\{\{|<.+>|%\w+%|\}\}")
_FROM_PYTHON = "model.py"  # the runtime of backends that are written in Python


def backend_answer(
    place: Place, model: Model, source: Source, config: Message, now: Settled
) -> Iterator[Answer]:
    """Nothing for a backend that is there; for one of somebody's own image nothing is known."""
    runtime = config.get("runtime")
    if not now.backend:
        if now.platform != ENSEMBLE:
            yield _platform(model, source, config, now.platform)
    elif runtime is not None and runtime.value not in ("", _FROM_PYTHON):
        yield from _runtime(model, source, now.backend, runtime)
    elif now.backend not in IN_VLLM_IMAGE and not brought(model, now.backend):
        yield from _other(place, model, source, config, now.backend)


def _platform(model: Model, source: Source, config: Message, name: str) -> Answer:
    """A platform is one of few old words; backends of today have a field of their own."""
    field = config.get("platform")
    if not name:
        error = "unexpected platform type ''"
        at = source.at(config.get("default_model_filename"))
        return found("config-invalid", case="no-backend", **at, model=model.name, error=error)
    change, case = None, "platform"
    if name in REAL:
        change = Change("platform", field, "backend", whole=True)
    elif meant_by(name) is None:
        case = "no-platform"
    return _unknown(model, source, field, name, case, change)


def _runtime(model: Model, source: Source, backend: str, field: Field) -> Iterator[Answer]:
    """A library that is looked for in the version's, the model's and the backend's folder."""
    name = str(field.value)
    beside = any(one.find(name) for one in (model.folder, *model.folders))
    own = f"libtriton_{backend}.so"
    if backend in IN_VLLM_IMAGE and not beside and not (backend == PYTHON and name == own):
        error = f"unable to find backend library '{name}' for model '{model.name}'"
        at = source.at(field)
        yield found("config-invalid", case="runtime", **at, model=model.name, error=error)


def _other(
    place: Place, model: Model, source: Source, config: Message, backend: str
) -> Iterator[Answer]:
    image = place.release.image if place.release else ""
    name = parse(image) if image else None
    field = config.get("backend") or config.get("platform")
    if backend in REAL:
        if name is not None and name.is_triton and name.says_vllm:
            at = source.at(field)
            yield found("image/wrong-variant", case="backend", **at, image=image, missing=backend)
        return
    meant = meant_by(backend)
    if meant is not None:
        change = Change("backend", field, f'"{meant}"') if text(config, "backend") else None
        yield _unknown(model, source, field, backend, meant, change)
    elif _TEMPLATE.search(backend):
        yield _unknown(model, source, field, backend, "template", None)
    elif name is not None and name.is_triton:
        yield _unknown(model, source, field, backend, None, None)
    else:
        yield unsure("backend", model=model.name, backend=backend, image=image or "?")


def _unknown(
    model: Model,
    source: Source,
    field: Field | None,
    name: str,
    case: str | None,
    change: Change | None,
) -> Answer:
    values: dict[str, Any] = {"model": model.name, "backend": name}
    fix = source.plan(change)
    return found("backend-unknown", case=case, fix=fix, **source.at(field), **values)
