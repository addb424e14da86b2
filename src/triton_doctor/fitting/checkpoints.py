"""Checkpoints of the same model that somebody has quantized, as a change that makes it fit.

Only those count whose kind this vLLM and card are sure to compute with, and whose size is told by
the headers of its files.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from triton_doctor.fitting.architecture import model
from triton_doctor.fitting.changes import Change
from triton_doctor.fitting.estimate import Estimate, Question
from triton_doctor.fitting.reading import Config
from triton_doctor.fitting.weights import SIZES
from triton_doctor.record import Record, replace

# By quant_method: the compute capability with which every form of it runs, and vLLM's version.
# On older cards some forms run; which one a checkpoint has is not told before it is loaded.
_RUNS = {
    "awq": ((8, 0), (0, 6, 0)),
    "gptq": ((8, 0), (0, 6, 0)),
    "fp8": ((8, 9), (0, 6, 0)),
    "compressed-tensors": ((8, 9), (0, 6, 3)),
}
# Its size as a share of the one in 16 bits: what is in between is another model, or no weights.
_LEAST, _HALF, _MOST = 0.2, 0.45, 0.9
# Settings beside which another checkpoint may not load as it is.
_BOUND = ("quantization", "revision", "hf_overrides", "load_format", "enable_lora", "tokenizer")


class Offer(Record, frozen=True):
    """A checkpoint that the Hub has. outline: what it shows of config.json; elements: by type."""

    name: str
    outline: Mapping[str, Any]
    elements: Mapping[str, int]


def could_be_other(question: Question) -> bool:
    """Whether another checkpoint may be put in the model's place."""
    free = not any(question.asked.get(name) for name in _BOUND)
    return free and question.model.quantized is None and question.card.capability is not None


def checkpoints(
    question: Question, config: Mapping[str, Any], offers: Sequence[Offer]
) -> list[Change]:
    """Of those in 8 bits and those in fewer the first that fits for sure, in this order.

    config: of the model as it is, which a quantized one has too; offers: the most used first.
    """
    before = question.ask()
    if not could_be_other(question) or before.verdict not in ("near", "short"):
        return []
    shared = [(_share(one, before), one) for one in offers if _is_same(one, config)]
    eight = [one for share, one in shared if _HALF <= share <= _MOST]
    fewer = [one for share, one in shared if _LEAST <= share < _HALF]
    found = [_first(question, config, those) for those in (eight, fewer)]
    return [one for one in found if one is not None]


def _first(question: Question, config: Mapping[str, Any], offers: Sequence[Offer]) -> Change | None:
    for one in offers:
        if not _runs(one, question):
            continue
        as_it_is = {**config, "quantization_config": one.outline["quantization_config"]}
        after = replace(question, model=model(as_it_is), stored=dict(one.elements), files=0).ask()
        if after.verdict == "fits":
            return Change("checkpoint", {"model": one.name}, after)
    return None


def _is_same(one: Offer, config: Mapping[str, Any]) -> bool:
    """Whether it is of the same architecture: a tag on the Hub is only somebody's word."""
    shown = [(one.outline.get(name), config.get(name)) for name in ("model_type", "architectures")]
    return all(not theirs or not ours or theirs == ours for theirs, ours in shown)


def _runs(one: Offer, question: Question) -> bool:
    method = Config(one.outline).inner("quantization_config").text("quant_method")
    known = _RUNS.get(method.lower().replace("_", "-"))
    asked, capability = question.ask().engine, question.card.capability
    return (
        known is not None
        and capability is not None
        and (capability >= known[0] and asked.vllm >= known[1])
    )


def _share(one: Offer, before: Estimate) -> float:
    """Bytes of its files over what the model takes in 16 bits."""
    size = sum(count * SIZES.get(kind.upper(), 2.0) for kind, count in one.elements.items())
    whole = before.weights.bytes * before.engine.tensor * before.engine.pipeline
    return size / max(whole, 1)
