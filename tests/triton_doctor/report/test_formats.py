"""Formats as they are asked for: several at once, by name or by word, each from one real run."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings

from tests.triton_doctor.report.reports import MANY, tellings
from tests.triton_doctor.report.test_as_github import runner
from tests.triton_doctor.report.test_as_junit import SCHEMA as JUNIT
from tests.triton_doctor.report.test_as_sarif import VALIDATOR as SARIF
from tests.triton_doctor.test_cli import doctor
from triton_doctor.commands.output import Target, targets
from triton_doctor.commands.telling import SUMMARY_LIMIT, within_limit
from triton_doctor.deployment import Settings
from triton_doctor.errors import UsageError
from triton_doctor.report.as_markdown import as_markdown
from triton_doctor.report.telling import Telling
from triton_doctor.ui.plain import without_commands

AREAS = ["--select", "repository,engine", "--offline"]
CONFIG = 'backend: "vllm"\ninstance_group [ { count: 1 kind: KIND_MODEL } ]\n'
BROKEN = '{\n  "model": "google/gemma-2b",\n  "disable_log_requests": true,\n}\n'


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository whose model lies in a folder of it, with a comma too many in model.json."""
    top = tmp_path_factory.mktemp("checkout")
    model = top / "serving/model_repository/gemma"
    (model / "1").mkdir(parents=True)
    (top / ".git").mkdir()
    (model / "config.pbtxt").write_text(CONFIG)
    (model / "1/model.json").write_text(BROKEN)
    return top


@pytest.fixture(scope="module")
def done(checkout: Path) -> subprocess.CompletedProcess[bytes]:
    files = ["junit.xml", "r.sarif", "r.md", "r.json", "r.txt", "github:notes.out"]
    outputs = [part for file in files for part in ("--output", file)]
    summary = {"GITHUB_STEP_SUMMARY": str(checkout / "summary.md")}
    (checkout / "summary.md").write_text("before\n")
    areas = (*AREAS, "--select", "token")  # of which something cannot be told
    return doctor(*areas, "--format", "github", *outputs, cwd=checkout / "serving", **summary)


def read(checkout: Path, name: str) -> str:
    return (checkout / "serving" / name).read_text("utf-8")


def test_one_run_writes_them_all_and_they_agree(
    checkout: Path, done: subprocess.CompletedProcess[bytes]
) -> None:
    assert done.returncode == 1, done.stderr
    report = json.loads(read(checkout, "r.json"))
    (found,) = report["findings"]
    assert found["problem"] == "repository/model-json-syntax"
    JUNIT.validate(read(checkout, "junit.xml"))
    failures = [*ElementTree.fromstring(read(checkout, "junit.xml")).iter("failure")]
    assert [one.get("message") for one in failures] == [found["title"]]
    sarif = json.loads(read(checkout, "r.sarif"))
    SARIF.validate(sarif)
    kinds = {one["ruleId"]: one.get("kind", "fail") for one in sarif["runs"][0]["results"]}
    assert kinds == {found["problem"]: "fail", "not-told": "open"}
    outcomes = {one["id"]: one["outcome"] for one in report["checks"]}
    wanted = {"engine": "skipped", "repository": "found", "token": "could-not-tell"}
    assert outcomes == wanted
    assert found["title"] in read(checkout, "r.txt").replace("\n         ", " ")
    assert f"`{found['problem']}`" in read(checkout, "r.md")
    assert read(checkout, "notes.out") == done.stdout.decode()


def test_the_place_is_the_line_in_the_file(
    checkout: Path, done: subprocess.CompletedProcess[bytes]
) -> None:
    result = json.loads(read(checkout, "r.sarif"))["runs"][0]["results"][0]
    place = result["locations"][0]["physicalLocation"]
    file = checkout / place["artifactLocation"]["uri"]
    region = place["region"]
    assert file.read_text().splitlines()[region["startLine"] - 1][region["startColumn"] - 1] == ","
    command, properties, _ = runner(done.stdout.decode().splitlines()[0])
    assert (command, properties["file"]) == ("error", place["artifactLocation"]["uri"])
    assert properties["line"] == str(region["startLine"])


def test_the_fix_makes_the_file_right(
    checkout: Path, done: subprocess.CompletedProcess[bytes]
) -> None:
    result = json.loads(read(checkout, "r.sarif"))["runs"][0]["results"][0]
    (change,) = result["fixes"][0]["artifactChanges"]
    text = (checkout / change["artifactLocation"]["uri"]).read_text()
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    for one in reversed(change["replacements"]):
        region = one["deletedRegion"]
        start = starts[region["startLine"] - 1] + region["startColumn"] - 1
        end = starts[region["endLine"] - 1] + region["endColumn"] - 1
        text = text[:start] + one["insertedContent"]["text"] + text[end:]
    assert json.loads(text)["model"] == "google/gemma-2b"


def test_the_step_summary_goes_after_what_is_there(
    checkout: Path, done: subprocess.CompletedProcess[bytes]
) -> None:
    summary = (checkout / "summary.md").read_text()
    assert summary.startswith("before\n### triton-doctor ")
    assert summary == "before\n" + read(checkout, "r.md")


@pytest.mark.parametrize("form", ["junit", "sarif", "github", "markdown", "html", "json", "text"])
def test_each_goes_to_standard_output_alone(form: str, checkout: Path) -> None:
    done = doctor(*AREAS, "--format", form, cwd=checkout / "serving")
    assert (done.returncode, done.stderr) == (1, b"")
    begins = {"junit": b"<?xml", "sarif": b"{", "github": b"::error ", "markdown": b"### "}
    assert done.stdout.startswith(begins.get(form, b""))


def test_the_name_or_the_word_before_it_tells_the_format() -> None:
    given = ("a.xml", "b.sarif", "c.MD", "d", "markdown:e.xml", "./json:f", "x,y.json")
    forms = [one.form for one in targets(Settings(output=given))]
    assert forms == ["junit", "sarif", "markdown", "text", "markdown", "text", "json"]
    assert targets(Settings(output=("out",), format="sarif")) == (Target("sarif", "out"),)


@pytest.mark.parametrize("given", [("junit:",), ("a.xml", "text:a.xml"), ("absent/a.xml",)])
def test_files_that_cannot_be_are_told_before_the_run(given: tuple[str, ...]) -> None:
    with pytest.raises(UsageError, match="--output"):
        targets(Settings(output=given))


@pytest.mark.parametrize(
    "arguments",
    [
        ["--fix", "--format", "sarif"],
        ["launch", "--output", "a.xml"],
        ["command", "--format=junit"],
    ],
)
def test_a_command_without_that_format_says_so(arguments: list[str], tmp_path: Path) -> None:
    done = doctor(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert b"is a format of the plain run" in done.stderr


def test_a_users_own_compose_file_has_places_too(tmp_path: Path) -> None:
    text = "services:\n  triton:\n    image: nvcr.io/nvidia/tritonserver:25.06-vllm-python-py3\n"
    (tmp_path / "compose.yaml").write_text(f"{text}    command: tritonserver\n")
    done = doctor("command", "--from", "compose.yaml", "--format", "sarif", cwd=tmp_path)
    run = json.loads(done.stdout)["runs"][0]
    SARIF.validate(json.loads(done.stdout))
    places = [one["locations"][0]["physicalLocation"] for one in run["results"]]
    assert places
    assert {one["artifactLocation"]["uri"] for one in places} == {"compose.yaml"}
    assert all(one["region"]["startLine"] >= 3 for one in places)


@given(tellings())
@settings(max_examples=MANY, deadline=None)
def test_words_of_others_are_no_commands_to_github(one: Telling) -> None:
    """A runner carries out what a step prints, if it looks like a command."""
    told = as_markdown(one)
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("GITHUB_ACTIONS", raising=False)
        assert without_commands(told) == told
        patch.setenv("GITHUB_ACTIONS", "true")
        shown = without_commands(told)
    for line in shown.split("\n"):
        assert not line.lstrip().startswith("::"), line
        assert "##[" not in line
    assert shown.replace(" ", "") == told.replace(" ", "")


def test_a_run_in_github_actions_prints_no_command_but_its_own(tmp_path: Path) -> None:
    (tmp_path / "##[error]x").mkdir()
    arguments = ["--select", "repository", "--repository", "##[error]x/none"]
    for runs, inside in (("true", b"##[error]"), ("false", b"## [error]")):
        done = doctor(*arguments, cwd=tmp_path, GITHUB_ACTIONS=runs)
        assert inside not in done.stdout, done.stdout
        assert b"[error]x/none" in done.stdout


def test_a_summary_that_cannot_be_written_does_not_cost_the_annotations(tmp_path: Path) -> None:
    summary = {"GITHUB_STEP_SUMMARY": str(tmp_path / "none/summary.md")}
    done = doctor("--select", "repository", "--format", "github", cwd=tmp_path, **summary)
    assert done.returncode == 2
    assert b"::error " in done.stdout
    assert b"summary.md: cannot be written" in done.stderr


def test_one_file_under_two_spellings_is_one(tmp_path: Path) -> None:
    two = (f"{tmp_path}/a.json", f"junit:{tmp_path}/b/../a.json")
    with pytest.raises(UsageError, match="given twice"):
        targets(Settings(output=two))


def test_what_is_left_out_and_what_fails_is_the_same_in_all(checkout: Path) -> None:
    """--ignore, --select and --fail-on hold whatever the report is written as."""
    problem, folder = "repository/model-json-syntax", checkout / "serving"
    files = ["o.xml", "o.sarif", "o.md", "o.json", "o.html", "github:o.github", "o.txt"]
    outputs = [part for file in files for part in ("--output", file)]
    done = doctor("--select", "repository", "--fail-on", "never", *outputs, cwd=folder)
    assert done.returncode == 0
    assert all(problem in read(checkout, file.rpartition(":")[2]) for file in files)
    assert "<failure" not in read(checkout, "o.xml")
    assert "::error" not in read(checkout, "o.github")
    sarif = json.loads(read(checkout, "o.sarif"))["runs"][0]
    assert [one["properties"]["fails"] for one in sarif["results"]] == [False]
    done = doctor("--select", "repository", "--ignore", problem, *outputs, cwd=folder)
    assert done.returncode == 0
    assert json.loads(read(checkout, "o.json"))["findings"] == []  # its settings name the problem
    files.remove("o.json")
    assert not [file for file in files if problem in read(checkout, file.rpartition(":")[2])]


@pytest.mark.parametrize("form", ["text", "json", "junit", "sarif", "github", "markdown", "html"])
def test_no_format_is_loaded_but_the_one_asked_for(form: str, tmp_path: Path) -> None:
    done = doctor("--select", "host", "--format", form, cwd=tmp_path, PYTHONPROFILEIMPORTTIME="1")
    loaded = set(re.findall(r"triton_doctor\.report\.as_(\w+)", done.stderr.decode()))
    assert form in loaded
    assert loaded <= {form, "json", "text"}


def test_of_a_summary_that_github_would_refuse_the_short_part_stays() -> None:
    long = f"### 1 error\n\n- it\n\n<details>\n{'x' * SUMMARY_LIMIT}</details>\n"
    assert within_limit("short", 0) == "short"
    assert within_limit(long, 100) == "### 1 error\n\n- it\n\n"
    assert within_limit("short", SUMMARY_LIMIT) == ""
