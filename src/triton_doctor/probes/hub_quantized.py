"""Which quantized checkpoints of a model the Hub has: asked where the model itself does not fit."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from triton_doctor.fitting.checkpoints import Offer
from triton_doctor.probes.base import Asking, probe
from triton_doctor.probes.hub_door import Said, chosen, hub, sendable, spell, together, tried
from triton_doctor.probes.named_weights import HUB_ID, elements_of
from triton_doctor.probes.weights import weights
from triton_doctor.record import Record

ANSWER = 3.2  # s
_MOST = 4  # models
_NET = 60.0  # s; the limit above is kept by each question, and grows with --timeout


class HubQuantized(Record, frozen=True):
    """offers: by the name of the model on the Hub; failed: why the Hub did not tell, by it too."""

    offers: Mapping[str, tuple[Offer, ...]] = {}
    failed: Mapping[str, str] = {}


@probe("hub-quantized", doing="asking the Hub for quantized checkpoints", timeout=_NET)
def hub_quantized(ask: Asking) -> HubQuantized:
    """One question for each model that the Hub has and that is not quantized itself."""
    names = [
        one.named
        for one in ask.fact(weights).checkpoints
        if HUB_ID.fullmatch(one.named) and "quantization_config" not in (one.config or {})
    ]
    names = list(dict.fromkeys(names))[:_MOST]
    if ask.settings.offline or not names:
        return HubQuantized()
    questions = [partial(tried, partial(offered, ask, name, spell(ask, ANSWER))) for name in names]
    told = list(zip(names, together(questions), strict=True))
    return HubQuantized(
        offers={name: one for name, one in told if not isinstance(one, Said)},
        failed={name: one.text or one.kind for name, one in told if isinstance(one, Said)},
    )


def offered(ask: Asking, name: str, seconds: float) -> tuple[Offer, ...]:
    """Those that anybody may load and whose size is known, the most used first; HubTrouble."""
    choice = chosen(ask)
    token = choice.token if choice.token and sendable(choice.token) else None
    rows = hub(ask, token).quantized(name, seconds)
    return tuple(one for row in rows if (one := _offer(row)) is not None)


def _offer(row: Mapping[str, Any]) -> Offer | None:
    name, outline, elements = row.get("id"), row.get("config"), elements_of(row)
    if not isinstance(name, str) or not HUB_ID.fullmatch(name) or not elements:
        return None
    if any(row.get(flag) for flag in ("gated", "private", "disabled")):
        return None
    if not isinstance(outline, dict) or not isinstance(outline.get("quantization_config"), dict):
        return None
    return Offer(name, outline, elements)
