"""Judges the model repository on this machine: its folders, config.pbtxt and model.json.

The server is started with explicit model control, so only the models that are to be loaded can make
it fail; what else lies in the repository is worth a note at most.
"""

from __future__ import annotations

from collections.abc import Iterator

from triton_doctor.api import (
    Answer,
    Answers,
    Context,
    FactUnavailable,
    Found,
    Severity,
    sound,
    unsure,
)
from triton_doctor.probes.docker_engine import docker_engine
from triton_doctor.probes.repository import ALL_MODELS, Model, repository
from triton_doctor.probes.repository_nearby import Nearby, nearby
from triton_doctor.probes.shell import Shell, shell
from triton_doctor_checks.repository.arguments import arguments
from triton_doctor_checks.repository.config import config, is_vllm
from triton_doctor_checks.repository.layout import strangers, versions
from triton_doctor_checks.repository.missing import no_model, no_repository
from triton_doctor_checks.repository.place import Place


def check(context: Context) -> Answers:
    context.start(repository, shell)
    seen = context.fact(repository)
    if seen.folder.trouble:
        gone = seen.folder.trouble == "missing"
        around, remote = (_nearby(context).around, _remote(context)) if gone else ((), "")
        yield no_repository(seen, _shell(context), around, remote)
        return
    place = Place(seen, _shell(context))
    answers = [answer for name in _wanted(context, place) for answer in _one(context, place, name)]
    yield from answers
    if not answers and ALL_MODELS not in context.deployment.model:
        yield from strangers(place)
    if seen.cut:
        yield unsure("too-many", path=place.path(), count=len(seen.models))
    elif not any(_spoils(answer) for answer in answers):
        yield _sound(seen.models)


def _wanted(context: Context, place: Place) -> list[str]:
    if ALL_MODELS in context.deployment.model:
        return [model.name for model in place.repository.models]
    return list(dict.fromkeys(context.deployment.model))


def _one(context: Context, place: Place, name: str) -> Iterator[Answer]:
    model, entry = place.repository.model(name), place.repository.folder.find(name)
    if model is None or (entry is not None and entry.outside):
        inside = () if entry is not None else _nearby(context).inside
        yield no_model(place, name, inside)
    elif model.folder.trouble:
        yield unsure("denied", path=place.path(name))
    else:
        layout = list(versions(place, model))
        yield from layout
        yield from () if any(_deeper(answer) for answer in layout) else config(place, model)
        if is_vllm(model):
            yield from arguments(place, model)


def _sound(models: tuple[Model, ...]) -> Answer:
    if not models:
        return sound("none")
    if len(models) > 1:
        return sound("several", count=len(models), models=", ".join(one.name for one in models[:5]))
    model = models[0]
    version = model.versions[0] if model.versions else 0
    return sound("default" if is_vllm(model) else "other", model=model.name, version=version)


def _spoils(answer: Answer) -> bool:
    """Whether the line that all is well would be too much."""
    mild = (Severity.NOTE, Severity.WARNING)
    return not (isinstance(answer, Found) and answer.severity in mild)


def _deeper(answer: Answer) -> bool:
    return isinstance(answer, Found) and answer.case in ("one-too-deep", "outside")


def _shell(context: Context) -> Shell:
    try:
        return context.fact(shell)
    except FactUnavailable:
        return Shell("posix")


def _nearby(context: Context) -> Nearby:
    try:
        return context.fact(nearby)
    except FactUnavailable:
        return Nearby()


def _remote(context: Context) -> str:
    """The address of an engine on another machine: the repository may be there and not here."""
    try:
        engine = context.fact(docker_engine)
    except FactUnavailable:
        return ""
    return engine.endpoint if engine.remote else ""
