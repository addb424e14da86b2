"""Checks that cannot be made on this machine, by setting."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.triton_doctor.test_cli import doctor
from tests.triton_doctor.test_selection import HOUSE
from triton_doctor.errors import UsageError
from triton_doctor.selection import not_here

CHECKS = [one.check for one in HOUSE.checks]


def test_what_stands_on_its_ground_is_not_for_here_either() -> None:
    assert not_here(["attic"], CHECKS, HOUSE.catalogue) == {
        "attic": "",
        "cellar": "attic",
        "hall": "cellar",
    }
    assert not_here(["cellar"], CHECKS, HOUSE.catalogue) == {"cellar": "", "hall": "cellar"}
    assert not_here([], CHECKS, HOUSE.catalogue) == {}


@pytest.mark.parametrize("word", ["attic/leak", "garden", "shed"])
def test_only_a_check_can_be_set_aside(word: str) -> None:
    with pytest.raises(UsageError, match="--not-here"):
        not_here([word], CHECKS, HOUSE.catalogue)


def run(folder: Path, *arguments: str) -> dict[str, Any]:
    done = doctor("--offline", "--format", "json", *arguments, cwd=folder)
    report = json.loads(done.stdout)
    assert report["exit_code"] == done.returncode
    return dict(report)


def test_a_machine_without_docker_or_gpu_is_no_doubt(tmp_path: Path) -> None:
    """Neither GPUs nor containers are asked, nor the engine where Docker's data is."""
    report = run(tmp_path, "--not-here", "docker,gpu", "--select", "docker,gpu,host,mount,image")
    checks = {check["id"]: check for check in report["checks"]}
    aside = {name for name, check in checks.items() if check["not_here"]}
    assert aside == {"docker", "gpu", "mount", "image"}
    assert report["exit_code"] == 0
    assert {checks[name]["outcome"] for name in aside} == {"skipped"}
    assert checks["image"]["reason"] == "it needs docker, which is not for here"
    facts = report["facts"]
    assert isinstance(facts, dict)
    assert "--not-here docker" in facts["docker-engine"]["error"]
    assert not {"gpus", "container-view", "containers"} & set(facts)


def test_weights_in_a_volume_are_not_for_here_without_docker(tmp_path: Path) -> None:
    model = tmp_path / "model_repository/gemma"
    (model / "1").mkdir(parents=True)
    (model / "config.pbtxt").write_text('backend: "vllm"\n')
    (model / "1/model.json").write_text('{"model": "facebook/opt-125m"}')
    only = ("--select", "docker,weights")
    for more, aside in (("--not-here=docker", True), ("--not-here=gpu", False)):
        (weights,) = [one for one in run(tmp_path, *only, more)["checks"] if one["id"] == "weights"]
        assert (weights["outcome"], weights["not_here"]) == ("skipped", aside)
        assert weights["caused_by"] == (None if aside else "docker")


def test_a_run_with_nothing_left_is_not_green(tmp_path: Path) -> None:
    report = run(tmp_path, "--not-here", "host", "--select", "host")
    assert report["exit_code"] == 3
    done = doctor("--not-here", "host", "--select", "host", "--format", "junit", cwd=tmp_path)
    assert b"<error " in done.stdout


def test_the_file_and_the_environment_say_it_too(tmp_path: Path) -> None:
    (tmp_path / "triton-doctor.toml").write_text('not-here = ["gpu"]\n')
    done = doctor("--select", "gpu,host", cwd=tmp_path)
    assert done.stdout.startswith(b"triton-doctor")
    assert b"not here GPU: by setting" in done.stdout
    assert b"All sound" not in done.stdout
    more = doctor("--select", "gpu,host", cwd=tmp_path, TRITON_DOCTOR_NOT_HERE="host")
    assert b"not here Machine" in more.stdout
