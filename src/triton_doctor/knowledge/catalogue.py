"""Reading `check.toml` files into Checks and Problems."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
import tomli

from triton_doctor.errors import CatalogueError
from triton_doctor.knowledge.prose import unfold
from triton_doctor.knowledge.signatures import SignatureTable
from triton_doctor.model import Check, Problem, Severity, When, Words
from triton_doctor.record import Mutable, Record, field

# The key of the words in a table of cases that all other cases fall back to.
DEFAULT = "default"


class _CheckTable(msgspec.Struct, forbid_unknown_fields=True):
    title: str
    when: When = When.ALWAYS
    needs: list[str] = []
    finds: list[str] = []
    foresees: bool = True
    healthy: str | dict[str, str] = ""


class _Case(msgspec.Struct, forbid_unknown_fields=True):
    facts: dict[str, str] = {}  # examples that fit the case better than the problem's
    title: str | None = None
    why: str | None = None
    remedy: str | None = None


class _ProblemTable(msgspec.Struct, forbid_unknown_fields=True):
    severity: Severity
    title: str
    why: str
    remedy: str
    facts: list[str] | dict[str, str] = []
    links: list[str] = []
    since: str = ""
    aliases: list[str] = []
    blocks: bool = False
    hides: bool = False
    case: dict[str, _Case] = {}
    fix: dict[str, str] = {}
    signature: list[SignatureTable] = []


class _UnknownTable(msgspec.Struct, forbid_unknown_fields=True):
    reason: str
    remedy: str = ""
    facts: list[str] | dict[str, str] = []
    fix: dict[str, str] = {}


class _File(msgspec.Struct, forbid_unknown_fields=True):
    check: _CheckTable
    problem: dict[str, _ProblemTable] = {}
    unknown: dict[str, _UnknownTable] = {}


class Unknown(Record, frozen=True):
    """The words of one reason why something could not be told."""

    words: Words
    facts: Mapping[str, str]
    fixes: Mapping[str, str]


class Area(Record, frozen=True):
    """One folder: a check's own words and the problems that bear its name."""

    check: Check
    problems: Mapping[str, Problem]
    unknowns: Mapping[str, Unknown]


class Catalogue(Mutable):
    """All areas by id. Problems are found by id, and by the ids they had before."""

    areas: dict[str, Area] = field(default_factory=dict)

    def problem(self, problem_id: str) -> Problem:
        """Raises KeyError where no problem has, or had, this id."""
        area = self.areas.get(problem_id.rpartition("/")[0])
        if area and problem_id in area.problems:
            return area.problems[problem_id]
        for problem in self.problems():
            if problem_id in problem.aliases:
                return problem
        raise KeyError(problem_id)

    def problems(self) -> list[Problem]:
        return [problem for area in self.areas.values() for problem in area.problems.values()]


def read_area(
    area_id: str, source: bytes, place: str, translation: tuple[bytes, str] | None = None
) -> Area:
    """One `check.toml` as an Area. translation: the bytes and the place of `check.LANG.toml`.

    Raises CatalogueError, which names the place and the key.
    """
    table = _toml(source, place)
    if translation:
        table = _overlay(table, _toml(*translation), translation[1])
    try:
        file = msgspec.convert(table, _File)
    except msgspec.ValidationError as error:
        raise CatalogueError(f"{place}: {error}") from None
    return Area(
        check=_check(area_id, file.check),
        problems={
            f"{area_id}/{slug}": _problem(f"{area_id}/{slug}", entry)
            for slug, entry in file.problem.items()
        },
        unknowns={
            slug: Unknown(
                Words(entry.reason, "", unfold(entry.remedy)), _facts(entry.facts), entry.fix
            )
            for slug, entry in file.unknown.items()
        },
    )


def _toml(source: bytes, place: str) -> dict[str, Any]:
    try:
        return tomli.loads(source.decode("utf-8"))
    except (UnicodeDecodeError, tomli.TOMLDecodeError) as error:
        raise CatalogueError(f"{place}: {error}") from None


def _overlay(base: dict[str, Any], words: Mapping[str, Any], place: str) -> dict[str, Any]:
    """The words of another language over the English ones, which stay where one is missing."""
    merged = dict(base)
    for key, value in words.items():
        if key not in base:
            raise CatalogueError(f"{place}: `{key}` is not in the English file")
        merged[key] = _overlay(base[key], value, place) if isinstance(value, dict) else value
    return merged


def _check(area_id: str, table: _CheckTable) -> Check:
    healthy = {DEFAULT: table.healthy} if isinstance(table.healthy, str) else table.healthy
    needs, finds = tuple(table.needs), tuple(table.finds)
    return Check(area_id, table.title, table.when, needs, finds, healthy, table.foresees)


def _problem(problem_id: str, table: _ProblemTable) -> Problem:
    words = Words(table.title, unfold(table.why), unfold(table.remedy))
    return Problem(
        id=problem_id,
        severity=table.severity,
        words=words,
        facts=_facts(table.facts),
        cases={
            name: Words(
                case.title or words.title,
                unfold(case.why or words.why),
                unfold(case.remedy or words.remedy),
            )
            for name, case in table.case.items()
        },
        examples={name: case.facts for name, case in table.case.items()},
        fixes=table.fix,
        links=tuple(table.links),
        signatures=tuple(one.signature() for one in table.signature),
        aliases=tuple(table.aliases),
        since=table.since,
        blocks=table.blocks,
        hides=table.hides,
    )


def _facts(declared: list[str] | dict[str, str]) -> dict[str, str]:
    """Declared names with an example each, which `explain` and the docs show."""
    return declared if isinstance(declared, dict) else {name: f"<{name}>" for name in declared}
