"""The published schemas of the JSON reports, and a reader that is older than whatever is added."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from tests.published import NAMES, held, hold, published
from tests.readers import reader_1
from tests.triton_doctor.report.reports import MANY, tellings
from tests.triton_doctor.report.test_formats import BROKEN, CONFIG
from tests.triton_doctor.test_accepting import GOOD
from tests.triton_doctor.test_cli import doctor
from triton_doctor.report.as_json import as_json
from triton_doctor.report.telling import Telling

ROOT = Path(__file__).parents[3]
RECORDINGS = sorted((ROOT / "tests/recordings/logs").glob("*.log"))
READER = "c48dd61524effbded3a98bcb64b6720d2c4ffb0ae0e02667021c9c6f75630d10"
RUNS = [
    ["--offline"],
    ["--offline", "--not-here", "docker,gpu", "--model", "*"],
    ["--select", "repository", "--fail-on", "never"],
    ["--select", "mount"],
    ["--fix", "--dry-run", "--offline"],
    ["--wait-for-ready=0.1", "--select", "host"],
    ["command", "--", "docker", "run", "--gpus", "all", "nvcr.io/nvidia/tritonserver:25.06-py3"],
]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("place")
    model = folder / "model_repository/gemma"
    (model / "1").mkdir(parents=True)
    (model / "config.pbtxt").write_text(CONFIG)
    (model / "1/model.json").write_text(BROKEN)
    (folder / "triton-doctor.toml").write_text(GOOD)
    return folder


@pytest.mark.parametrize("arguments", RUNS, ids=[" ".join(one[:2]) for one in RUNS])
def test_real_runs_are_as_published_and_the_old_reader_reads_them(
    arguments: list[str], place: Path
) -> None:
    at = 1 if arguments[0] == "command" else 0
    form = [*arguments[:at], "--format", "json", *arguments[at:]]
    done = doctor(*form, cwd=place, XDG_STATE_HOME=str(place / "state"))
    document = hold("report-1.json", done.stdout)
    assert document["exit_code"] == done.returncode
    lines = reader_1.read(done.stdout)
    assert len(lines) > len(document["checks"])


@given(tellings())
@settings(max_examples=MANY, deadline=None)
def test_any_report_is_as_published(one: Telling) -> None:
    text = as_json(one.report, one.code)
    hold("report-1.json", text)
    reader_1.read(text)


def test_logs_are_as_published(tmp_path: Path) -> None:
    done = doctor("logs", *map(str, RECORDINGS), "--format", "json", cwd=tmp_path)
    document = hold("logs-1.json", done.stdout)
    assert len(document["logs"]) == len(RECORDINGS) > 10
    assert len(reader_1.read_logs(done.stdout)) >= len(RECORDINGS) // 2


OTHERS = [
    (["launch", "--dry-run", "--offline"], "launch-1.json"),
    (["launch", "--offline"], "launch-1.json"),
    (["ask", "--url", "http://127.0.0.1:9", "Hi"], "ask-1.json"),
    (["stop"], "stop-1.json"),
    (["undo"], "undo-1.json"),
    (["undo", "--list"], "undo-1.json"),
    (["command", "--shell", "bash"], "command-1.json"),
    (["list"], "list-1.json"),
    (["compare", "r.json", "now", "--select", "host"], "compare-1.json"),
    (["replay", "r.json"], "report-1.json"),
]


@pytest.mark.parametrize(
    ("arguments", "name"), OTHERS, ids=[" ".join(one[:2]) for one, _ in OTHERS]
)
def test_what_the_other_commands_print_is_as_published(
    arguments: list[str], name: str, place: Path
) -> None:
    state = {"XDG_STATE_HOME": str(place / "state")}
    if "r.json" in arguments:
        doctor("--offline", "--output", "r.json", cwd=place, **state)
    done = doctor(*arguments, "--format", "json", cwd=place, **state)
    assert done.stdout, done.stderr
    document = held(arguments, done.stdout)
    assert document == hold(name, done.stdout)
    assert document.get("exit_code", 0) == done.returncode


def test_what_several_schemas_tell_of_they_tell_alike() -> None:
    """Each stands alone, so that whoever has one file needs no other."""
    known: dict[str, object] = {}
    for name in NAMES:
        for part, told in published(name).get("$defs", {}).items():
            assert known.setdefault(part, told) == told, (name, part)
    assert {"finding", "attempt", "fitted"} <= known.keys()


def test_each_schema_is_told_of_in_the_guide() -> None:
    text = (ROOT / "docs/guide/exit-codes-and-ci.md").read_text("utf-8")
    assert [name for name in NAMES if f"(../schema/{name})" not in text] == []


@pytest.mark.parametrize("name", NAMES)
def test_the_schemas_are_schemas(name: str) -> None:
    Draft202012Validator.check_schema(published(name))


REPORT = "schema_version doctor exit_code seconds deployment checks findings facts"
CHECK = "id outcome seconds reason"
LAUNCH = "schema_version doctor exit_code seconds outcome pull container address seconds_to_ready"
LAUNCH += " model seconds_to_first_token answer failure memory causes starts fixes"
ASK = "schema_version doctor exit_code url model answer first_token_seconds seconds tokens"
ASK += " tokens_counted tokens_per_second unreadable_pieces failure findings"
STOP = "schema_version doctor exit_code container outcome container_exit_code removed message"
FINDING = "problem check severity title why remedy where evidence fix docs"
LOG_FINDING = "problem role severity line evidence"


def test_what_the_contract_names_is_required() -> None:
    """The keys with which version 1 began; none of them may go."""
    schema = published("report-1.json")
    assert schema["required"] == REPORT.split()
    assert schema["$defs"]["check"]["required"] == CHECK.split()
    assert schema["$defs"]["finding"]["required"] == FINDING.split()
    log = published("logs-1.json")["properties"]["logs"]["items"]
    assert log["required"] == ["source", "findings"]
    assert log["properties"]["findings"]["items"]["required"] == LOG_FINDING.split()
    for name, keys in (("launch", LAUNCH), ("ask", ASK), ("stop", STOP)):
        assert published(f"{name}-1.json")["required"] == keys.split()


def test_a_key_that_nobody_tells_of_and_one_that_is_gone_are_noticed(place: Path) -> None:
    done = doctor("--select", "repository", "--format", "json", cwd=place)
    document = json.loads(done.stdout)
    with pytest.raises(ValidationError, match="surprise"):
        hold("report-1.json", json.dumps({**document, "surprise": 1}))
    del document["checks"][0]["reason"]
    with pytest.raises(ValidationError, match="reason"):
        hold("report-1.json", json.dumps(document))


def test_the_old_reader_is_as_old_as_it_says() -> None:
    """Whoever wants to change it changes what programs out there have to be able to read."""
    text = (ROOT / "tests/readers/reader_1.py").read_bytes()
    assert hashlib.sha256(text).hexdigest() == READER
