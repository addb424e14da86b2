"""What a report comes to as one number."""

from __future__ import annotations

from triton_doctor.model import Outcome, Report, Result, Severity

HEALTHY, FOUND, USAGE, UNCLEAR, BUG, INTERRUPTED = 0, 1, 2, 3, 4, 130


def exit_code(report: Report, fail_on: str) -> int:
    """0 healthy; 1 a finding at or above `fail_on`; 3 none such, but something was not told."""
    if fail_on != "never":
        floor = Severity(fail_on)
        if any(finding.severity.at_least(floor) for finding in report.findings):
            return FOUND
    if not report.results:
        return UNCLEAR  # nothing was looked at
    return UNCLEAR if any(unclear(result) for result in report.results) else HEALTHY


def unclear(result: Result) -> bool:
    """Whether this check leaves something untold; one that is not for here does not."""
    if result.outcome is Outcome.SKIPPED:
        return result.caused_by is not None
    told = (Outcome.PASSED, Outcome.FOUND)
    return bool(result.doubts) or result.outcome not in told
