"""The cards that a model is to go on: named ones, or those of this machine."""

from __future__ import annotations

import re

from triton_doctor.context import Context
from triton_doctor.errors import FactUnavailable, UsageError
from triton_doctor.fitting.cards import Card, alike, card, names
from triton_doctor.probes.containers import Containers, containers
from triton_doctor.probes.fit_facts import cards as cards_of
from triton_doctor.probes.fit_facts import given
from triton_doctor.probes.gpus import Gpus, gpus

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


def here(context: Context) -> list[Card]:
    """Those of this machine that the deployment is given; none where that cannot be told."""
    try:
        seen = context.fact(gpus)
    except FactUnavailable:
        return []
    mine = given(seen.reading.gpus, context.deployment.gpu_ids)
    return cards_of(seen, mine, _containers(context, seen), context.deployment.name)


def _containers(context: Context, seen: Gpus) -> Containers | None:
    """Asked only where one may hold memory of a card."""
    if not any(one.container for one in seen.holders):
        return None
    try:
        return context.fact(containers)
    except FactUnavailable:
        return None
