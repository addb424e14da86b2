"""What an estimate of memory wants to know, out of facts that others want as well. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, TypeVar

from triton_doctor.deployment import Deployment
from triton_doctor.fitting.cards import Card
from triton_doctor.fitting.changes import Change
from triton_doctor.fitting.checkpoints import Offer, checkpoints, could_be_other
from triton_doctor.fitting.estimate import BARRED, Estimate
from triton_doctor.fitting.fitted import Fitted, Held, asked, fitted
from triton_doctor.probes.base import Probe
from triton_doctor.probes.checkpoint import Checkpoint
from triton_doctor.probes.containers import Containers
from triton_doctor.probes.engines import placed
from triton_doctor.probes.gpus import GpuReading, Gpus, gpus
from triton_doctor.probes.holding import holding
from triton_doctor.probes.repository import Repository
from triton_doctor.record import replace

F = TypeVar("F")

__all__ = [
    "BARRED", "Card", "Change", "Estimate", "Fitted", "Held", "beside_others", "card", "cards",
    "could_be_other", "fits", "given", "held", "here", "on_idle_cards", "with_offers",
]  # fmt: skip


def held(one: Checkpoint) -> Held:
    """Only whole files are counted: what a torn download has is not the model."""
    if not one.sound and one.source != "hub":
        return Held(one.config, {}, one.total)
    return Held(one.config, one.elements, one.size)


def card(gpu: GpuReading, own: int = 0) -> Card:
    """A card as NVML shows it. own: bytes that the deployment's own server holds of it now."""
    total = gpu.total - gpu.reserved
    return Card(gpu.name, total, min(total, gpu.free + own), gpu.capability)


def cards(
    seen: Gpus, given: Sequence[GpuReading], known: Containers | None, name: str
) -> list[Card]:
    """The cards that answer and are not split up. name: of the deployment's own container."""
    mine = known.named(name) if known else None
    held_by = {one.pid for one in seen.holders if mine and one.container.startswith(mine.id)}
    usable = [one for one in given if one.total and not one.code and not one.mig]
    return [
        card(gpu, sum(one.used or 0 for one in gpu.processes if one.pid in held_by))
        for gpu in usable
    ]


class Facts(Protocol):
    """What both a check and a command have."""

    @property
    def deployment(self) -> Deployment: ...
    def known(self, probe: Probe[F]) -> F | None: ...


def here(context: Facts) -> list[Card]:
    """Those of this machine that the deployment is given; none where that cannot be told."""
    seen = context.known(gpus)
    if seen is None:
        return []
    mine = given(seen.reading.gpus, context.deployment.gpu_ids)
    return cards(seen, mine, holding(context, seen), context.deployment.name)


def fits(
    name: str, held: Held, settings: Mapping[str, Any], cards: Sequence[Card], vllm: str | None
) -> Fitted:
    """How much GPU memory vLLM will take for a model, and what would make it fit.

    settings: of model.json; cards: those that the server is given, in its order, at least one;
    vllm: its version, None = the newest that is known.
    """
    return fitted(name, "", asked(held, settings, list(cards), vllm))


def with_offers(one: Fitted, config: Mapping[str, Any] | None, offers: Sequence[Offer]) -> Fitted:
    """With the quantized checkpoints among these that make it fit. config: of the model itself."""
    more = checkpoints(one.question, config or {}, offers)
    return replace(one, changes=(*one.changes, *more))


def beside_others(every: Sequence[Fitted], seen: Repository) -> list[Fitted]:
    """Those of a deployment; an engine that shares a GPU with another one has no figures.

    Triton starts models at once, each engine measures while the others take memory, and there is no
    rule here for what the second one finds. Each is named as its model.
    """
    on = {one.name: _engines(one, seen) for one in every}
    shares = [(one.estimate.engine.share, those) for one in every for those in on[one.name]]
    return [_beside(one, on[one.name], shares) for one in every]


def _engines(one: Fitted, seen: Repository) -> list[frozenset[int]]:
    model = seen.model(one.name)
    return placed(model, one.estimate.engine.gpus, one.question.cards) if model else []


def _beside(
    one: Fitted, mine: list[frozenset[int]], shares: list[tuple[float, frozenset[int]]]
) -> Fitted:
    on = frozenset[int]().union(*mine)
    full = max(
        ([share for share, those in shares if gpu in those] for gpu in on), key=len, default=[]
    )
    if len(full) <= 1:  # itself
        return one
    told = Estimate("unknown", one.estimate.model, one.estimate.engine, one.estimate.card)
    told = replace(told, reasons=(*one.estimate.reasons, "shared"))
    return replace(
        one, estimate=told, changes=(), other=None, engines=len(full), shares=round(sum(full), 2)
    )


def given(every: Sequence[GpuReading], ids: tuple[str, ...] | None) -> list[GpuReading]:
    """Those that `docker run --gpus` hands on, by number or UUID; None for every GPU."""
    if ids is None:
        return list(every)
    return [one for one in every if any(_is(one, word) for word in ids)]


def _is(gpu: GpuReading, word: str) -> bool:
    return gpu.index == int(word) if word.isdigit() else gpu.uuid.startswith(word)


def on_idle_cards(every: Sequence[Card]) -> list[Card]:
    """The same cards, as if nothing held memory of them."""
    return [replace(one, free=None) for one in every]
