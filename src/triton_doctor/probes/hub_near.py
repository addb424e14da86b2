"""Names that the Hub has, for one that it has not: a slip of the pen, or the owner left out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches
from functools import partial

from triton_doctor.host.hub import Hub
from triton_doctor.probes.hub_door import Said, together, tried

_CLOSE = 0.75  # of difflib's measure: one or two letters in a usual name
_MOST = 3


def found_near(there: Hub, name: str, seconds: float) -> list[str] | None:
    """What the Hub's own search finds by the first word of a name, and what its owner has, the most
    downloaded first; None where nothing could be asked."""
    owner, _, own = name.rpartition("/")
    asked = [partial(there.search, re.split(r"[-_.]", own)[0], seconds)]
    if owner:
        asked.append(partial(there.search, "", seconds, owner))
    told = together([partial(tried, one) for one in asked])
    lists = [one for one in told if not isinstance(one, Said)]
    return [found for one in lists for found in one] if lists else None


def alike(name: str, names: Iterable[str]) -> tuple[str, ...]:
    """Those that are near to a name, the nearest first. Without an owner the names alone count."""
    by_text: dict[str, str] = {}
    for one in names:
        by_text.setdefault((one if "/" in name else one.rpartition("/")[2]).lower(), one)
    close = get_close_matches(name.lower(), by_text, n=_MOST, cutoff=_CLOSE)
    return tuple(by_text[one] for one in close)
