"""Readings of logs as JSON, schema version 1. Keys are added over time, never taken away."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from triton_doctor import __version__
from triton_doctor.readings import LogFinding, LogReport, Untold
from triton_doctor.redact import clean

SCHEMA_VERSION = 1


def logs_as_json(reports: Sequence[LogReport], exit_code: int) -> str:
    """One JSON document; ASCII only, so that no console encoding can break it."""
    return json.dumps(document(reports, exit_code), indent=2) + "\n"


def document(reports: Sequence[LogReport], exit_code: int) -> dict[str, Any]:
    return {
        "schema_version": SCHEMA_VERSION,
        "doctor": {"version": __version__},
        "exit_code": exit_code,
        "logs": [
            {
                "source": report.source,
                "lines": report.reading.lines,
                "ready": report.reading.ready,
                "findings": [_finding(one) for one in report.findings],
                "unknown": _unknown(report.reading.untold),
            }
            for report in reports
        ],
    }


def _finding(one: LogFinding) -> dict[str, Any]:
    finding, told = one.finding, one.told
    return {
        "problem": finding.problem,
        "role": told.role,
        "severity": str(finding.severity),
        "line": told.line,
        "evidence": "\n".join(finding.evidence),
        "echoes": list(told.echoes),
        "model": clean(told.model),
        "values": {name: clean(value) for name, value in told.values.items()},
        "foreseen": finding.foreseen,
        "title": finding.title,
        "why": finding.why,
        "remedy": finding.remedy,
        "docs": finding.docs,
        "links": list(finding.links),
    }


def _unknown(untold: Untold | None) -> dict[str, Any] | None:
    if untold is None:
        return None
    return {
        "lines": [{"line": one.line, "text": clean(one.text)} for one in untold.lines],
        "stub": clean(untold.stub),
    }
