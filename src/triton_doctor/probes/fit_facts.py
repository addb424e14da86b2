"""What an estimate of memory wants to know, out of facts that others want as well. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, TypeVar

from triton_doctor.deployment import Deployment
from triton_doctor.fitting.cards import Card
from triton_doctor.fitting.changes import Change
from triton_doctor.fitting.estimate import Estimate
from triton_doctor.fitting.fitted import Fitted, Held, asked, fitted
from triton_doctor.probes.base import Probe
from triton_doctor.probes.checkpoint import Checkpoint
from triton_doctor.probes.containers import Containers
from triton_doctor.probes.gpus import GpuReading, Gpus, gpus
from triton_doctor.probes.holding import holding
from triton_doctor.record import replace

F = TypeVar("F")

__all__ = [
    "Card", "Change", "Estimate", "Fitted", "Held", "card", "cards", "fits", "given", "held",
    "here", "on_idle_cards",
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
