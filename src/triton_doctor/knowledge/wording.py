"""Answers of checks put into the catalogue's words."""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter

from triton_doctor.errors import CatalogueError
from triton_doctor.knowledge.catalogue import DEFAULT, Area, Catalogue
from triton_doctor.model import Doubt, Finding, Found, NotForHere, Problem, Sound, Unsure, Words
from triton_doctor.redact import clean
from triton_doctor.repairs import Fix, Plan

_FORMATTER = Formatter()
LOG = "log"  # the case whose words do with what a log tells
UNKNOWN = "?"  # in the place of a value that a log did not tell


def finding(answer: Found, check: str, catalogue: Catalogue) -> Finding:
    """A Found in words. Raises CatalogueError where problem, case or values are not declared."""
    problem = _problem(answer.problem, check, catalogue)
    if answer.from_log:
        words, values = _fitting(problem, answer.case, _texts(answer.values))
    else:
        words = _case(problem, answer.case)
        values = _values(answer.values, problem.facts, problem.id)
    severity = answer.severity or problem.severity
    return Finding(
        problem=problem.id,
        check=check,
        severity=severity,
        title=fill(words.title, values),
        why=fill(words.why, values),
        remedy=fill(words.remedy, values),
        where=clean(answer.where) if answer.where else None,
        evidence=tuple(clean(line) for line in answer.evidence),
        fix=_fix(answer.fix, problem.fixes, values, problem.id),
        docs=f"docs/problems/{problem.id.replace(':', '/')}.md",
        links=problem.links,
        # Made milder than the catalogue has it, a problem leaves the ground for other checks.
        blocks=problem.blocks and severity.at_least(problem.severity) and not answer.from_log,
        hides=problem.hides and not answer.from_log,
        from_log=answer.from_log,
    )


def doubt(answer: Unsure | NotForHere, area: Area) -> Doubt:
    """What could not be told, in words."""
    where = f"{area.check.id}: [unknown.{answer.reason}]"
    if answer.reason not in area.unknowns:
        raise CatalogueError(f"{where} is not in the catalogue")
    unknown = area.unknowns[answer.reason]
    values = _values(answer.values, unknown.facts, where)
    plan, because = (answer.fix, answer.because) if isinstance(answer, Unsure) else (None, "")
    return Doubt(
        fill(unknown.words.title, values),
        fill(unknown.words.remedy, values),
        _fix(plan, unknown.fixes, values, where),
        because,
    )


def healthy(answer: Sound, area: Area) -> str:
    """The line that says what is well."""
    if answer.case not in area.check.healthy:
        raise CatalogueError(f"{area.check.id}: healthy has no case `{answer.case}`")
    return fill(area.check.healthy[answer.case], _texts(answer.values))


def example(problem: Problem, case: str | None = None) -> Words:
    """The words of a problem, or of one of its cases, with example values."""
    words = _case(problem, case)
    values = {**problem.facts, **problem.examples.get(case or DEFAULT, {})}
    return Words(*(fill(text, values) for text in (words.title, words.why, words.remedy)))


def names(template: str) -> set[str]:
    """The values that a template asks for."""
    return {name for _, name, _, _ in _FORMATTER.parse(template) if name is not None}


def fill(template: str, values: Mapping[str, str]) -> str:
    try:
        return template.format_map(values).strip()
    except KeyError as error:
        raise CatalogueError(f"the words want {error}, which was not given: {template}") from None


def _problem(name: str, check: str, catalogue: Catalogue) -> Problem:
    problem_id = name if "/" in name else f"{check}/{name}"
    try:
        return catalogue.problem(problem_id)
    except KeyError:
        raise CatalogueError(f"{check}: {problem_id} is not in the catalogue") from None


def _case(problem: Problem, case: str | None) -> Words:
    if case in (None, DEFAULT):
        return problem.words
    if case not in problem.cases:
        raise CatalogueError(f"{problem.id} has no case `{case}`")
    return problem.cases[str(case)]


def lacking(words: Words, values: Mapping[str, str]) -> set[str]:
    """Values that the words ask for and that are not there."""
    return (names(words.title) | names(words.why) | names(words.remedy)) - set(values)


def _fitting(
    problem: Problem, case: str | None, values: Mapping[str, str]
) -> tuple[Words, Mapping[str, str]]:
    """Words for which a log told enough: those of its case (the problem's own where it names none),
    else of the case `log`, else the problem's own, with a mark where a value is not known."""
    order = (case or DEFAULT, LOG, DEFAULT)
    wanted = [_case(problem, name) for name in order if name in _cases(problem)]
    fits = next((words for words in wanted if not lacking(words, values)), wanted[0])
    return fits, {**dict.fromkeys(lacking(fits, values), UNKNOWN), **values}


def _cases(problem: Problem) -> set[str | None]:
    return {DEFAULT, *problem.cases}


def _values(given: Mapping[str, object], declared: Mapping[str, str], where: str) -> dict[str, str]:
    if set(given) != set(declared):
        raise CatalogueError(f"{where}: declared {sorted(declared)}, given {sorted(given)}")
    return _texts(given)


def _texts(given: Mapping[str, object]) -> dict[str, str]:
    return {name: clean(str(value)) for name, value in given.items()}


def _fix(
    plan: Plan | None, titles: Mapping[str, str], values: Mapping[str, str], where: str
) -> Fix | None:
    if plan is None:
        return None
    if plan.name not in titles:
        raise CatalogueError(f"{where} has no fix `{plan.name}`")
    title = fill(titles[plan.name], {**values, **_texts(plan.values)})
    instead = _fix(plan.instead, titles, values, where)
    return Fix(title, plan.applicability, plan.steps, plan.costs, instead)
