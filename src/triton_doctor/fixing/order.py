"""In which order findings are repaired: what others stand on goes first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from triton_doctor.model import Check, Doubt, Finding, Report, Result, Severity
from triton_doctor.repairs import Fix

_LINE = re.compile(r"(?::\d+){1,2}$")
_NUMBER = re.compile(r"\d+")

Known = tuple[str, str, str]


def roots_first(report: Report, checks: Sequence[Check]) -> list[Finding]:
    """Every finding, and every doubt that has a fix, in the order in which to repair them.

    First what keeps other checks from looking, the ground of all before what stands on it; then
    what hides the rest of its own file; then the others, the worst first. What a log tells of a
    run that is over comes after what is so now, and before what deletes something: with a dead
    container its log goes.
    """
    depth = _depths(checks)

    def key(finding: Finding) -> tuple[int, bool, bool, int, int]:
        group = 0 if finding.blocks else 1 if finding.hides else 2
        ground = depth.get(finding.check, 0)
        worst = -finding.severity.rank
        first, then = (ground, worst) if group < 2 else (worst, ground)
        deletes = finding.fix is not None and "deletes" in finding.fix.costs
        return group, deletes, finding.from_log, first, then

    return sorted(every(report), key=key)


def every(report: Report) -> list[Finding]:
    """The report's findings, and after them the doubts that a fix would clear up, as findings."""
    doubts = [
        as_finding(result, doubt)
        for result in report.results
        for doubt in result.doubts
        if doubt.fix is not None
    ]
    return [*report.counted, *doubts]


def as_finding(result: Result, doubt: Doubt) -> Finding:
    """A doubt in the form of a finding; its problem is the check's id alone."""
    return Finding(
        problem=result.check,
        check=result.check,
        severity=Severity.NOTE,
        title=doubt.reason,
        why="",
        remedy=doubt.remedy,
        where=None,
        evidence=(),
        fix=doubt.fix,
        docs="",
    )


def exactly(finding: Finding) -> Known:
    """What tells a finding from all others of the same report."""
    return finding.problem, finding.where or "", finding.title


def roughly(finding: Finding) -> Known:
    """The same, though lines were added or taken away above it."""
    return finding.problem, file_of(finding.where), _NUMBER.sub("#", finding.title)


def file_of(where: str | None) -> str:
    """A place without line and column."""
    return _LINE.sub("", where or "")


def ways(fix: Fix | None) -> Iterator[Fix]:
    """A fix and the other ways to the same end."""
    while fix is not None:
        yield fix
        fix = fix.instead


def _depths(checks: Sequence[Check]) -> Mapping[str, int]:
    """How many checks a check stands on, one above the other."""
    needs = {check.id: check.needs for check in checks}

    def depth(check: str, below: frozenset[str]) -> int:
        under = [one for one in needs.get(check, ()) if one not in below]
        return 1 + max((depth(one, below | {check}) for one in under), default=0)

    return {check: depth(check, frozenset()) for check in needs}
