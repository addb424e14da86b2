"""SARIF, by the schema that OASIS publishes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from jsonschema import Draft4Validator

from tests.triton_doctor.report.reports import MANY, ROOTS, telling, tellings
from tests.triton_doctor.test_as_text import finding
from triton_doctor.deployment import Deployment
from triton_doctor.model import Accepted, Finding, Outcome, Report, Result
from triton_doctor.record import asdict
from triton_doctor.repairs import Applicability, Command, Edit, Fix, Step
from triton_doctor.report.as_sarif import as_sarif
from triton_doctor.report.telling import Telling
from triton_doctor.report.verdict import untold

SCHEMA = json.loads((Path(__file__).parents[2] / "schemas/sarif-2.1.0.json").read_text("utf-8"))
VALIDATOR = Draft4Validator(SCHEMA)
JSON = "model_repository/gemma/1/model.json"


def read(one: Telling) -> dict[str, Any]:
    document = json.loads(as_sarif(one))
    VALIDATOR.validate(document)
    (run,) = document["runs"]
    return dict(run)


def told(*findings: Finding) -> dict[str, Any]:
    result = Result("repository", "Model repository", Outcome.FOUND, 0.1, findings=findings)
    return read(telling(Report("0.1.0", 1.0, asdict(Deployment()), (result,), {})))


@given(tellings())
@settings(max_examples=MANY, deadline=None)
def test_any_report_is_valid_and_whole(one: Telling) -> None:
    run = read(one)
    rules = {rule["id"] for rule in run["tool"]["driver"]["rules"]}
    assert {result["ruleId"] for result in run["results"]} <= rules
    kinds = [result.get("kind", "fail") for result in run["results"]]
    assert kinds.count("fail") == len(one.report.findings)
    assert kinds.count("open") == len([*untold(one.report)])
    assert run["invocations"][0]["exitCode"] == one.code
    marks = [result["partialFingerprints"]["finding/v1"] for result in run["results"]]
    fails = [mark for mark, kind in zip(marks, kinds, strict=True) if kind == "fail"]
    assert len(set(fails)) == len(fails)
    for result in run["results"]:
        place = result["locations"][0]["physicalLocation"]["artifactLocation"]
        assert ("uriBaseId" in place) != place["uri"].startswith("file:")
        assert not place["uri"].startswith(("/", ".."))
        assert result["locations"][0]["physicalLocation"]["region"]["startLine"] >= 1
    # What code scanning calls required, and how long it may be.
    for rule in run["tool"]["driver"]["rules"]:
        assert 0 < len(rule["shortDescription"]["text"]) <= 1024
        assert 0 < len(rule["fullDescription"]["text"]) <= 1024
        assert rule["help"]["text"]


def test_a_place_in_a_file_is_told_from_the_root_of_the_repository() -> None:
    run = told(finding("repository/model-json-syntax", where=f"{JSON}:3:7"))
    place = run["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == f"serving/{JSON}"
    assert place["region"] == {"startLine": 3, "startColumn": 7}


def test_what_no_file_is_to_blame_for_stands_at_the_settings_file() -> None:
    location = told(finding())["results"][0]["locations"][0]
    assert location["physicalLocation"]["artifactLocation"]["uri"] == "serving/triton-doctor.toml"
    assert location["logicalLocations"][0]["name"] == "unix:///var/run/docker.sock"


def test_two_findings_that_are_in_no_file_are_two_for_github() -> None:
    results = told(*(finding(where=place) for place in ("localhost:8000", "localhost:8001")))
    marks = [one["partialFingerprints"]["primaryLocationLineHash"] for one in results["results"]]
    assert len(set(marks)) == 2
    (in_file,) = told(finding("repository/model-json-syntax", where=f"{JSON}:3:7"))["results"]
    assert "primaryLocationLineHash" not in in_file["partialFingerprints"], "the upload makes it"


def test_a_rule_is_told_without_the_values_of_this_machine_or_another() -> None:
    (rule,) = told(finding("port/in-use"))["tool"]["driver"]["rules"]
    assert "…" in rule["shortDescription"]["text"]
    assert "8000" not in rule["shortDescription"]["text"]
    assert "docs/generate.py" not in rule["help"]["text"], "that is for who writes the pages"
    assert "Values on this page are examples" in rule["help"]["text"]


def test_the_fingerprint_stays_when_lines_move() -> None:
    one, other = (
        told(finding(where=f"{JSON}:{line}:7"))["results"][0]["partialFingerprints"]
        for line in (3, 30)
    )
    assert one == other


def test_an_accepted_finding_is_suppressed() -> None:
    (result,) = told(finding(accepted=Accepted("known", "2027-01-31", "x.toml:1")))["results"]
    assert result["suppressions"][0]["justification"].startswith("Accepted until 2027-01-31: known")
    assert result["properties"]["fails"] is False


def test_a_fix_is_the_change_of_the_file() -> None:
    edits = (Edit(JSON, 2, 3, '"a": 1,\n  "b": 2', '"b": 2'), Edit(JSON, 5, 1, ",", ""))
    fix = Fix("Take it out", Applicability.SAFE, tuple(Step("", edit) for edit in edits))
    (change,) = told(finding(fix=fix))["results"][0]["fixes"][0]["artifactChanges"]
    assert change["artifactLocation"]["uri"] == f"serving/{JSON}"
    regions = [one["deletedRegion"] for one in change["replacements"]]
    assert [tuple(one.values()) for one in regions] == [(2, 3, 3, 9), (5, 1, 5, 2)]
    assert change["replacements"][0]["insertedContent"]["text"] == '"b": 2'


def test_a_repair_that_does_more_than_edit_is_no_sarif_fix() -> None:
    steps = (Step("", Edit(JSON, 1, 1, "a", "b")), Step("", Command(("docker", "pull", "x"))))
    result = told(finding(fix=Fix("Both", Applicability.ASK, steps)))["results"][0]
    assert "fixes" not in result


def test_a_change_that_would_show_a_secret_is_left_out() -> None:
    edit = Edit(JSON, 1, 1, "x", '"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"')
    fix = Fix("Quote it", Applicability.SAFE, (Step("", edit),))
    assert "fixes" not in told(finding(fix=fix))["results"][0]


def test_paths_of_windows_and_paths_elsewhere() -> None:
    roots = type(ROOTS)("C:\\work\\serving", "C:\\work")
    assert roots.uri("models\\a b\\model.json") == "serving/models/a%20b/model.json"
    assert roots.uri("D:\\x.json") == "file:///D:/x.json"
    assert ROOTS.uri("../../etc/x") == "file:///etc/x"
    assert ROOTS.within("/srv/a") == "a"
    assert ROOTS.uri("/srv") == "./"
