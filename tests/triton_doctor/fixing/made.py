"""Findings and reports made up for tests of what is done about them."""

from __future__ import annotations

from triton_doctor.model import Doubt, Finding, Outcome, Report, Result, Severity
from triton_doctor.repairs import Applicability, Edit, Fix, Step

SAFE, ASK, SHOW = Applicability.SAFE, Applicability.ASK, Applicability.SHOW


def repair(
    path: str = "a.json", old: str = "x", *, how: Applicability = SAFE, line: int = 1
) -> Fix:
    step = Step(f"{path}:{line}", Edit(path, line, 1, old, ""))
    return Fix(f"Take {old} out of {path}", how, (step,))


def finding(
    problem: str,
    where: str | None = None,
    title: str = "",
    *,
    severity: Severity = Severity.ERROR,
    fix: Fix | None = None,
    blocks: bool = False,
    hides: bool = False,
    from_log: bool = False,
    check: str = "",
) -> Finding:
    return Finding(
        problem=problem,
        check=check or problem.partition("/")[0],
        severity=severity,
        title=title or problem,
        why="It matters. Very much.",
        remedy="Do this.",
        where=where,
        evidence=(),
        fix=fix,
        docs="",
        blocks=blocks,
        hides=hides,
        from_log=from_log,
    )


def result(
    check: str,
    *findings: Finding,
    outcome: Outcome | None = None,
    doubts: tuple[Doubt, ...] = (),
    caused_by: str | None = None,
) -> Result:
    usual = Outcome.FOUND if findings else Outcome.PASSED
    reason = doubts[0].reason if doubts else None
    return Result(
        check=check,
        title=check,
        outcome=outcome or usual,
        seconds=0.0,
        reason=reason,
        caused_by=caused_by,
        findings=findings,
        doubts=doubts,
    )


def report(*results: Result) -> Report:
    return Report("0", 0.0, {}, results, {})
