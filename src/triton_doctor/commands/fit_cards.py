"""The cards that a model is to go on: named ones, or those of this machine."""

from __future__ import annotations

import re

from triton_doctor.context import Context
from triton_doctor.errors import UsageError
from triton_doctor.fitting.cards import Card, alike, card, names
from triton_doctor.probes.fit_facts import here

_MANY = re.compile(r"(\d{1,3})\s*[x*]\s+(.+)", re.IGNORECASE)


def cards(context: Context, named: tuple[str, ...]) -> list[Card]:
    """At least one card; UsageError where none is named that is known, and none is here."""
    if named:
        return [one for name in named for one in _named(name)]
    found = here(context)
    if not found:
        raise UsageError(
            "no NVIDIA GPU answers here, and none was named",
            where="--gpu",
            hint='Name the card, such as --gpu "H100 80GB", or its memory, such as --gpu 24GiB.',
        )
    return found


def _named(text: str) -> list[Card]:
    """`2x H100 80GB` is two of them."""
    match = _MANY.fullmatch(text.strip())
    count, name = (int(match[1]), match[2]) if match else (1, text)
    found = card(name)
    if found is None or not count:
        near = alike(name) or names()
        raise UsageError(
            f"{name!r} is no card that is known, or fits more than one",
            where="--gpu",
            hint=f"Known: {', '.join(near)}. Any other by its memory, such as --gpu 24GiB.",
        )
    return [found] * count
