"""Judges VERSION/multi_lora.json, which names the adapters when model.json asks for LoRA. Pure.

Source: `_setup_lora` in src/model.py of triton-inference-server/vllm_backend, since r24.05.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from triton_doctor.api import ASK, Answer, Plan, found, pointed, spot, unsure
from triton_doctor.probes.repository import ADAPTERS, ARGUMENTS, Model
from triton_doctor_checks.repository.argument_plans import planned
from triton_doctor_checks.repository.engine_settings import settings
from triton_doctor_checks.repository.json_fault import fault
from triton_doctor_checks.repository.json_places import members, without
from triton_doctor_checks.repository.place import Place

_SINCE, _AS_TEXT_UNTIL = "24.05", "24.09"
_LORA = "enable_lora"


def adapters(place: Place, model: Model, version: int) -> Iterator[Answer]:
    """What the backend will say of the list; nothing where it does not look for one."""
    file = model.file(f"{version}/{ARGUMENTS}")
    text = file.text if file is not None and file.text else ""
    said = settings(version, text)
    tag = place.release.tag if place.release and place.release.known else ""
    as_word = said.values.get(_LORA) is True
    if not said.wants_lora or (tag and tag < _SINCE) or (as_word and _refuses_a_word(tag)):
        return
    folder = model.subfolder(str(version))
    entry = folder.find(ADAPTERS) if folder else None
    if entry is None or entry.kind != "file" or entry.outside:
        if entry is not None and entry.kind == "denied":
            yield unsure("denied", path=place.path(f"{model.name}/{version}/{ADAPTERS}"))
        else:
            yield _missing(place, model, version, text)
    else:
        yield from _content(place, model, version)


def _refuses_a_word(tag: str) -> bool:
    """These took enable_lora as a text only, and fail before they look for a list."""
    return _SINCE <= tag <= _AS_TEXT_UNTIL


def _missing(place: Place, model: Model, version: int, text: str) -> Answer:
    line, column = 1, 1
    for member in members(text):
        if member.name == _LORA:
            line, column = spot(text, member.start)
    path = place.path(f"{model.name}/{version}/{ARGUMENTS}")
    error = f"Triton backend cannot find {place.path(f'{model.name}/{version}/{ADAPTERS}')}."
    where, evidence = f"{path}:{line}:{column}", pointed(text, line, column)
    values = _values(place, model, version, error)
    fix = _off(path, text)
    return found("lora-list", where=where, evidence=evidence, fix=fix, **values)


def _off(path: str, text: str) -> Plan | None:
    """Without adapters; which there are, only a person can say."""
    every = members(text)
    steps = [without(path, text, every, one) for one in every if one.name == _LORA]
    return planned("off", ASK, *steps)


def _content(place: Place, model: Model, version: int) -> Iterator[Answer]:
    file = model.file(f"{version}/{ADAPTERS}")
    path = place.path(f"{model.name}/{version}/{ADAPTERS}")
    if file is None or file.text is None:
        error = (file.error or file.trouble) if file is not None else "too-many"
        yield unsure("unread", path=path, error=error)
        return
    wrong = fault(file)
    if wrong is not None:
        where = f"{path}:{wrong.line}:{wrong.column}"
        values = _values(place, model, version, wrong.error)
        yield found("lora-list", case="syntax", where=where, evidence=wrong.source, **values)


def _values(place: Place, model: Model, version: int, error: str) -> dict[str, Any]:
    path = place.path(f"{model.name}/{version}/{ADAPTERS}")
    return {"model": model.name, "path": path, "error": error}
