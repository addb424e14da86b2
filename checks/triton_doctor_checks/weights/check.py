"""Judges the weights: whole or not, known to the image's vLLM or not, and whether they fit.

That a path of model.json leads to nothing is the engine check's to say.
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
    gib,
    not_for_here,
    sound,
    unsure,
)
from triton_doctor.probes.checkpoint import Checkpoint
from triton_doctor.probes.release import Release, release
from triton_doctor.probes.repository import Repository, repository
from triton_doctor.probes.weights import Weights, weights
from triton_doctor_checks.engine.settings import settings
from triton_doctor_checks.repository.config import is_vllm
from triton_doctor_checks.weights.files import interrupted, judge_files, lacks
from triton_doctor_checks.weights.known import judge_architecture, judge_code
from triton_doctor_checks.weights.limits import judge_limits


def check(context: Context) -> Answers:
    context.start(weights, release)
    seen = context.fact(weights)
    models = context.fact(repository)
    image = _release(context)
    count = 0
    for one in seen.checkpoints:
        model = models.model(one.model)
        if model is None or not is_vllm(model):
            continue
        answers = list(_judged(context, models, one, seen, image))
        count += len(answers)
        yield from answers
    if not count:
        yield not_for_here("nothing")


def _judged(
    context: Context, models: Repository, one: Checkpoint, seen: Weights, image: Release | None
) -> Iterator[Answer]:
    if one.source == "none":
        yield from _unseen(one, seen)
        return
    file = settings(models, one.model)
    answers = [
        *judge_files(one, seen.cache),
        *judge_architecture(context, one, image),
        *judge_code(one, file),
        *judge_limits(one, file, (image.vllm if image else None) or ""),
    ]
    yield from answers
    if one.source == "volume" and lacks(one):
        yield from _to_fetch(one, seen)
    elif not any(_stands_in_the_way(answer) for answer in answers):
        yield sound(model=one.model, count=len(one.files), size=gib(one.size))


def _stands_in_the_way(answer: Answer) -> bool:
    return not isinstance(answer, Found) or answer.severity is not Severity.WARNING


def _to_fetch(one: Checkpoint, seen: Weights) -> Iterator[Answer]:
    cache = seen.cache
    if cache is not None and one.unfinished:
        yield interrupted(one, cache)
    yield unsure("not-fetched", model=one.named, volume=cache.name if cache else "")


def _unseen(one: Checkpoint, seen: Weights) -> Iterator[Answer]:
    """Where nothing was seen, and the engine check does not say so."""
    cache = seen.cache
    if one.reason in ("not-cached", "no-volume"):
        yield from _to_fetch(one, seen)
    elif one.reason == "volume-unseen" and cache is not None:
        yield unsure(
            "volume", volume=cache.name, model=one.model, error=cache.error or cache.trouble
        )
    elif one.reason == "denied":
        yield unsure("closed", path=one.named, model=one.model)
    elif one.reason == "store":
        yield unsure("store", path=one.named, model=one.model)


def _release(context: Context) -> Release | None:
    try:
        return context.fact(release)
    except FactUnavailable:
        return None
