"""The smallest change that makes a model fit, each kind of change on a grid of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from triton_doctor.fitting.estimate import Estimate, Question
from triton_doctor.fitting.shape import Model
from triton_doctor.record import Record

Kind = Literal["share", "steps", "eager", "cache", "spread", "length", "checkpoint"]

MOST = 0.95  # of the card: what is above is left to CUDA itself and to other programs
_STEPS = ((256, 8192), (256, 4096), (128, 2048), (64, 2048), (32, 1024), (16, 1024))
_LEAST = 256  # tokens of a context that is of use to anybody


class Change(Record, frozen=True):
    """values: of model.json, by name; estimate: with them; cost: what the user gives up is least
    for the first in a list of changes."""

    kind: Kind
    values: dict[str, Any]
    estimate: Estimate


def changes(question: Question) -> list[Change]:
    """One change of each kind that makes it fit for sure, the least painful first."""
    before = question.ask()
    if before.verdict in ("fits", "unknown"):
        return []
    found = [_share(question, before), _steps(question, before), _eager(question, before)]
    found += [_cache(question, before), _spread(question, before), _length(question, before)]
    return [one for one in found if one is not None]


def _first(question: Question, kind: Kind, candidates: Iterator[dict[str, Any]]) -> Change | None:
    """The first of these, which begin with the smallest change, that fits for sure."""
    for values in candidates:
        after = question.ask(**values)
        if after.verdict == "fits":
            return Change(kind, values, after)
    return None


def _share(question: Question, before: Estimate) -> Change | None:
    """A larger share where memory is short in it, a smaller one where it is not free."""
    now = round(before.engine.share * 100)
    if before.engine.fixed:
        return None
    larger = range(now + 1, round(MOST * 100) + 1)
    smaller = range(now - 1, 9, -1)
    order = smaller if before.limit in ("busy", "graphs") else larger
    return _first(
        question, "share", ({"gpu_memory_utilization": hundred / 100} for hundred in order)
    )


def _steps(question: Question, before: Estimate) -> Change | None:
    """Fewer requests and tokens in one step: less memory while computing, and less speed."""
    asked = before.engine
    smaller = (
        {
            "max_num_seqs": min(seqs, asked.seqs),
            "max_num_batched_tokens": min(tokens, asked.batched),
        }
        for seqs, tokens in _STEPS
        if asked.v1 and (seqs < asked.seqs or tokens < asked.batched)
    )
    return _first(question, "steps", smaller)


def _eager(question: Question, before: Estimate) -> Change | None:
    again = iter(()) if before.engine.eager else iter(({"enforce_eager": True},))
    return _first(question, "eager", again)


def _cache(question: Question, before: Estimate) -> Change | None:
    """The cache in 8 bits, where card and version compute with it."""
    asked = before.engine
    if not question.card.eight_bits or asked.cache_bytes <= 1 or not asked.since(0, 5):
        return None
    return _first(question, "cache", iter(({"kv_cache_dtype": "fp8"},)))


def _spread(question: Question, before: Estimate) -> Change | None:
    """Over more of the GPUs that are there; the heads must divide by how many."""
    asked, model = before.engine, before.model
    if asked.pipeline > 1 or asked.data > 1 or not model.heads:
        return None
    most = min(asked.tensor, question.cards)
    narrower = range(most, 0, -1) if before.limit in ("gpus", "heads") else range(0)
    sizes = (*narrower, *range(asked.tensor + 1, question.cards + 1))
    spread = (
        {"tensor_parallel_size": count}
        for count in sizes
        if count != asked.tensor and model.heads % count == 0 and _keys_divide(model, count)
    )
    return _first(question, "spread", spread)


def _keys_divide(model: Model, count: int) -> bool:
    """Key and value heads are split or doubled, and vLLM's layers want either to come out even."""
    few, many = sorted((max(model.kv_heads, 1), count))
    return bool(model.latent) or many % few == 0


def _length(question: Question, before: Estimate) -> Change | None:
    """The longest context that fits, in whole thousands of 1024 where it is long enough."""
    grid = list(lengths(before.engine.length))
    low, high = 0, len(grid)
    while low < high:  # a shorter one never needs more
        middle = (low + high) // 2
        if question.ask(max_model_len=grid[middle]).verdict == "fits":
            high = middle
        else:
            low = middle + 1
    return _first(question, "length", iter([{"max_model_len": one} for one in grid[low : low + 1]]))


def lengths(below: int) -> Iterator[int]:
    """Lengths that a person would write, below this one and falling."""
    at = below - 1
    while at >= _LEAST:
        grain = 1024 if at >= 4096 else 256
        at -= at % grain
        if at >= _LEAST:
            yield at
        at -= 1
