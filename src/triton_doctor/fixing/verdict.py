"""Whether a fix has helped: the report before it against the report after it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Literal

from triton_doctor.fixing.order import Known, every, exactly, file_of, roughly
from triton_doctor.model import Finding, Outcome, Report, Result, Severity
from triton_doctor.record import Record
from triton_doctor.repairs import Act, Command, Edit, Fix, MakeFolder, Move, Setting

_LOOKED = (Outcome.PASSED, Outcome.FOUND)


class Verdict(Record, frozen=True):
    """result: `untold` where the check that found it could not look afterwards.

    cleared: findings that went with it; shown: findings that came to light. reason: why it is
    untold, or the title of what made it worse. old_log: it is untold since the log that showed it
    is of a run before the repair.
    """

    result: Literal["fixed", "still-there", "worse", "untold"]
    cleared: tuple[Finding, ...] = ()
    shown: tuple[Finding, ...] = ()
    reason: str = ""
    old_log: bool = False


def judged(before: Report, after: Report, finding: Finding, fix: Fix | None = None) -> Verdict:
    """What became of a finding that was repaired; fix: the way that was taken, if not its first.

    It is worse where the finding is still there and new errors have come, or where it is gone and
    something new keeps the doctor from looking further. A root that was repaired uncovers what was
    behind it, which was there before: that is never worse.
    """
    taken = fix or finding.fix
    acts = [step.act for step in taken.steps] if taken else []
    gone, new = _changes(before, after)
    cleared = tuple(one for one in gone if one != finding)
    fresh = [one for one in new if not _uncovered(one, before, acts)]
    if finding not in gone:
        bad = [one for one in fresh if one.severity is Severity.ERROR]
        old_log = finding.from_log and not bad and not any(isinstance(act, Command) for act in acts)
        if old_log:
            return Verdict("untold", cleared, tuple(new), old_log=True)
        return Verdict("worse" if bad else "still-there", cleared, tuple(new), _first(bad))
    walls = [one for one in fresh if one.blocks or one.hides]
    if walls and not (finding.blocks or finding.hides):
        return Verdict("worse", cleared, tuple(new), _first(walls))
    untold = _untold(before, after, finding)
    return Verdict("untold" if untold else "fixed", cleared, tuple(new), untold)


def _first(findings: Sequence[Finding]) -> str:
    return findings[0].title if findings else ""


def _changes(before: Report, after: Report) -> tuple[list[Finding], list[Finding]]:
    """Findings that are gone and findings that are new.

    A finding that has merely moved by some lines is neither, unless it hides the rest of its file:
    such a reader stops at the first fault, so that the next place is the next fault.
    """
    gone, new = _unpaired(every(before), every(after), exactly)
    moved = [one for one in gone if not one.hides], [one for one in new if not one.hides]
    stay = [one for one in gone if one.hides], [one for one in new if one.hides]
    gone, new = _unpaired(*moved, roughly)
    return [*gone, *stay[0]], [*new, *stay[1]]


def _unpaired(
    ones: Sequence[Finding], others: Sequence[Finding], key: Callable[[Finding], Known]
) -> tuple[list[Finding], list[Finding]]:
    """Those of either side that have no counterpart on the other."""
    return _without(ones, Counter(map(key, others)), key), _without(
        others, Counter(map(key, ones)), key
    )


def _without(
    ones: Sequence[Finding], others: Counter[Known], key: Callable[[Finding], Known]
) -> list[Finding]:
    left = []
    for one in ones:
        if others[key(one)] > 0:
            others[key(one)] -= 1
        else:
            left.append(one)
    return left


def _uncovered(one: Finding, before: Report, acts: Sequence[Act]) -> bool:
    """Whether the doctor could not have seen this before the repair, so that it may be old."""
    result = _of(before, one.check)
    if result is None or result.outcome not in _LOOKED or result.doubts:
        return True
    return any(_brought(act, one.where) for act in acts)


def _brought(act: Act, where: str | None) -> bool:
    """Whether an act has put something at this place that the doctor had not read there."""
    if isinstance(act, Setting):
        return True  # another deployment, in part
    new = ""
    if isinstance(act, Move):
        new = act.target
    elif isinstance(act, MakeFolder) or (isinstance(act, Edit) and not act.line):
        new = act.path
    return bool(new) and (file_of(where) + "/").startswith(new.rstrip("/") + "/")


def _untold(before: Report, after: Report, finding: Finding) -> str:
    """Why the check that found it cannot say that it is gone; empty where it can."""
    result = _of(after, finding.check)
    if result is None or result.outcome in _LOOKED or "/" not in finding.problem:
        return ""
    if result.outcome is Outcome.SKIPPED and result.caused_by is None:
        return ""
    earlier = _of(before, finding.check)
    known = {doubt.reason for doubt in earlier.doubts} if earlier else set()
    if result.doubts and all(doubt.reason in known for doubt in result.doubts):
        return ""  # it could not tell this before either, and told the finding all the same
    return result.reason or str(result.outcome)


def _of(report: Report, check: str) -> Result | None:
    return next((one for one in report.results if one.check == check), None)
