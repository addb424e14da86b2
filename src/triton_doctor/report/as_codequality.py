"""The report as GitLab's code quality report, which it shows beside the lines of a merge request.

Source: the format's description in GitLab's documentation, "Code Quality report format". What no
file is to blame for stands at the settings file. It cannot fail a pipeline: the exit code does.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from triton_doctor.model import Finding, Severity
from triton_doctor.report.fingerprints import fingerprint, hashed
from triton_doctor.report.spots import Spot, spot_of
from triton_doctor.report.telling import Telling
from triton_doctor.report.verdict import fails, untold
from triton_doctor.settings import FILE

_LEVELS = {Severity.ERROR: "critical", Severity.WARNING: "major", Severity.NOTE: "info"}
UNTOLD = "not-told"

Object = dict[str, Any]


def as_codequality(telling: Telling) -> str:
    """One document; ASCII only, so that no console encoding can break it."""
    whole = json.dumps([*_issues(telling)], ensure_ascii=False).encode("utf-8", "replace")
    return json.dumps(json.loads(whole), indent=2) + "\n"


def _issues(telling: Telling) -> Iterator[Object]:
    seen: Counter[str] = Counter()
    for finding in telling.report.findings:
        spot = spot_of(finding, telling.report.deployment)
        yield {
            "description": _description(telling, finding),
            "check_name": finding.problem,
            "fingerprint": fingerprint(telling, finding, seen),
            "severity": _severity(telling, finding),
            "location": _location(telling, spot),
        }
    for result, doubt in untold(telling.report):
        yield {
            "description": f"{telling.say('part', 'unclear')}: {result.title}: {doubt.reason}",
            "check_name": UNTOLD,
            "fingerprint": hashed(UNTOLD, result.check, doubt.reason),
            "severity": "critical" if telling.code == 3 else "major",
            "location": _location(telling, None),
        }


def _description(telling: Telling, finding: Finding) -> str:
    """One line: all that the merge request shows of it."""
    accepted = telling.accepted(finding)
    return f"{finding.title}. {accepted}" if accepted else finding.title


def _severity(telling: Telling, finding: Finding) -> str:
    if finding.accepted:
        return "info"
    level = _LEVELS[finding.severity]
    return "major" if level == "critical" and not fails(finding, telling.fail_on) else level


def _location(telling: Telling, spot: Spot | None) -> Object:
    spot = spot or Spot(telling.settings_file or FILE)
    path = telling.roots.within(spot.path) or spot.path
    return {"path": path, "lines": {"begin": max(spot.line, 1)}}
