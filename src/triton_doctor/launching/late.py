"""Docker's options that stand after the image, where the server gets them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from triton_doctor.launching.grammar import docker_run, tritonserver
from triton_doctor.launching.shells.words import Word
from triton_doctor.probes.given_command import Option


def program_name(text: str) -> str:
    return re.split(r"[\\/]", text)[-1].lower().removesuffix(".exe")


def late_options(inner: Sequence[Word]) -> tuple[tuple[Option, ...], tuple[Word, ...]]:
    """Docker's options between the image and the program, and what comes after them.

    They are judged as they were meant: what is wrong is their place, and not that they are missing.
    """
    parsed = docker_run(inner) if inner and inner[0].text.startswith("-") else None
    if parsed is None or parsed.strays or not all(one.known for one in parsed.options):
        return (), tuple(inner)
    if parsed.rest and program_name(parsed.rest[0].text) != "tritonserver":
        return (), tuple(inner)
    return parsed.options, parsed.rest


def options_among(inner: Sequence[Word]) -> Iterator[Option]:
    """Docker's options among those of the server."""
    if not inner or program_name(inner[0].text) != "tritonserver":
        return
    for flag in tritonserver(inner[1:]).flags:
        if not flag.known and flag.elsewhere:
            words = [word for word in inner if flag.start <= word.start < flag.end]
            yield from (one for one in docker_run(words).options if one.known)
