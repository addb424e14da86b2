"""Quantized checkpoints of a model that does not fit, which the Hub is asked for."""

from __future__ import annotations

from triton_doctor.context import Context, asking
from triton_doctor.fitting.fitted import Fitted
from triton_doctor.host.hub import HubTrouble
from triton_doctor.host.protocol import Host
from triton_doctor.probes.checkpoint import Checkpoint
from triton_doctor.probes.fit_facts import could_be_other, with_offers
from triton_doctor.probes.hub_quantized import offered
from triton_doctor.probes.named_weights import ANSWER, HUB_ID
from triton_doctor.record import replace
from triton_doctor.redact import clean


def with_quantized(host: Host, context: Context, one: Checkpoint, found: Fitted) -> Fitted:
    """The answer with those that would fit; or with why the Hub was not asked for them."""
    needed = found.estimate.verdict in ("near", "short") and could_be_other(found.question)
    here = one.source == "folder"  # whatever the Hub may have of that name
    if not needed or here or one.config is None or not HUB_ID.fullmatch(one.named):
        return found
    if context.settings.offline:
        return replace(found, unasked="--offline")
    try:
        offers = offered(asking(context, host), one.named, ANSWER)
    except HubTrouble as trouble:
        return replace(found, unasked=clean(trouble.text or trouble.kind))
    return with_offers(found, one.config, offers)
