"""Whether the models lie in the cache already, so that the Hub is not needed for them."""

from __future__ import annotations

from collections.abc import Sequence

from triton_doctor.api import Context
from triton_doctor.probes.hub_cache import hub_cache


def missing(context: Context, names: Sequence[str]) -> tuple[str, ...] | None:
    """Those that are not whole in the cache; None where it could not be looked into."""
    seen = context.known(hub_cache)
    if seen is None or seen.trouble:
        return None
    return tuple(name for name in names if name not in seen.whole)
