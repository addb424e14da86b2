"""Which models lie whole in the cache of downloads: asked where the Hub is not to be had.

The fact `weights` tells more, and asks the Hub for what is missing, which would take its time here.
"""

from __future__ import annotations

from triton_doctor.probes.base import Asking, probe
from triton_doctor.probes.repository import repository
from triton_doctor.probes.weights import from_cache, named_in
from triton_doctor.probes.weights_cache import cached, wish
from triton_doctor.record import Record


class HubCache(Record, frozen=True):
    """whole: names of models whose files are all there; trouble: why the cache could not be looked
    into, empty if it could."""

    whole: tuple[str, ...] = ()
    trouble: str = ""


@probe("hub-cache", doing="looking for the models in the cache", timeout=9.0)
def hub_cache(ask: Asking) -> HubCache:
    """Look into the volume, through a probe container, or into the folder."""
    every = list(named_in(ask.fact(repository)))
    wishes = [wish(one) for one in every]
    cache, found = cached(ask, list(dict.fromkeys(one for one in wishes if one)))
    if cache.trouble:
        return HubCache(trouble=cache.trouble)
    pairs = zip(every, wishes, strict=True)
    seen = [from_cache(one, want, found, cache) for one, want in pairs if want]
    whole = [one.named for one in seen if one.sound and one.config is not None]
    unfinished = {one.named for one in seen if one.unfinished}
    return HubCache(tuple(dict.fromkeys(name for name in whole if name not in unfinished)))
