"""Judges whether the vLLM of the image knows a model's architecture, and its code. Pure.

The table was read in vLLM's own source packages; where a version between two that were read is in
question, only what both agree on is said.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from triton_doctor.api import (
    ASK,
    SHOW,
    Answer,
    Context,
    Plan,
    Record,
    Severity,
    data,
    found,
    plan,
    setting,
    unsure,
)
from triton_doctor.probes.checkpoint import Checkpoint
from triton_doctor.probes.release import Release
from triton_doctor_checks.engine.settings import Settings
from triton_doctor_checks.engine.table import OFFICIAL, order, release_with

# From here on an architecture without code of vLLM's own is tried with that of transformers.
FALLBACK = "0.7.3"
# vLLM takes a model for another purpose for the one that it was made from.
_SUFFIXES = (
    "ForCausalLM", "ForConditionalGeneration", "ChatModel", "LMHeadModel",
    "ForTextEncoding", "EmbeddingModel", "ForSequenceClassification", "ForTokenClassification",
    "ForAudioClassification", "ForImageClassification", "ForVideoClassification",
    "ClassificationModel", "ForRewardModeling", "RewardModel", "Model",
)  # fmt: skip


class Verdict(Record, frozen=True):
    """has: yes, no (not yet, or never), gone, or unknown. first: the version that began to."""

    has: Literal["yes", "no", "gone", "unknown"]
    first: str = ""
    last: str = ""


def knows(vllm: str | None, architecture: str) -> Verdict:
    """Whether a version of vLLM has an architecture in its registry."""
    every, asked = _table()["versions"], order(vllm or "")
    if not asked or asked > order(every[-1]):
        return Verdict("unknown")
    stretches = _table()["architectures"].get(architecture, ())
    below = [one for one in every if order(one) <= asked]
    above = [one for one in every if order(one) >= asked]
    if not below:
        return Verdict("unknown")
    had, has = _within(stretches, below[-1]), _within(stretches, above[0])
    if had != has:
        return Verdict("unknown")
    if had:
        return Verdict("yes")
    past = [last for _, last in stretches if last and order(last) < asked]
    later = [first for first, _ in stretches if order(first) > asked]
    if past and not later:
        return Verdict("gone", last=past[-1])
    return Verdict("no", first=later[0] if later else "")


def judge_architecture(
    context: Context, one: Checkpoint, image: Release | None
) -> Iterator[Answer]:
    named = one.architectures
    if (
        not named
        or one.form in ("gguf", "mistral")
        or one.arguments.get("model_impl") == "transformers"
    ):
        return
    vllm = image.vllm if image else None
    verdicts = [knows(vllm, name) for name in named]
    if any(one.has == "yes" for one in verdicts) or any(_base(vllm, name) for name in named):
        return
    first = verdicts[0]
    if any(one.has == "unknown" for one in verdicts) or vllm is None:
        name = image.image if image else context.deployment.image
        yield unsure("version", architecture=named[0], image=name, model=one.model)
        return
    yield _unsupported(context, one, vllm, first)


def judge_code(one: Checkpoint, file: Settings | None) -> Iterator[Answer]:
    """Code of the model's own that vLLM does not run unasked."""
    if one.arguments.get("hf_overrides"):
        return
    mapped = (one.config or {}).get("auto_map")
    kind = (one.config or {}).get("model_type")
    if not mapped or one.arguments.get("trust_remote_code") or not isinstance(kind, str):
        return
    if kind in _table()["types"] or not isinstance(mapped, dict) or "AutoConfig" not in mapped:
        return
    step = file.put("trust_remote_code", True) if file else None
    fix = plan("trust", SHOW, step, path=one.path, value=True) if step else None
    local = one.source == "folder"
    yield found(
        "engine/remote-code-refused",
        case="folder" if local else None,
        where=one.path,
        evidence=[f"{name}.py" for name in one.remote_code],
        fix=fix,
        model=one.where if local else one.named,
    )


def _unsupported(context: Context, one: Checkpoint, vllm: str, verdict: Verdict) -> Answer:
    # An image of one's own may have brought more to the same vLLM.
    own = not context.deployment.image.startswith(OFFICIAL)
    tried = own or (order(vllm) >= order(FALLBACK) and verdict.has == "no")
    begun = verdict.first
    release = release_with(begun) if begun else ""
    case = "gone" if verdict.has == "gone" else "since" if release else "never"
    return found(
        "engine/unsupported-model",
        case=case,
        # transformers may have it in a form that vLLM can use; which of its versions is in the
        # image is not known.
        severity=Severity.WARNING if tried else Severity.ERROR,
        where=one.path,
        fix=_image(context, release) if case == "since" else None,
        model=one.architectures[0],
        vllm=vllm,
        first=begun,
        last=verdict.last,
        release=release,
    )


def _image(context: Context, release: str) -> Plan | None:
    """The first image with it; others that suit the machine better are the GPU check's matter."""
    if not release or not context.deployment.image.startswith(OFFICIAL):
        return None
    image = f"{OFFICIAL}:{release}-vllm-python-py3"
    return plan("image", ASK, setting("image", image), costs=["download"], image=image)


def _base(vllm: str | None, name: str) -> bool:
    """Whether vLLM knows what a model for another purpose was made from."""
    for suffix in _SUFFIXES:
        if name.endswith(suffix):
            stem = name[: -len(suffix)]
            return any(knows(vllm, stem + other).has == "yes" for other in _SUFFIXES)
    return False


def _within(stretches: Any, version: str) -> bool:
    asked = order(version)
    return any(
        order(first) <= asked and (last is None or asked <= order(last))
        for first, last in stretches
    )


def _table() -> Any:
    return data(__package__, "architectures.json")
