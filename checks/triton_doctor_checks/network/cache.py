"""Whether the models lie in the cache already, so that the Hub is not needed for them."""

from __future__ import annotations

from collections.abc import Sequence

from triton_doctor.api import Context, FactUnavailable
from triton_doctor.probes.env_files import env_files
from triton_doctor.probes.given_command import given_command
from triton_doctor.probes.hub_cache import hub_cache
from triton_doctor.probes.token_reach import TokenReach

_OFFLINE = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")
_YES = ("1", "ON", "YES", "TRUE")


def missing(context: Context, names: Sequence[str]) -> tuple[str, ...] | None:
    """Those that are not whole in the cache; None where it could not be looked into."""
    try:
        seen = context.fact(hub_cache)
    except FactUnavailable:
        return None
    if seen.trouble:
        return None
    return tuple(name for name in names if name not in seen.whole)


def forbidden(context: Context, reach: TokenReach | None) -> tuple[str, str]:
    """The variable that forbids the server to download, and where it is set; empty without."""
    if reach is not None and reach.offline:
        place = f"the container {reach.container}" if reach.container else "the image"
        return reach.offline, place
    try:
        for one in context.fact(given_command).variables:
            if one.name in _OFFLINE and (one.value or "").upper() in _YES:
                return one.name, "the command"
        for file in context.fact(env_files):
            if file.offline:
                return "HF_HUB_OFFLINE", file.path
    except FactUnavailable:
        pass
    return "", ""
