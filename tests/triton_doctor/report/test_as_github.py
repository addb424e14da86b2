"""Workflow commands, read as the runner of GitHub Actions reads them."""

from __future__ import annotations

from hypothesis import given, settings

from tests.triton_doctor.report.reports import MANY, telling, tellings
from tests.triton_doctor.test_as_text import finding
from triton_doctor.deployment import Deployment
from triton_doctor.model import Outcome, Report, Result, Severity
from triton_doctor.record import asdict
from triton_doctor.report.as_github import as_github
from triton_doctor.report.telling import Telling, body
from triton_doctor.report.verdict import untold

_DATA = {"%0D": "\r", "%0A": "\n"}
_PROPERTY = {**_DATA, "%3A": ":", "%2C": ","}


def runner(line: str) -> tuple[str, dict[str, str], str]:
    """As ActionCommand.TryParseV2 does it: command, properties, data."""
    assert line.startswith("::")
    head, _, data = line[2:].partition("::")
    command, _, rest = head.partition(" ")
    pairs = [piece.partition("=") for piece in rest.split(",") if piece]
    return command, {key: back(value, _PROPERTY) for key, _, value in pairs}, back(data, _DATA)


def back(text: str, signs: dict[str, str]) -> str:
    for code, sign in signs.items():
        text = text.replace(code, sign)
    return text.replace("%25", "%")


@given(tellings())
@settings(max_examples=MANY, deadline=None)
def test_the_runner_reads_what_was_meant_and_nothing_else(one: Telling) -> None:
    *lines, last = as_github(one).removesuffix("\n").split("\n")
    assert last.startswith("triton-doctor 0.1.0: ")
    read = [runner(line) for line in lines]
    assert {command for command, _, _ in read} <= {"error", "warning", "notice"}
    counted = one.report.counted
    for item, (_, properties, data) in zip(counted, read, strict=False):
        assert properties["title"] == f"{item.title} ({item.problem})"
        assert data.endswith(body(item, one.say))
    rest = [data for _, _, data in read[len(counted) :]]
    doubts = [doubt for _, doubt in untold(one.report)]
    for doubt, data in zip(doubts, rest, strict=False):
        assert data.startswith(doubt.reason)
    aside = [r for r in one.report.results if r.outcome is Outcome.SKIPPED and r.caused_by is None]
    accepted = len(one.report.findings) - len(counted)
    notes = len([*one.acceptances()])
    assert len(read) == len(counted) + len(doubts) + accepted + notes + bool(aside)
    if aside:
        assert len(read[-1][2].split("\n")) >= len(aside)


def lines(severity: Severity, fail_on: str) -> list[tuple[str, dict[str, str], str]]:
    place = "model_repository/gemma/1/model.json:3:7"
    found = finding("repository/model-json-syntax", severity=severity, where=place)
    result = Result("repository", "Model repository", Outcome.FOUND, 0.1, findings=(found,))
    report = Report("0.1.0", 1.0, asdict(Deployment()), (result,), {})
    return [runner(line) for line in as_github(telling(report, fail_on)).splitlines()[:-1]]


def test_the_place_is_told_from_the_root_of_the_repository() -> None:
    ((command, properties, _),) = lines(Severity.ERROR, "error")
    assert command == "error"
    assert properties["file"] == "serving/model_repository/gemma/1/model.json"
    assert (properties["line"], properties["col"]) == ("3", "7")


def test_an_error_that_does_not_fail_the_run_is_shown_as_a_warning() -> None:
    assert lines(Severity.ERROR, "never")[0][0] == "warning"
    assert lines(Severity.NOTE, "error")[0][0] == "notice"
