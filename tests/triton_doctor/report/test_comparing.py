"""What differs between two runs, in words."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from tests.published import hold
from tests.triton_doctor.test_cli import doctor
from triton_doctor.knowledge.house import phrases
from triton_doctor.report.comparing import Difference, compared
from triton_doctor.report.comparing_files import parts

GPU = {"index": 0, "name": "NVIDIA H200", "memory_total": 141 << 30}
FILE = {"path": "1/model.json", "text": '{"model": "a/b"}'}
BEFORE: dict[str, Any] = {
    "schema_version": 1,
    "doctor": {"version": "0.1.0"},
    "deployment": {"http_port": 8000, "repository": "/[home-1]/models"},
    "findings": [
        {"problem": "gpu/busy", "title": "The GPU is busy", "where": None, "severity": "warning"},
        {"problem": "mount/empty", "title": "Empty", "where": "/[home-1]/x", "severity": "error"},
    ],
    "facts": {
        "system": {"name": "Debian 12", "kernel": "6.1.0", "memory": 64 << 30},
        "gpus": {"reading": {"driver": "550.54.14", "cuda": [12, 4], "gpus": [GPU]}},
        "docker-engine": {"version": "28.2.2", "kind": "engine", "rootless": False},
        "images": {"deployment": {"id": "sha256:aa", "release": "25.06"}},
        "repository": {"models": [{"name": "gemma", "files": [FILE]}]},
        "launches": {"containers": [{"name": "x", "state": "exited", "exit_code": 1}]},
    },
}


def changed() -> dict[str, Any]:
    after = copy.deepcopy(BEFORE)
    facts = after["facts"]
    after["deployment"] = {"http_port": 9000, "repository": "/[home-3]/models"}
    after["findings"] = [
        {**BEFORE["findings"][1], "where": "/[home-2]/x"},
        {"problem": "port/in-use", "title": "Taken", "where": "port 9000", "severity": "error"},
    ]
    facts["gpus"]["reading"]["driver"] = "575.51.03"
    facts["docker-engine"]["rootless"] = True
    facts["images"]["deployment"]["id"] = "sha256:bb"
    facts["repository"]["models"][0]["files"][0]["text"] = '{"model": "a/c"}'
    facts["launches"]["containers"] = []
    return after


def test_findings_that_came_and_went() -> None:
    found = compared(BEFORE, changed())
    assert [one["problem"] for one in found.came] == ["port/in-use"]
    assert [one["problem"] for one in found.went] == ["gpu/busy"]
    assert found.stayed == 1, "the same place, though its stand-in has another number"


def test_what_else_differs() -> None:
    found = {(one.topic, one.what): one for one in compared(BEFORE, changed()).differences}
    assert set(found) == {
        ("driver", ""),
        ("rootless", ""),
        ("image-id", ""),
        ("setting", "http-port"),
        ("value", "model (gemma/1/model.json)"),
        ("container", "x"),
    }
    assert found["driver", ""] == Difference("driver", "550.54.14", "575.51.03")
    assert found["rootless", ""] == Difference("rootless", "no", "yes")
    assert found["container", "x"].after == "-"
    value = found["value", "model (gemma/1/model.json)"]
    assert (value.before, value.after) == ('"a/b"', '"a/c"')
    words = phrases().table["compare-topic"]
    assert all(one.topic in words for one in found.values())


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('{"a": 1}', '{"b": 2}', [("a", "1", None), ("b", None, "2")]),
        ('{"a": 1}', '{ "a":1 }', [("", "", "")]),
        ('{"a": 1}', '{"a": 1,}', [("", '{"a": 1}', '{"a": 1,}')]),
        ("kind: X\nname: 1\n", "name: 1\nkind: Y", [("", "kind: X", "kind: Y")]),
        ("a [ { b: 1 } ]", "a [\n  { b: 1 }\n]\n", [("", "", "")]),
        ("1\n2\n3\n4\n5", "", [("", "1 | 2 | 3 | (+2)", "")]),
    ],
)
def test_what_differs_in_a_file_is_told_by_its_settings_or_lines(
    before: str, after: str, told: list[tuple[str, str | None, str | None]]
) -> None:
    assert [*parts(before, after)] == told


def test_what_only_an_engine_tells_is_no_difference_where_none_answers() -> None:
    after = copy.deepcopy(BEFORE)
    after["facts"] |= {"docker-engine": {"error": "down"}, "images": {}, "launches": {}}
    assert [one.topic for one in compared(BEFORE, after).differences] == ["engine"]


def test_nothing_differs_from_itself() -> None:
    found = compared(BEFORE, copy.deepcopy(BEFORE))
    assert (found.came, found.went, found.differences) == ((), (), ())


def test_reports_of_older_doctors_lack_keys() -> None:
    found = compared({"schema_version": 1, "facts": {}}, BEFORE)
    assert len(found.came) == 2
    assert all(one.before == "-" for one in found.differences)


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("compare")
    (folder / "a.json").write_text(json.dumps(BEFORE))
    (folder / "b.json").write_text(json.dumps(changed()))
    return folder


def test_on_the_command_line(reports: Path) -> None:
    done = doctor("compare", "a.json", "b.json", "--output", "differs.txt", cwd=reports)
    assert done.returncode == 1
    text = done.stdout.decode()
    assert (reports / "differs.txt").read_text("utf-8").split() == text.split()
    assert "Came: port/in-use: Taken" in text
    assert "NVIDIA driver: 550.54.14 -> 575.51.03" in text
    assert doctor("compare", "a.json", "a.json", cwd=reports).returncode == 0
    told = hold(
        "compare-1.json",
        doctor("compare", "a.json", "b.json", "--format", "json", cwd=reports).stdout,
    )
    assert [one["problem"] for one in told["went"]] == ["gpu/busy"]


def test_now_and_now_is_wrong_usage(reports: Path) -> None:
    done = doctor("compare", "now", "now", cwd=reports)
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"has to be a bundle" in done.stderr


def test_replay_says_what_is_the_same_what_is_new_and_what_is_gone(reports: Path) -> None:
    done = doctor("replay", "a.json", cwd=reports)
    text = done.stdout.decode()
    assert done.returncode == 3, done.stderr
    assert "recorded by triton-doctor 0.1.0, judged again" in text
    assert "Not found any more: mount/empty: Empty" in " ".join(text.split())
    told = hold("report-1.json", doctor("replay", "a.json", "--format", "json", cwd=reports).stdout)
    assert told["recorded"]["doctor"] == {"version": "0.1.0"}


@pytest.mark.parametrize(
    "facts",
    [
        {"gpus": [1], "system": 7, "images": {"deployment": "x"}},
        {"gpus": {"reading": {"gpus": ["x"]}}, "docker-engine": []},
        {"repository": {"models": [{"files": [7]}, 8]}, "launches": {"containers": {"a": 1}}},
    ],
)
def test_facts_of_another_shape_are_as_none(facts: dict[str, object]) -> None:
    """A document is a stranger's, or of a version that is not known yet."""
    assert compared({"facts": facts}, {"facts": {}}).differences == ()
