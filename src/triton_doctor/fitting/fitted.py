"""One model with what came of it: the estimate, the ways out, and a log to compare with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from triton_doctor.fitting.architecture import model
from triton_doctor.fitting.cards import Card
from triton_doctor.fitting.changes import Change, changes
from triton_doctor.fitting.engine import ALONE, Starter
from triton_doctor.fitting.estimate import Estimate, Question
from triton_doctor.fitting.logged import Logged, requests
from triton_doctor.record import Record, replace

Source = Literal["headers", "files", "config"]
# What told vLLM's version: an option, a log, the deployment's image, or nothing.
VersionBy = Literal["option", "log", "image", "newest"]


MOST_GPUS = 4096


class Held(Record, frozen=True):
    """What is known of a model's weights. config: config.json, None = not seen; elements: by the
    types of safetensors, of files that are all whole; size: bytes of the files, 0 = none seen."""

    config: Mapping[str, Any] | None = None
    elements: Mapping[str, int] = {}
    size: int = 0


class Fitted(Record, frozen=True):
    """name: as the user calls it; where: it was read; source: what the weights were told by;
    logged: of vLLM itself; trouble: why nothing was seen of it, in the Hub's or the system's own
    words; other: the estimate if somebody else started the engine, None where that is the same.

    version_by: what told vLLM's version, and image: where that was one; settings: the file that
    they are from; near: models of the Hub with a name like that of one which it does not have.
    unasked: why the Hub was not asked for quantized checkpoints, empty where it was, or need not
    be; engines: on the fullest of its GPUs, this one among them; shares: what they ask for in all.
    """

    name: str
    where: str
    source: Source
    question: Question
    estimate: Estimate
    changes: tuple[Change, ...] = ()
    logged: Logged | None = None
    trouble: str = ""
    other: Estimate | None = None
    version_by: VersionBy = "option"
    image: str = ""
    settings: str = ""
    near: tuple[str, ...] = ()
    unasked: str = ""
    engines: int = 1
    shares: float = 0.0


def wide(settings: Mapping[str, Any]) -> int:
    """How many GPUs the engine goes over."""
    found = 1
    for name in ("tensor_parallel_size", "pipeline_parallel_size", "data_parallel_size"):
        value = settings.get(name, 1)
        found *= value if isinstance(value, int) and 0 < value <= MOST_GPUS else 1
    return min(found, MOST_GPUS)


def asked(
    held: Held,
    settings: Mapping[str, Any],
    cards: list[Card],
    vllm: str | None,
    starter: Starter = "triton",
) -> Question:
    """The question for the card with the least memory of those that vLLM would take.

    cards: all that the server is given, in its order; at least one.
    """
    used = cards[: wide(settings)] or cards
    card = min(used, key=lambda one: (one.total if one.free is None else one.free, one.total))
    largest = max(used, key=lambda one: one.total)
    return Question(
        model=model(_overridden(held.config or {}, settings)),
        card=card,
        asked=settings,
        vllm=vllm,
        stored=held.elements or None,
        files=held.size,
        cards=len(cards),
        starter=starter,
        largest=None if largest.name == card.name else largest,
    )


def _overridden(config: Mapping[str, Any], settings: Mapping[str, Any]) -> dict[str, Any]:
    """config.json as vLLM has it after what model.json puts in the place of its keys."""
    over = settings.get("hf_overrides")
    scaling = settings.get("rope_scaling")
    more = {"rope_scaling": scaling} if isinstance(scaling, Mapping) else {}
    return {**config, **more, **(over if isinstance(over, Mapping) else {})}


def fitted(name: str, where: str, question: Question, told: Logged | None = None) -> Fitted:
    """The answer to a question, with the changes that would make it fit."""
    source: Source = "headers" if question.stored else "files" if question.files else "config"
    found = tuple(changes(question))
    estimate = question.ask()
    other = None if told else _other(question, estimate)  # a log says what was taken
    return Fitted(name, where, source, question, estimate, found, told, other=other)


def by_starter(one: Fitted) -> dict[Starter, Estimate] | None:
    """The estimate for each of those who may start the engine; None where a log says who did."""
    if one.logged or one.estimate.verdict == "unknown":
        return None
    other = one.other or one.estimate
    both = (other, one.estimate) if one.question.starter == "program" else (one.estimate, other)
    return {"triton": both[0], "program": both[1]}


def beside(question: Question, told: Logged) -> Question:
    """The question as a log answers it: how many requests a step has, and who started the engine.

    The log says neither in words. Steps of AsyncLLM's own size on a card for which a server takes
    larger ones are those of a program.
    """
    seqs = requests(told)
    if seqs:
        question = replace(question, asked={"max_num_seqs": seqs, **question.asked})
    usual = question.ask(max_num_batched_tokens=None)
    alone = told.batched == ALONE[0] != usual.engine.batched
    question = replace(question, warm=bool(told.warm))
    return replace(question, starter="program") if alone else question


def _other(question: Question, estimate: Estimate) -> Estimate | None:
    """The same model with the steps that the engine has by default for the other starter."""
    if estimate.verdict == "unknown":
        return None
    other = replace(
        question, starter="triton" if question.starter == "program" else "program"
    ).ask()
    steps = [(one.engine.batched, one.engine.seqs) for one in (estimate, other)]
    return None if steps[0] == steps[1] else other
