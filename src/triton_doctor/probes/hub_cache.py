"""Which models lie whole in the cache of downloads: asked where the Hub is not to be had.

The fact `weights` tells more, and asks the Hub for what is missing, which would take its time here.
"""

from __future__ import annotations

from collections.abc import Iterator

from triton_doctor.probes.base import Asking, probe
from triton_doctor.probes.checkpoint import Checkpoint
from triton_doctor.probes.hub_models import named
from triton_doctor.probes.repository import Repository, engine_arguments, repository
from triton_doctor.probes.weights import from_cache, named_in
from triton_doctor.probes.weights_cache import Cached, cached, wish
from triton_doctor.record import Record

# Parts of names of which any tokenizer's folder has one.
TOKENIZERS = (
    "tokenizer", "tekken.json", "vocab", "spiece", "sentencepiece", ".tiktoken", ".model",
)  # fmt: skip


class HubCache(Record, frozen=True):
    """whole: names of models whose files are all there; trouble: why the cache could not be looked
    into, empty if it could; tokenizers: names of those from elsewhere that are there."""

    whole: tuple[str, ...] = ()
    trouble: str = ""
    tokenizers: tuple[str, ...] = ()


@probe("hub-cache", doing="looking for the models in the cache", timeout=9.0)
def hub_cache(ask: Asking) -> HubCache:
    """Look into the volume, through a probe container, or into the folder."""
    known = ask.fact(repository)
    every, others = list(named_in(known)), list(_tokenizers(known))
    wishes = [wish(one) for one in every]
    beside = [wish(one) for one in others]
    cache, found = cached(ask, list(dict.fromkeys(one for one in (*wishes, *beside) if one)))
    if cache.trouble:
        return HubCache(trouble=cache.trouble)
    pairs = zip(every, wishes, strict=True)
    seen = [from_cache(one, want, found, cache) for one, want in pairs if want]
    whole = [one.named for one in seen if one.sound and one.config is not None]
    unfinished = {one.named for one in seen if one.unfinished}
    there = [
        one.named
        for one, want in zip(others, beside, strict=True)
        if want and has_tokenizer(found.get(want))
    ]
    return HubCache(
        tuple(dict.fromkeys(name for name in whole if name not in unfinished)),
        tokenizers=tuple(dict.fromkeys(there)),
    )


def _tokenizers(seen: Repository) -> Iterator[Checkpoint]:
    """Those that model.json takes from another place on the Hub than the model."""
    for model in seen.models:
        arguments = engine_arguments(model) or {}
        if name := named(arguments, "tokenizer"):
            revision = arguments.get("tokenizer_revision")
            yield Checkpoint(model.name, name, asked=revision if isinstance(revision, str) else "")


def has_tokenizer(seen: Cached | None) -> bool:
    """Whether one lies there whole: a download that was begun may be of it."""
    if seen is None or seen.store is None or seen.unfinished:
        return False
    names = [name for name, one in seen.store.names.items() if one.kind == "file" and one.size]
    return any(word in name for name in names for word in TOKENIZERS)
