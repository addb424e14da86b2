"""Judges what a config.pbtxt says once it is read: Triton's own rules, then the backend's. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from typing import Any

from triton_doctor.api import Answer, found, unsure
from triton_doctor.probes.repository import ARGUMENTS, Model
from triton_doctor_checks.repository.config_backend import backend_answer
from triton_doctor_checks.repository.config_rules.backends import (
    REAL,
    VLLM,
    Settled,
    meant_by,
    settled,
)
from triton_doctor_checks.repository.config_rules.complaint import Change, Complaint, text
from triton_doctor_checks.repository.config_rules.triton import Scene, triton
from triton_doctor_checks.repository.config_rules.versions_served import served_versions
from triton_doctor_checks.repository.config_rules.vllm_tensors import Tag, added
from triton_doctor_checks.repository.config_source import Source
from triton_doctor_checks.repository.engine_settings import settings
from triton_doctor_checks.repository.place import Place
from triton_doctor_checks.repository.text_format import Field, Message
from triton_doctor_checks.repository.vllm_config import Backend, release_matters, vllm


def verdict(place: Place, model: Model, source: Source, config: Message) -> Iterator[Answer]:
    """All that Triton or the vLLM backend will say of it."""
    name = config.get("name")
    if name is not None and text(config, "name") not in ("", model.name):
        yield _misnamed(model, source, name)
    now = settled(config, model)
    if now.error:
        at = source.at(None)
        yield found("config-invalid", case="no-backend", **at, model=model.name, error=now.error)
        return
    yield from backend_answer(place, model, source, config, now)
    if now.backend not in REAL and meant_by(now.backend or now.platform) == VLLM:
        # Misspelt: the rest is judged as it will be once that is put right.
        now = Settled(VLLM, now.platform)
    if now.backend != VLLM:
        for one in triton(Scene(config, model, now, place.visible)):
            yield _invalid(model, source, one)
        return
    backend = _backend(place, model, config)
    scene = Scene(config, model, now, place.visible, added(backend.release))
    for one in chain(triton(scene), vllm(config, backend)):
        yield _invalid(model, source, one)
    if release_matters(config, backend):
        image = place.release.image if place.release else "?"
        yield unsure("config-release", path=source.path, model=model.name, image=image)


def _backend(place: Place, model: Model, config: Message) -> Backend:
    files = [
        (version, model.file(f"{version}/{ARGUMENTS}"))
        for version in served_versions(config, model.versions)
    ]
    said = tuple(settings(version, file.text) for version, file in files if file and file.text)
    return Backend(model.name, _tag(place), place.visible, place.explicit, said)


def _tag(place: Place) -> Tag:
    """The release as numbers; () where it is not known."""
    tag = place.release.tag if place.release else ""
    return tuple(int(part) for part in tag.split(".")) if re.fullmatch(r"\d+\.\d+", tag) else ()


def _invalid(model: Model, source: Source, one: Complaint) -> Answer:
    return found(
        "config-invalid",
        case=one.case,
        severity=one.severity,
        fix=source.plan(one.change),
        **source.at(one.place),
        model=model.name,
        error=one.error,
    )


def _misnamed(model: Model, source: Source, field: Field) -> Answer:
    change = Change("name", field, f'"{model.name}"')
    values: dict[str, Any] = {"model": model.name, "name": field.value, "path": source.path}
    return found("name-mismatch", fix=source.plan(change), **source.at(field), **values)
