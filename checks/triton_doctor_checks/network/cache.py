"""Whether the models lie in the cache already, so that the Hub is not needed for them."""

from __future__ import annotations

from collections.abc import Sequence

from triton_doctor.api import Context
from triton_doctor.probes.hub_cache import hub_cache


def missing(
    context: Context, names: Sequence[str], tokenizers: Sequence[str] | None = None
) -> tuple[str, ...] | None:
    """What is not in the cache; None where it could not be looked into.

    names: of models that have to be whole; tokenizers: those from elsewhere, None where they are
    among the names.
    """
    seen = context.known(hub_cache)
    if seen is None or seen.trouble:
        return None
    there = seen.whole if tokenizers is not None else (*seen.whole, *seen.tokenizers)
    gone = [name for name in names if name not in there]
    return (*gone, *(name for name in tokenizers or () if name not in seen.tokenizers))
