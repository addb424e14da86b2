"""Judges whether each model fits into the memory of the GPUs, before it is loaded."""

from __future__ import annotations

from triton_doctor.api import (
    Answer,
    Answers,
    Context,
    Severity,
    found,
    gib,
    not_for_here,
    sound,
    unsure,
)
from triton_doctor.probes.checkpoint import Checkpoint
from triton_doctor.probes.fit_facts import (
    BARRED,
    Card,
    Estimate,
    Fitted,
    beside_others,
    could_be_other,
    fits,
    held,
    here,
    on_idle_cards,
    with_offers,
)
from triton_doctor.probes.gpus import gpus
from triton_doctor.probes.hub_quantized import hub_quantized
from triton_doctor.probes.release import release
from triton_doctor.probes.repository import repository
from triton_doctor.probes.weights import weights
from triton_doctor_checks.engine.settings import settings
from triton_doctor_checks.fit.plans import plans

_PROBLEMS = {
    "weights": "gpu/out-of-memory",
    "graphs": "gpu/out-of-memory",
    "cache": "engine/no-cache-memory",
    "length": "engine/context-too-long",
}


def check(context: Context) -> Answers:
    """One answer for each model whose config.json was seen."""
    if not context.deployment.wants_gpu:
        yield not_for_here("none-asked")
        return
    context.start(gpus, weights, release)
    on = here(context)
    known = [one for one in context.fact(weights).checkpoints if one.config is not None]
    if not on or not known:
        yield not_for_here("no-model" if on else "no-card")
        return
    vllm = _vllm(context)
    every = [fits(one.model, held(one), one.arguments, on, vllm) for one in known]
    every = beside_others(every, context.fact(repository))
    every = [_with_quantized(context, *pair) for pair in zip(known, every, strict=True)]
    for one, fitted in zip(known, every, strict=True):
        yield _judged(context, one, fitted, on, vllm)


def _with_quantized(context: Context, one: Checkpoint, fitted: Fitted) -> Fitted:
    """With quantized checkpoints that the Hub has, where the model itself does not fit for sure."""
    asked = could_be_other(fitted.question) and fitted.estimate.limit in _PROBLEMS
    told = context.known(hub_quantized) if asked and fitted.estimate.verdict != "fits" else None
    offers = told.offers.get(one.named, ()) if told else ()
    return with_offers(fitted, one.config, offers)


def _judged(
    context: Context, one: Checkpoint, fitted: Fitted, on: list[Card], vllm: str | None
) -> Answer:
    if fitted.estimate.limit == "busy":  # the area gpu says who holds it; what if nobody did?
        fitted = fits(one.model, held(one), one.arguments, on_idle_cards(on), vllm)
    told = fitted.estimate
    if "shared" in told.reasons:
        return unsure(
            "shared", model=one.model, engines=fitted.engines, shares=f"{fitted.shares:g}"
        )
    if told.verdict == "unknown" or told.limit in BARRED:
        wrong = "refused" in told.reasons or told.limit in BARRED
        return unsure("settings" if wrong else "kind", model=one.model)
    if told.verdict == "fits" or told.limit not in _PROBLEMS:
        return sound(
            model=one.model,
            gpu=told.card.name,
            cache=gib(told.room.bytes),
            requests=f"{min(told.concurrency, told.engine.seqs):,.1f}",
            length=f"{told.engine.length:,}",
        )
    return _found(context, one, fitted)


def _found(context: Context, one: Checkpoint, fitted: Fitted) -> Answer:
    told = fitted.estimate
    problem = _PROBLEMS[told.limit]
    longest = [change for change in fitted.changes if change.kind == "length"]
    length = longest[0].values["max_model_len"] if longest else ""
    near = told.verdict == "near"
    return found(
        problem,
        where=one.path,
        severity=Severity.WARNING if near else None,
        case=_case(told, near=near, length=bool(length)),
        evidence=_evidence(told),
        fix=plans(settings(context.fact(repository), one.model), fitted.changes),
        **_values(told, length),
    )


def _case(told: Estimate, *, near: bool, length: bool) -> str:
    if told.limit == "graphs":
        return "late"
    if near:
        return "near"
    return "foreseen" if told.limit != "length" or length else "foreseen-alone"


def _values(told: Estimate, length: object) -> dict[str, object]:
    """Exactly what the problem declares."""
    parts = told.weights + told.activation + told.elsewhere
    card = told.card.total if told.card.free is None else told.card.free
    if told.limit in ("weights", "graphs"):
        return {"error": "", "parts": gib(parts.bytes), "room": gib(card), "gpu": told.card.name}
    if told.limit == "cache":
        return {"parts": gib(parts.bytes), "budget": gib(told.budget), "gpu": told.card.name}
    return {
        "asked": told.engine.length,
        "fits": length,
        "need": gib(told.need),
        "room": gib(max(0, told.room.bytes)),
    }


def _evidence(told: Estimate) -> list[str]:
    """The sum, so that it can be checked by hand."""
    parts = {
        "gpu": told.card.total,
        "share": told.budget,
        "weights": told.weights.bytes,
        "working memory": told.activation.bytes + told.elsewhere.bytes,
        "CUDA graphs": told.graphs.bytes,
        "KV cache": told.room.bytes,
        "one request": told.need,
        "error": told.left.error,
    }
    return [", ".join(f"{name} {_signed(size)}" for name, size in parts.items())]


def _signed(size: int) -> str:
    return gib(size) if size >= 0 else f"-{gib(-size)}"


def _vllm(context: Context) -> str | None:
    image = context.known(release)
    return image.vllm if image else None
