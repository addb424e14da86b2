"""JUnit XML, by the schema of Jenkins' xUnit plugin."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import xmlschema
from hypothesis import given, settings

from tests.triton_doctor.report.reports import MANY, telling, tellings
from triton_doctor.model import Accepted, Doubt, Outcome, Report, Result, Severity
from triton_doctor.report.as_junit import as_junit
from triton_doctor.report.telling import Telling

SCHEMA = xmlschema.XMLSchema(Path(__file__).parents[2] / "schemas/junit-10.xsd")


def read(one: Telling) -> ElementTree.Element:
    text = as_junit(one)
    root = ElementTree.fromstring(text.encode())
    SCHEMA.validate(text)
    return root


@given(tellings())
@settings(max_examples=MANY, deadline=None)
def test_any_report_is_valid_and_red_where_the_exit_code_is(one: Telling) -> None:
    root = read(one)
    bad = sum(1 for tag in ("failure", "error") for _ in root.iter(tag))
    assert bool(bad) == (one.code != 0)
    assert int(root.get("failures", "")) + int(root.get("errors", "")) == bad
    assert int(root.get("tests", "")) == sum(1 for _ in root.iter("testcase"))
    findings = [case for case in root.iter("testcase") if "/" in case.get("name", "")]
    assert len(findings) >= len(one.report.findings)


def result(outcome: Outcome, **more: object) -> Result:
    return Result("docker", "Docker", outcome, 0.1, **more)


def report(*results: Result) -> Report:
    return Report("0.1.0", 1.0, {}, results, {})


def test_what_could_not_be_told_is_an_error_and_what_is_not_for_here_is_skipped() -> None:
    doubt = result(Outcome.COULD_NOT_TELL, reason="No answer", doubts=(Doubt("No answer"),))
    aside = result(Outcome.SKIPPED, reason="no GPU in CI", not_here=True)
    (told,) = read(telling(report(doubt))).iter("error")
    assert told.get("message") == "No answer"
    (skipped,) = read(telling(report(aside))).iter("skipped")
    assert skipped.get("message") == "not for here: no GPU in CI"


def test_a_run_that_looked_at_nothing_is_an_error() -> None:
    assert [*read(telling(report())).iter("error")]


def test_a_skipped_check_is_an_error_only_where_nothing_else_says_so() -> None:
    from tests.triton_doctor.test_as_text import finding

    skipped = Result("mount", "Mount", Outcome.SKIPPED, 0.0, "The daemon is down", "docker")
    down = result(Outcome.FOUND, findings=(finding(),))
    root = read(telling(report(down, skipped)))
    assert [len([*root.iter(tag)]) for tag in ("failure", "error", "skipped")] == [1, 0, 1]
    accepted = finding(accepted=Accepted("known", "2027-01-31", "x.toml:1"))
    root = read(telling(report(result(Outcome.FOUND, findings=(accepted,)), skipped)))
    assert [len([*root.iter(tag)]) for tag in ("failure", "error", "skipped")] == [0, 1, 1]


def test_a_warning_fails_by_fail_on() -> None:
    from tests.triton_doctor.test_as_text import finding

    mild = report(result(Outcome.FOUND, findings=(finding(severity=Severity.WARNING),)))
    assert not [*read(telling(mild)).iter("failure")]
    assert "The Docker daemon" in as_junit(telling(mild))
    assert [*read(telling(mild, "warning")).iter("failure")]
