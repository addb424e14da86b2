"""The catalogue as Markdown pages: one a problem, and an index. Pure: nothing is written here."""

from __future__ import annotations

import re
from collections import defaultdict
from textwrap import fill as refill

from triton_doctor.knowledge.catalogue import Area, Catalogue
from triton_doctor.knowledge.wording import example, fill
from triton_doctor.model import Problem, Severity

WIDTH = 100
NOTE = "<!-- Written by docs/generate.py from the catalogue. Change the words in check.toml. -->"
_MEANING = {
    Severity.ERROR: "the deployment will not work",
    Severity.WARNING: "works now and will bite, or may fail",
    Severity.NOTE: "good to know",
}
_INTRODUCTION = """
An id is a contract: a check before the start and a log read after a crash name the same problem by
the same id. `triton-doctor explain docker/daemon-down` prints the same words.
""".strip()
_KEEP = re.compile(r" {4}|[|>#]|```")
_ITEM = re.compile(r"([-*]|\d+\.) ")


def pages(catalogue: Catalogue) -> dict[str, str]:
    """Every page by its path under docs/problems."""
    every = {_path(problem): f"{NOTE}\n\n{page(problem)}" for problem in catalogue.problems()}
    return {"README.md": _index(catalogue), **every}


def page(problem: Problem) -> str:
    """One problem with example values in the place of what is seen on a machine."""
    words = example(problem)
    parts = [
        f"# {words.title}",
        _facts_line(problem),
        "## Why it matters",
        fold(words.why),
        "## What to do",
        fold(words.remedy),
        *_fixes(problem),
        *_cases(problem),
        *_in_logs(problem),
        *_links(problem),
    ]
    if problem.facts:
        parts.append("Values on this page are examples; a report shows those of your machine.")
    return "\n\n".join(part for part in parts if part) + "\n"


def _path(problem: Problem) -> str:
    return f"{problem.id.replace(':', '/')}.md"


def fold(text: str) -> str:
    """Paragraphs and list items set to the width of a page; commands as they are."""
    return "\n".join(_fold_line(line) for line in text.split("\n"))


def _fold_line(line: str) -> str:
    if not line or _KEEP.match(line):
        return line
    item = _ITEM.match(line)
    rest = " " * len(item.group()) if item else ""
    return refill(
        line, WIDTH, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False
    )


def _facts_line(problem: Problem) -> str:
    parts = [f"`{problem.id}`", f"{problem.severity}: {_MEANING[problem.severity]}"]
    if problem.since:
        parts.append(f"since {problem.since}")
    if problem.aliases:
        parts.append("formerly " + ", ".join(f"`{alias}`" for alias in problem.aliases))
    return " · ".join(parts)


def _fixes(problem: Problem) -> list[str]:
    if not problem.fixes:
        return []
    values: defaultdict[str, str] = defaultdict(lambda: "…", problem.facts)
    lines = [f"- {fill(title, values)}" for title in problem.fixes.values()]
    return ["The doctor can plan the repair:", "\n".join(lines)]


def _cases(problem: Problem) -> list[str]:
    parts: list[str] = []
    for name in problem.cases:
        parts += [f"## Case `{name}`", *_differences(problem, name)]
    return parts


def _differences(problem: Problem, name: str) -> list[str]:
    """What a case says otherwise than the problem itself, with the case's own examples."""
    default, case, shown = problem.words, problem.cases[name], example(problem, name)
    title = f"**{shown.title}**" if case.title != default.title else ""
    why = fold(shown.why) if case.why != default.why else ""
    remedy = fold(shown.remedy) if case.remedy != default.remedy else ""
    return [title, why, remedy]


def _in_logs(problem: Problem) -> list[str]:
    samples = [sample for one in problem.signatures for sample in one.samples[:1]]
    if not samples:
        return []
    return ["## In a log", "```text\n" + "\n".join(samples) + "\n```"]


def _links(problem: Problem) -> list[str]:
    if not problem.links:
        return []
    return ["## Read on", "\n".join(f"- <{link}>" for link in problem.links)]


def _index(catalogue: Catalogue) -> str:
    areas = sorted(
        (area for area in catalogue.areas.values() if area.problems),
        key=lambda area: area.check.id,
    )
    parts = [NOTE, "# Problems that the doctor knows", _INTRODUCTION]
    return "\n\n".join([*parts, *(_area(area) for area in areas)]) + "\n"


def _area(area: Area) -> str:
    lines = [
        f"- [`{problem.id}`]({_path(problem)}) ({problem.severity}): {example(problem).title}"
        for problem in area.problems.values()
    ]
    return f"## {area.check.title}\n\n" + "\n".join(lines)
