"""The published schemas of the JSON reports, and a reader that is older than whatever is added."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

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


@cache
def published(name: str) -> Any:
    return json.loads((ROOT / "docs/schema" / name).read_text("utf-8"))


def closed(schema: Any) -> Any:
    """The schema as one that lets no key pass that it does not tell of."""
    if isinstance(schema, list):
        return [closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    shut = {"additionalProperties": False} if "properties" in schema else {}
    return {**shut, **{key: closed(value) for key, value in schema.items()}}


def hold(name: str, text: str | bytes) -> Any:
    """The document, which is as the schema says, and has no key that it does not know."""
    document = json.loads(text)
    Draft202012Validator(closed(published(name))).validate(document)
    return document


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


@pytest.mark.parametrize("name", ["report-1.json", "logs-1.json"])
def test_the_schemas_are_schemas(name: str) -> None:
    Draft202012Validator.check_schema(published(name))


REPORT = "schema_version doctor exit_code seconds deployment checks findings facts"
CHECK = "id outcome seconds reason"
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
