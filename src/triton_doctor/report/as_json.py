"""The report as JSON, schema version 1. Keys are added over time, never taken away or changed."""

from __future__ import annotations

import json
from typing import Any

from triton_doctor.model import Doubt, Finding, Report, Result
from triton_doctor.record import asdict
from triton_doctor.redact import clean
from triton_doctor.repairs import Fix

SCHEMA_VERSION = 1


def as_json(report: Report, exit_code: int) -> str:
    """One JSON document; ASCII only, so that no console encoding can break it."""
    return json.dumps(document(report, exit_code), indent=2) + "\n"


def document(report: Report, exit_code: int) -> dict[str, Any]:
    return {
        "schema_version": SCHEMA_VERSION,
        "doctor": {"version": report.version},
        "exit_code": exit_code,
        "seconds": round(report.seconds, 3),
        "deployment": dict(report.deployment),
        "checks": [_check(result) for result in report.results],
        "findings": [finding_document(finding) for finding in report.findings],
        "facts": dict(report.facts),
        "untold": dict(report.untold),
        "settings": dict(report.settings),
        **_acceptances(report),
    }


def _acceptances(report: Report) -> dict[str, Any]:
    """Only where the settings accept something: most reports have no such key."""
    entries = [
        {
            "problem": one.problem,
            "where": one.where,
            "state": one.state,
            **asdict(one.accepted),
        }
        for one in report.acceptances
    ]
    return {"accepted": entries} if entries else {}


def _check(result: Result) -> dict[str, Any]:
    return {
        "id": result.check,
        "outcome": str(result.outcome),
        "seconds": round(result.seconds, 3),
        "reason": result.reason,
        "caused_by": result.caused_by,
        "healthy": result.healthy,
        "doubts": [_doubt(doubt) for doubt in result.doubts],
        "not_here": result.not_here,
    }


def _doubt(doubt: Doubt) -> dict[str, Any]:
    return {"reason": doubt.reason, "remedy": doubt.remedy, "fix": fix_document(doubt.fix)}


def finding_document(finding: Finding) -> dict[str, Any]:
    return {
        "problem": finding.problem,
        "check": finding.check,
        "severity": str(finding.severity),
        "title": finding.title,
        "why": finding.why,
        "remedy": finding.remedy,
        "where": finding.where,
        "evidence": list(finding.evidence),
        "fix": fix_document(finding.fix),
        "docs": finding.docs,
        "links": list(finding.links),
        "foreseen": finding.foreseen,
        "accepted": asdict(finding.accepted) if finding.accepted else None,
    }


def fix_document(fix: Fix | None) -> dict[str, Any] | None:
    if fix is None:
        return None
    return {
        "title": fix.title,
        "applicability": str(fix.applicability),
        "steps": [
            {
                "show": clean(step.show),
                "argv": [clean(word) for word in step.argv],
                "root": step.root,
                "edit": None if step.edit is None else asdict(step.edit),
            }
            for step in fix.steps
        ],
        "costs": list(fix.costs),
        "instead": fix_document(fix.instead),
    }
