"""Runs that were recorded are judged the same today, plus what newer knowledge sees."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.triton_doctor.report.reports import telling
from tests.triton_doctor.test_cli import doctor
from triton_doctor.commands.recording import Recording, judged_again
from triton_doctor.commands.replay import Again
from triton_doctor.deployment import Settings
from triton_doctor.model import Outcome
from triton_doctor.redact.leftovers import leftovers
from triton_doctor.redact.literals import Known
from triton_doctor.redact.redactor import Redactor
from triton_doctor.report.as_html import as_html
from triton_doctor.report.as_json import as_json, document, finding_document

RECORDINGS = Path(__file__).parents[2] / "recordings"
RUNS = sorted((RECORDINGS / "runs").glob("*.json"))
DRIVERS = sorted((RECORDINGS / "nvml").glob("*.json"))
WORDS = {"title", "why", "remedy", "links", "docs", "fix"}


def judged(facts: dict[str, Any]) -> dict[str, Any]:
    """A report of the GPU check on these facts, as a machine with that driver would write it."""
    kept = Recording("x", {"facts": facts, "settings": {"select": ["gpu"]}})
    return json.loads(json.dumps(document(judged_again(kept, Settings()), 0)))


def without_words(finding: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in finding.items() if key not in WORDS}


def test_there_are_recordings() -> None:
    assert len(RUNS) >= 8
    assert len(DRIVERS) >= 8


@pytest.mark.parametrize("path", RUNS, ids=[path.stem for path in RUNS])
def test_each_recorded_run_is_judged_the_same(path: Path) -> None:
    kept = Recording(path.stem, json.loads(path.read_text("utf-8")))
    again = Again(kept, judged_again(kept, Settings()))
    now = [json.loads(json.dumps(finding_document(one))) for one in again.report.findings]
    assert again.gone == []
    new = {(one.problem, one.where) for one in again.new}
    same = [one for one in now if (one["problem"], one["where"]) not in new]
    assert [without_words(one) for one in same] == [without_words(one) for one in kept.findings]
    then = {one["id"]: one["outcome"] for one in kept.document["checks"]}
    outcomes = {one.check: str(one.outcome) for one in again.report.results if one.check in then}
    # What is told by another check is skipped for it; an older doctor told it a second time.
    later = {one.check for one in again.report.results if one.caused_by == "repository"}
    then |= {name: "skipped" for name in later if then.get(name) == "could-not-tell"}
    assert outcomes == then
    assert {one.check for one in again.report.results} == set(then), "no check that was not made"
    assert not any(one.outcome is Outcome.CRASHED for one in again.report.results)


@pytest.mark.parametrize("path", DRIVERS, ids=[path.stem for path in DRIVERS])
def test_each_recorded_driver_is_judged_the_same_wherever_it_is_read(path: Path) -> None:
    recorded = json.loads((RECORDINGS / "runs" / "no-engine-sound-files.json").read_text("utf-8"))
    facts = {**recorded["facts"], "gpus": json.loads(path.read_text("utf-8"))}
    first = judged(facts)
    second = judged(first["facts"])
    assert first["findings"] == second["findings"]
    assert first["checks"][0]["outcome"] == second["checks"][0]["outcome"] != "crashed"
    if path.stem == "library-hidden":
        assert first["findings"], "this one is known to be found"


def test_a_run_for_a_command_of_the_users_own(tmp_path: Path) -> None:
    text = "docker run --gpu all nvcr.io/nvidia/tritonserver:25.06-vllm-python-py3"
    (tmp_path / "run.sh").write_text(text)
    done = doctor("command", "--from", "run.sh", "--format", "json", cwd=tmp_path)
    kept = Recording("x", json.loads(done.stdout))
    again = Again(kept, judged_again(kept, Settings()))
    assert kept.findings
    assert (again.new, again.gone) == ([], [])


@pytest.mark.parametrize("path", RUNS, ids=[path.stem for path in RUNS])
def test_the_second_look_lets_the_reports_of_ordinary_runs_pass(path: Path) -> None:
    """It sees the sentences as they were put together, and a false alarm costs the whole report."""
    report = judged_again(Recording("x", json.loads(path.read_text("utf-8"))), Settings())
    told = telling(Redactor(Known()).record(report))
    page, data = as_html(told), as_json(told.report, told.code)
    assert leftovers("report.html", page, Known()) == []
    assert leftovers("report.json", data, Known()) == []
