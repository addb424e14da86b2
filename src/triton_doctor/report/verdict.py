"""What a report comes to as one number."""

from __future__ import annotations

from collections.abc import Iterator

from triton_doctor.model import Doubt, Finding, Outcome, Report, Result, Severity

HEALTHY, FOUND, USAGE, UNCLEAR, BUG, INTERRUPTED = 0, 1, 2, 3, 4, 130


def exit_code(report: Report, fail_on: str) -> int:
    """0 healthy; 1 a finding at or above `fail_on`; 3 none such, but something was not told."""
    if any(fails(finding, fail_on) for finding in report.findings):
        return FOUND
    if looked_at_nothing(report):
        return UNCLEAR
    return UNCLEAR if any(unclear(result) for result in report.results) else HEALTHY


def looked_at_nothing(report: Report) -> bool:
    return all(result.not_here for result in report.results)


def fails(finding: Finding, fail_on: str) -> bool:
    """Whether this finding makes a run end with 1."""
    if fail_on == "never" or finding.accepted is not None:
        return False
    return finding.severity.at_least(Severity(fail_on))


def unclear(result: Result) -> bool:
    """Whether this check leaves something untold; one that is not for here does not."""
    if result.outcome is Outcome.SKIPPED:
        return result.caused_by is not None
    told = (Outcome.PASSED, Outcome.FOUND)
    return bool(result.doubts) or result.outcome not in told


def untold(report: Report) -> Iterator[tuple[Result, Doubt]]:
    """Everything that could not be told, once: a check that was skipped for it is not named too."""
    results = {result.check: result for result in report.results}
    for result in report.results:
        if not unclear(result):
            continue
        cause = results.get(result.caused_by or "")
        if result.outcome is Outcome.SKIPPED and cause and _named(cause):
            continue
        for doubt in result.doubts or (Doubt(result.reason or str(result.outcome)),):
            yield result, doubt


def _named(cause: Result) -> bool:
    """Whether a reader is told of this cause in its own right."""
    return unclear(cause) or any(one.accepted is None for one in cause.findings)
