"""GitLab's code quality report, by what its documentation asks for."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings

from tests.triton_doctor.report.reports import MANY, telling, tellings
from tests.triton_doctor.test_as_text import finding
from triton_doctor.deployment import Deployment
from triton_doctor.model import Finding, Outcome, Report, Result
from triton_doctor.record import asdict
from triton_doctor.report.as_codequality import as_codequality
from triton_doctor.report.telling import Telling
from triton_doctor.report.verdict import untold

LEVELS = {"info", "minor", "major", "critical", "blocker"}
JSON = "model_repository/gemma/1/model.json"


@given(tellings())
@settings(max_examples=MANY, deadline=None)
def test_any_report_is_whole_and_has_what_gitlab_asks_for(one: Telling) -> None:
    issues: list[dict[str, Any]] = json.loads(as_codequality(one))
    assert len(issues) == len(one.report.findings) + len([*untold(one.report)])
    for issue in issues:
        assert issue["description"]
        assert issue["check_name"]
        assert issue["fingerprint"]
        assert issue["severity"] in LEVELS
        assert issue["location"]["lines"]["begin"] >= 1
        assert not issue["location"]["path"].startswith("./")
    assert ("critical" in {issue["severity"] for issue in issues}) <= (one.code != 0)


def told(*findings: Finding, fail_on: str = "error") -> list[dict[str, Any]]:
    result = Result("repository", "Model repository", Outcome.FOUND, 0.1, findings=findings)
    report = Report("0.1.0", 1.0, asdict(Deployment()), (result,), {})
    issues: list[dict[str, Any]] = json.loads(as_codequality(telling(report, fail_on)))
    return issues


def test_a_finding_stands_at_its_line_and_what_is_in_no_file_at_the_settings() -> None:
    here, elsewhere = told(
        finding("repository/model-json-syntax", where=f"{JSON}:3:7"), finding("port/in-use")
    )
    assert here["location"] == {"path": f"serving/{JSON}", "lines": {"begin": 3}}
    assert here["severity"] == "critical"
    assert elsewhere["location"]["path"] == "serving/triton-doctor.toml"
    assert told(finding(), fail_on="never")[0]["severity"] == "major"
