"""Judges the model repository on this machine: its folders, config.pbtxt and model.json.

With explicit model control only the models that are loaded by name can make the server fail; what
else lies in the repository is worth a note at most. Otherwise every folder counts as a model.
"""

from __future__ import annotations

from functools import partial

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
from triton_doctor.probes.release import release
from triton_doctor.probes.repository import Model, repository
from triton_doctor.probes.repository_nearby import Nearby, nearby
from triton_doctor.probes.shell import Shell, shell
from triton_doctor.probes.system import system
from triton_doctor_checks.mount.forms import fault
from triton_doctor_checks.repository.config import is_vllm
from triton_doctor_checks.repository.missing import no_repository
from triton_doctor_checks.repository.models import all_models, beside, named_models, unlisted
from triton_doctor_checks.repository.place import Place
from triton_doctor_checks.repository.scaffolding import whole


def check(context: Context) -> Answers:
    context.start(repository, shell, release)
    seen, plan = context.fact(repository), context.deployment
    lost = [root for root in seen.roots if root.folder.trouble]
    for root in lost:
        gone = root.folder.trouble == "missing"
        own = gone and root.path == seen.path
        around = _nearby(context).around if own else ()
        remote = _remote(context) if gone else ""
        plain = own and _plain(context)
        made = whole(root.given, plan.model, context.known(release)) if plain else None
        yield no_repository(root, _shell(context), around, remote, made)
    if lost:
        return
    place = Place(
        seen,
        _shell(context),
        release=context.known(release),
        visible=None if plan.gpu_ids is None else len(plan.gpu_ids),
        explicit=plan.control_mode == "explicit",
        only=len(plan.model) == 1,
    )
    inside = partial(_inside, context)
    if plan.loads_all:
        answers = [*unlisted(place), *all_models(place, inside)]
    else:
        answers = list(named_models(place, plan.model, inside))
    yield from answers
    if not answers and not plan.loads_all:
        yield from beside(place, plan.model)
    if seen.cut:
        yield unsure("too-many", path=place.path(), count=len(seen.models))
    elif not any(_spoils(answer) for answer in answers):
        yield _sound(seen.models)


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


def _plain(context: Context) -> bool:
    """Whether the path is one that this system can have; else another is meant."""
    seen = context.fact(repository)
    try:
        return fault(seen.given, seen.path, context.fact(system).kind) is None
    except FactUnavailable:
        return False


def _inside(context: Context) -> tuple[str, ...]:
    return _nearby(context).inside


def _shell(context: Context) -> Shell:
    return context.known(shell) or Shell("posix")


def _nearby(context: Context) -> Nearby:
    return context.known(nearby) or Nearby()


def _remote(context: Context) -> str:
    """The address of an engine on another machine: the repository may be there and not here."""
    engine = context.known(docker_engine)
    return engine.endpoint if engine and engine.remote else ""
