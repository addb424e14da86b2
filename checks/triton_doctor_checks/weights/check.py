"""Judges the weights: whole or not, known to the image's vLLM or not, and whether they fit.

That a path of model.json leads to nothing is the engine check's to say.
"""

from __future__ import annotations

from collections.abc import Iterator

from triton_doctor.api import (
    Answer,
    Answers,
    Context,
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
from triton_doctor.probes.token_reach import token_reach
from triton_doctor.probes.weights import Weights, weights
from triton_doctor_checks.engine.settings import settings
from triton_doctor_checks.repository.config import is_vllm
from triton_doctor_checks.weights.fetching import judge_fetch, judge_room
from triton_doctor_checks.weights.files import interrupted, judge_files, lacks
from triton_doctor_checks.weights.known import judge_architecture, judge_code
from triton_doctor_checks.weights.limits import judge_limits


def check(context: Context) -> Answers:
    context.start(weights, release)
    seen, models = context.fact(weights), context.fact(repository)
    every = [one for one in seen.checkpoints if _for_vllm(models, one)]
    image, count = context.known(release), 0
    for one in every:
        for answer in _judged(context, models, one, seen, image):
            count += 1
            yield answer
    if seen.cache is not None:
        yield from judge_room(context, every, seen.cache)
    if not count and not any(one.fetch for one in every):
        yield not_for_here("nothing")


def _for_vllm(models: Repository, one: Checkpoint) -> bool:
    model = models.model(one.model)
    return model is not None and is_vllm(model)


def _judged(
    context: Context, models: Repository, one: Checkpoint, seen: Weights, image: Release | None
) -> Iterator[Answer]:
    if one.reason in ("volume-unseen", "denied", "store"):
        yield from _unseen(one, seen)
    file, cache = settings(models, one.model), seen.cache
    if one.source != "none":
        answers = [
            *judge_files(one, cache),
            *judge_architecture(context, one, image),
            *judge_code(one, file),
            *judge_limits(one, file, (image.vllm if image else None) or ""),
        ]
        yield from answers
        if not (_to_fetch(one) or one.reason or any(map(_stands_in_the_way, answers))):
            yield sound(model=one.model, count=len(one.files), size=gib(one.size))
    if cache is not None and _to_fetch(one):
        if one.unfinished and not _serving(context):
            yield interrupted(one, cache)
        yield from judge_fetch(one, cache)


def _to_fetch(one: Checkpoint) -> bool:
    if one.source == "volume":
        return lacks(one)
    return one.source == "hub" or one.reason in ("not-cached", "no-volume")


def _stands_in_the_way(answer: Answer) -> bool:
    return not isinstance(answer, Found) or answer.severity is not Severity.WARNING


def _unseen(one: Checkpoint, seen: Weights) -> Iterator[Answer]:
    """Where files may be that were not seen, and the engine check does not say so."""
    cache = seen.cache
    if one.reason == "store":
        yield unsure("store", path=one.named, model=one.model)
    elif one.reason == "volume-unseen" and cache is not None:
        why = cache.error or cache.trouble
        because = "docker" if cache.trouble == "no-engine" else ""
        yield unsure("volume", because=because, volume=cache.name, model=one.model, error=why)
    else:
        yield unsure("closed", path=one.named, model=one.model)


def _serving(context: Context) -> bool:
    """Whether the deployment's container runs, which may be downloading at this moment."""
    reach = context.known(token_reach)
    return reach is not None and reach.state == "running"
