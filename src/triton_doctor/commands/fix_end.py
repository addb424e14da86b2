"""How a fix run ends: what was done, what is left, and the one next step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Literal

from triton_doctor.commands.fix_rounds import Bench
from triton_doctor.fixing.order import roots_first, roughly, ways
from triton_doctor.lines import Line, line
from triton_doctor.model import Finding, Report, Severity
from triton_doctor.record import Record
from triton_doctor.repairs import Applicability, Fix
from triton_doctor.report.as_text import TextReport
from triton_doctor.report.fix_json import Attempt


class Rest(Record, frozen=True):
    """What becomes of repairs that were not tried: a state, and the reason for it."""

    state: str
    reason: str | None


def leftovers(
    report: Report, attempts: Sequence[Attempt], bench: Bench, rest: Rest
) -> list[Attempt]:
    """The findings that are there at the end and have a fix that was not tried."""
    known = {roughly(one.finding) for one in attempts if one.result != "fixed"}
    left: list[Attempt] = []
    for finding in roots_first(report, bench.checks):
        if finding.fix is None or roughly(finding) in known:
            continue
        known.add(roughly(finding))
        left.append(_left(finding, finding.fix, bench, rest))
    return left


def _left(finding: Finding, fix: Fix, bench: Bench, rest: Rest) -> Attempt:
    open_ways = [one for one in ways(fix) if one.applicability is not Applicability.SHOW]
    if not open_ways:
        return Attempt(finding, fix, "shown")
    over = [bench.over(one) for one in open_ways]
    if all(over):
        return Attempt(finding, open_ways[0], "shown", reason=over[0])
    first = open_ways[over.index(None)]
    way = bench.way(first)
    diff = way.prepared.diff if way.prepared else ""
    reason = way.trouble or rest.reason
    state: Literal["planned", "skipped", "declined"]
    state = "planned" if rest.state == "planned" and not way.trouble else "skipped"
    if rest.state == "declined":
        state = "declined"
    return Attempt(finding, first, state, reason=reason, diff=diff)


def ending(
    report: Report, attempts: Sequence[Attempt], bench: Bench, whole: TextReport
) -> Iterator[Line]:
    """Fixed, failed, declined; then what is the person's to do, and what comes next."""
    text = bench.text
    present = {roughly(one) for one in roots_first(report, bench.checks)}
    told = [one for one in attempts if one.state != "declined" or roughly(one.finding) in present]
    yield from text.summary(told)
    yield from yours(report, attempts, bench, whole)
    yield from whole.doubts()
    yield line()
    worst = next(iter(report.counted), None)
    if worst and worst.severity is Severity.ERROR:
        yield from text.words(text.say("fix", "left", title=worst.title), "strong")
    else:
        yield from whole.closing()
    if any(one.state == "applied" for one in attempts):
        yield line()
        yield from text.words(text.say("fix", "undo-hint"), "dim")


def yours(
    report: Report, attempts: Sequence[Attempt], bench: Bench, whole: TextReport
) -> Iterator[Line]:
    """Findings that wait for no word, with what is to be done about them."""
    wait = ("declined", "skipped", "planned")
    waiting = {roughly(one.finding) for one in attempts if one.state in wait}
    reasons = {roughly(one.finding): one.reason for one in attempts if one.state == "shown"}
    findings = [
        one
        for one in report.counted
        if roughly(one) not in waiting and (one.fix or one.severity is not Severity.NOTE)
    ]
    if findings:
        yield from bench.text.heading("sum-yours")
    for _, group in groupby(findings, key=lambda one: (one.problem, one.remedy)):
        same = list(group)
        yield line()
        yield from whole.finding(same)
        reason = reasons.get(roughly(same[0]))
        if reason:
            yield from bench.text.words(reason, "warning")


def way_is_clear(report: Report, *, partial: bool) -> bool:
    """Whether nothing that is known stands in the way of a start, as `launch` itself judges."""
    errors = any(one.severity is Severity.ERROR for one in report.counted)
    return bool(report.results) and not errors and not partial
