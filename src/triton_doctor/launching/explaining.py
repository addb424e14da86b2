"""Why each part of a command is there, and what happens without it. Pure; the words are data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from triton_doctor.knowledge.house import Phrases
from triton_doctor.launching.plan import ContainerPlan
from triton_doctor.launching.writing import Piece, inside_name
from triton_doctor.record import Record

WORDS = "flag"  # the section of the words


class Explained(Record, frozen=True):
    """A part as it is written, why it is there, and what happens without it."""

    id: str
    text: str
    why: str
    without: str


def explained(pieces: Sequence[Piece], say: Phrases) -> list[Explained]:
    """Parts of mere form have no words and are left out."""
    return [
        Explained(
            one.id,
            one.text,
            say(WORDS, one.id, **one.facts),
            say(WORDS, f"{one.id}-without", **one.facts),
        )
        for one in pieces
        if one.id
    ]


def notes(plan: ContainerPlan, shell: str, troubles: Sequence[str], say: Phrases) -> Iterator[str]:
    """Where it differs from the guide's command, and what may keep the shell from running it."""
    if shell == "compose":
        yield say("command", "compose", name=plan.name)
    else:
        yield say("command", "no-rm", name=plan.name)
    handed = next((name for name, value in plan.env if value is None), None)
    if handed is None:
        yield say("command", "token-file")
    elif shell != "compose":
        yield say("command", "token", variable=inside_name(handed))
    if plan.gpus == "none":
        yield say("command", "no-gpus")
    texts = [one.source for one in plan.binds] + list(plan.argv)
    if shell == "cmd" and any("%" in text for text in texts):
        yield say("command", "percent")
    yield from (say("command", trouble, shell=shell) for trouble in troubles)
