"""`list` and `explain`: what the doctor knows, in words."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from difflib import get_close_matches

from triton_doctor import __version__
from triton_doctor.errors import UsageError
from triton_doctor.knowledge import wording
from triton_doctor.knowledge.catalogue import Area, Catalogue
from triton_doctor.knowledge.house import Phrases, phrases
from triton_doctor.lines import Line, advice, labelled, line, paragraph
from triton_doctor.model import Problem, Words
from triton_doctor.registry import load_catalogue
from triton_doctor.streams import columns


def names() -> list[str]:
    """Areas and problem ids, for completion."""
    catalogue = load_catalogue().catalogue
    return sorted([*catalogue.areas, *(problem.id for problem in catalogue.problems())])


def list_problems(form: str, lang: str | None) -> int:
    """Print every problem by area, as text or as JSON."""
    catalogue = load_catalogue(lang).catalogue
    if form == "json":
        known = [
            {
                "id": problem.id,
                "severity": str(problem.severity),
                "title": wording.example(problem).title,
                "since": problem.since,
            }
            for problem in catalogue.problems()
        ]
        head = {"schema_version": 1, "doctor": {"version": __version__}}
        whole = {**head, "problems": known}
        sys.stdout.write(json.dumps(whole, indent=2) + "\n")
        return 0
    _print(
        one for area in catalogue.areas.values() for one in _area(area, phrases(lang), columns())
    )
    return 0


def explain(name: str, lang: str | None) -> int:
    """Print one problem whole, or the problems of one area."""
    catalogue = load_catalogue(lang).catalogue
    say = phrases(lang)
    if name in catalogue.areas:
        _print(_area(catalogue.areas[name], say, columns()))
        return 0
    _print(_problem(_known(name, catalogue), say, columns()))
    return 0


def _known(name: str, catalogue: Catalogue) -> Problem:
    try:
        return catalogue.problem(name)
    except KeyError:
        known = [*catalogue.areas, *(problem.id for problem in catalogue.problems())]
        near = get_close_matches(name, known, n=1)
        hint = f"Did you mean {near[0]}? " if near else ""
        raise UsageError(
            f"{name!r} is neither a problem nor an area",
            hint=f"{hint}`triton-doctor list` shows all of them.",
        ) from None


def _area(area: Area, say: Phrases, width: int) -> Iterator[Line]:
    yield line(f"{area.check.id}: {area.check.title}", style="strong")
    for problem in area.problems.values():
        yield line(f"  {problem.id}  ({say('severity', str(problem.severity))})")
        yield from paragraph(wording.example(problem).title, width, indent=6, style="dim")
    yield line()


def _problem(problem: Problem, say: Phrases, width: int) -> Iterator[Line]:
    words = wording.example(problem)
    yield line(problem.id, style="strong")
    yield from labelled(say("severity", str(problem.severity)), "", words.title, width)
    yield line()
    yield from _words(words, say, width)
    for name in problem.cases:
        yield line()
        yield line(f"{say('part', 'cases')}: {name}", style="strong")
        yield from _words(wording.example(problem, name), say, width)
    if problem.links:
        yield line()
        yield line(say("part", "links") + ":", style="dim")
        for link in problem.links:
            yield line(link, indent=2)


def _words(words: Words, say: Phrases, width: int) -> Iterator[Line]:
    yield line(say("part", "why") + ":", style="dim")
    yield from paragraph(words.why, width, indent=2)
    yield line(say("part", "remedy") + ":", style="dim")
    yield from advice(words.remedy, width, indent=2, inner=4)


def _print(lines: Iterator[Line]) -> None:
    if sys.stdout.isatty() and os.environ.get("TERM") != "dumb":
        from triton_doctor.ui import live

        live.write(lines, live.console())
    else:
        from triton_doctor.ui import plain

        plain.write(lines, sys.stdout)
