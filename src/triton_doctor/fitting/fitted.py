"""One model with what came of it: the estimate, the ways out, and a log to compare with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from triton_doctor.fitting.architecture import model
from triton_doctor.fitting.cards import Card
from triton_doctor.fitting.changes import Change, changes
from triton_doctor.fitting.estimate import Estimate, Question
from triton_doctor.fitting.logged import Logged
from triton_doctor.record import Record

Source = Literal["headers", "files", "config"]


class Held(Record, frozen=True):
    """What is known of a model's weights. config: config.json, None = not seen; elements: by the
    types of safetensors, of files that are all whole; size: bytes of the files, 0 = none seen."""

    config: Mapping[str, Any] | None = None
    elements: Mapping[str, int] = {}
    size: int = 0


class Fitted(Record, frozen=True):
    """name: as the user calls it; where: it was read; source: what the weights were told by;
    logged: of vLLM itself; trouble: why nothing was seen of it, in the Hub's or the system's own
    words."""

    name: str
    where: str
    source: Source
    question: Question
    estimate: Estimate
    changes: tuple[Change, ...] = ()
    logged: Logged | None = None
    trouble: str = ""


def asked(held: Held, settings: Mapping[str, Any], cards: list[Card], vllm: str | None) -> Question:
    """The question for the card with the least memory of those that vLLM would take.

    cards: all that the server is given, in its order; at least one.
    """
    wide = 1
    for name in ("tensor_parallel_size", "pipeline_parallel_size", "data_parallel_size"):
        value = settings.get(name, 1)
        wide *= value if isinstance(value, int) and 0 < value < 4096 else 1
    used = cards[:wide] or cards
    card = min(used, key=lambda one: (one.total if one.free is None else one.free, one.total))
    return Question(
        model=model(held.config or {}),
        card=card,
        asked=settings,
        vllm=vllm,
        stored=held.elements or None,
        files=held.size,
        cards=len(cards),
    )


def fitted(name: str, where: str, question: Question, told: Logged | None = None) -> Fitted:
    """The answer to a question, with the changes that would make it fit."""
    source: Source = "headers" if question.stored else "files" if question.files else "config"
    found = tuple(changes(question))
    return Fitted(name, where, source, question, question.ask(), found, told)
