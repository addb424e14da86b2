"""Rules about words. Each gives back the breaches it finds, so that it can be tested itself."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from typing import Any

from triton_doctor.knowledge.catalogue import Area, Catalogue
from triton_doctor.knowledge.wording import example, fill, names
from triton_doctor.model import Problem, Words

# The order in which a problem is written.
KEYS = [
    *("severity", "since", "aliases", "facts", "title", "why", "remedy"),
    *("links", "blocks", "case", "fix", "signature"),
]
TITLE = 90
BANNED = re.compile(
    r"\b(please|illegal(?! memory| state)|simply|obviously|oops|sorry)\b|!(?=\s|$)", re.IGNORECASE
)
PLACEHOLDER = re.compile(r"<[a-zA-Z][\w -]*>")
PROGRAMS = {"docker", "sudo", "curl", "nvidia-smi", "triton-doctor", "ls", "git", "df", "wsl"}


def all_words(problem: Problem) -> list[tuple[str, Words]]:
    """The words of a problem and of each of its cases, with the place of each."""
    cases = [(f"{problem.id}#{name}", words) for name, words in problem.cases.items()]
    return [(problem.id, problem.words), *cases]


def ids(catalogue: Catalogue) -> Iterator[str]:
    """Ids and former ids are unique, and every area has a check or problems."""
    seen: dict[str, str] = {}
    for problem in catalogue.problems():
        for name in (problem.id, *problem.aliases):
            if name in seen:
                yield f"{name} is a name of {seen[name]} and of {problem.id}"
            seen[name] = problem.id
            if not re.fullmatch(r"[a-z]+/[a-z0-9]+(-[a-z0-9]+)*", name):
                yield f"{name} is not of the form area/what-is-wrong"


def needs(catalogue: Catalogue) -> Iterator[str]:
    """`needs` and `finds` name what exists, and no check needs itself by a detour."""
    graph = {name: area.check.needs for name, area in catalogue.areas.items()}
    known = {problem.id for problem in catalogue.problems()}
    for name, area in catalogue.areas.items():
        yield from (f"{name} needs {one}" for one in area.check.needs if one not in graph)
        yield from (f"{name} finds {one}" for one in area.check.finds if one not in known)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        yield f"a cycle of needs: {error.args[1]}"


def facts(area: Area) -> Iterator[str]:
    """Words use declared facts only; each declared fact is used and has an example."""
    for problem in area.problems.values():
        used: set[str] = set()
        for place, words in all_words(problem):
            here = names(words.title) | names(words.why) | names(words.remedy)
            yield from (f"{place}: {{{one}}} is not declared" for one in here - set(problem.facts))
            used |= here
        for case, examples in problem.examples.items():
            strange = set(examples) - set(problem.facts)
            yield from (f"{problem.id}#{case}: {one} is not declared" for one in strange)
        yield from (f"{problem.id}: {one} is not used" for one in set(problem.facts) - used)
        for name, shown in problem.facts.items():
            if not shown or shown == f"<{name}>":
                yield f"{problem.id}: {name} has no example"
    for slug, unknown in area.unknowns.items():
        used = names(unknown.words.title) | names(unknown.words.remedy)
        used |= {one for title in unknown.fixes.values() for one in names(title)}
        place = f"{area.check.id} [unknown.{slug}]"
        yield from (f"{place}: {{{one}}} is not declared" for one in used - set(unknown.facts))
        yield from (f"{place}: {one} is not used" for one in set(unknown.facts) - used)


def wording(area: Area) -> Iterator[str]:
    """Titles are short and without a full stop, nothing is begged for, links are https."""
    for problem in area.problems.values():
        yield from (f"{problem.id}: {one}" for one in problem.links if not one.startswith("https:"))
        for place, words in all_words(problem):
            yield from _title(place, words.title)
            yield from _tone(place, f"{words.title}\n{words.why}\n{words.remedy}")
            if not words.why or not words.remedy:
                yield f"{place}: why and remedy must say something"
        for name, title in problem.fixes.items():
            yield from _title(f"{problem.id} fix {name}", title)
    for slug, unknown in area.unknowns.items():
        place = f"{area.check.id} [unknown.{slug}]"
        if unknown.words.title.endswith("."):
            yield f"{place}: ends with a full stop"
        yield from _tone(place, f"{unknown.words.title}\n{unknown.words.remedy}")


def _title(place: str, title: str) -> Iterator[str]:
    if title.endswith("."):
        yield f"{place}: the title ends with a full stop"
    length = len(re.sub(r"\{\w+\}", "", title))
    if length > TITLE:
        yield f"{place}: the title has {length} characters besides its values, more than {TITLE}"


def _tone(place: str, text: str) -> Iterator[str]:
    prose = re.sub(r"`[^`]*`|^ {4}.*$", "", text, flags=re.MULTILINE)
    for match in BANNED.finditer(prose):
        yield f"{place}: says {match.group()!r}"


def commands(area: Area) -> Iterator[str]:
    """Lines to paste: indented by four blanks, set off by blank lines, complete, well formed."""
    for problem in area.problems.values():
        for name in (None, *problem.cases):
            remedy = example(problem, name).remedy
            yield from _pasteable(f"{problem.id}#{name}" if name else problem.id, remedy)
    for slug, unknown in area.unknowns.items():
        remedy = fill(unknown.words.remedy, unknown.facts)
        yield from _pasteable(f"{area.check.id} [unknown.{slug}]", remedy)


def _pasteable(place: str, remedy: str) -> Iterator[str]:
    before = ""
    for line in remedy.splitlines():
        code, after_code = line.startswith("    "), before.startswith("    ")
        if line and before and code != after_code:
            yield f"{place}: no blank line between prose and command: {line.strip()}"
        if not code and line.startswith((" ", "\t")):
            yield f"{place}: indented, and not by four: {line!r}"
        if code:
            yield from (f"{place}: {breach}: {line.strip()}" for breach in _command(line.strip()))
        before = line


def _command(line: str) -> Iterator[str]:
    if PLACEHOLDER.search(line):
        yield "a placeholder in a command"
    try:
        if line.startswith('"'):
            json.loads("{" + line.rstrip(",") + "}")  # keys for model.json
        elif line.split()[0] in PROGRAMS:
            words = shlex.split(line)
            for flag, body in pairwise(words):
                if (words[0], flag) == ("curl", "-d"):
                    json.loads(body)
    except ValueError as error:
        yield str(error)


def order(table: Mapping[str, Any]) -> Iterator[str]:
    """Keys of a problem in the agreed order, and a version since which it is known."""
    for slug, problem in table.get("problem", {}).items():
        written = [key for key in problem if key in KEYS]
        if written != sorted(written, key=KEYS.index):
            yield f"{slug}: keys are in the order {', '.join(written)}"
        if "since" not in problem:
            yield f"{slug}: since which version?"


def translation(
    english: Mapping[str, Any], other: Mapping[str, Any], at: str = ""
) -> Iterator[str]:
    """A translation has no key of its own, and each text the same values as the English one."""
    for key, value in other.items():
        place = f"{at}.{key}" if at else key
        if key not in english:
            yield f"{place} is not in the English file"
        elif isinstance(value, Mapping):
            yield from translation(english[key], value, place)
        elif isinstance(value, str) and names(value) != names(str(english[key])):
            yield f"{place}: values {sorted(names(value))}, not {sorted(names(str(english[key])))}"
