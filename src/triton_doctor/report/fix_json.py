"""A fix run as data: the report of what is so at its end, and what was done."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Literal

from triton_doctor.model import Finding, Report
from triton_doctor.record import Record
from triton_doctor.redact import clean
from triton_doctor.repairs import Fix
from triton_doctor.report.as_json import document, fix_document


class Attempt(Record, frozen=True):
    """What became of one fix.

    entry: its id in the journal; diff: the change of its files; result: None where it was not
    applied, or where nobody could tell.
    """

    finding: Finding
    fix: Fix
    state: Literal["applied", "skipped", "declined", "failed", "undone", "planned", "shown"]
    result: Literal["fixed", "still-there", "worse"] | None = None
    reason: str | None = None
    entry: str | None = None
    diff: str = ""


def fixes_as_json(report: Report, exit_code: int, attempts: Sequence[Attempt]) -> str:
    """The report's document with `fixes`; ASCII only, as the report's own."""
    whole = {**document(report, exit_code), "fixes": [attempt_document(one) for one in attempts]}
    return json.dumps(whole, indent=2) + "\n"


def attempt_document(attempt: Attempt) -> dict[str, Any]:
    fix = fix_document(attempt.fix) or {}
    return {
        "problem": attempt.finding.problem,
        "where": attempt.finding.where,
        "title": attempt.fix.title,
        "applicability": str(attempt.fix.applicability),
        "state": attempt.state,
        "result": attempt.result,
        "reason": attempt.reason,
        "entry": attempt.entry,
        "diff": clean(attempt.diff),
        "steps": fix["steps"],
    }
