"""The cards that a model is to go on: named ones, or those of this machine."""

from __future__ import annotations

import re

from triton_doctor.context import Context
from triton_doctor.errors import UsageError
from triton_doctor.fitting.cards import Card, alike, card, fitting, names
from triton_doctor.fitting.fitted import MOST_GPUS
from triton_doctor.probes.fit_facts import here

# `2x H100`, `2xH100`, `2 H100`, `H100 x2`, `H100:2`
_MANY = re.compile(
    r"(?:(\d{1,3})\s*(?:[x*]\s*|\s))?(.+?)(?:(?:\s*[x*]\s*|:)(\d{1,3}))?", re.IGNORECASE
)
_OTHERS = re.compile(r"\b(?:mi\d{2,3}x?|radeon|tpu|gaudi|arc|m[1-9]|trainium)\b", re.IGNORECASE)


def cards(context: Context, named: tuple[str, ...]) -> list[Card]:
    """At least one card; UsageError where none is named that is known, and none is here."""
    if named:
        return [one for words in named for name in words.split(",") for one in _named(name.strip())]
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
    count, name = 1, text
    found = card(text)
    if found is None and (match := _MANY.fullmatch(text)):
        count, name = int(match[1] or 1) * int(match[3] or 1), match[2]
        found = card(name)
    if found is None or not 0 < count <= MOST_GPUS:
        raise _unknown(text, name)
    return [found] * count


def _unknown(text: str, name: str) -> UsageError:
    size = "Any other card by its memory, such as --gpu 24GiB."
    if _OTHERS.search(name):
        told = f"{text!r} is none of NVIDIA's cards, on which alone Triton's images with vLLM run"
        return UsageError(told, where="--gpu", hint="Its memory alone can be named: --gpu 192GiB.")
    several = fitting(name)
    if len(several) > 1:
        told = f"{text!r} is more than one card: {', '.join(several)}"
        return UsageError(told, where="--gpu", hint="Name one of them whole.")
    known = ", ".join(alike(name) or names())
    return UsageError(
        f"{text!r} is no card that is known", where="--gpu", hint=f"Known: {known}. {size}"
    )
