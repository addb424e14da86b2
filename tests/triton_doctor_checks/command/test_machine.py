"""What is found in a command by looking at the machine: folders, models, tokens."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.triton_doctor_checks.command.reading import better, taken, verdict
from tests.triton_doctor_checks.command.test_commands import (
    BAD,
    GUIDE,
    IMAGE,
    REPO,
    SERVER,
    TOKEN,
    guide,
)
from triton_doctor.context import Context
from triton_doctor.deployment import Deployment, Settings
from triton_doctor.host.local import LocalHost
from triton_doctor.probes.given_command import Given, SourceLook, given_command, given_sources
from triton_doctor.probes.repository import Repository, repository


def served(folder: Path, *models: str, weights: str = "google/gemma-2b") -> Repository:
    for name in models:
        (folder / name / "1").mkdir(parents=True)
        (folder / name / "config.pbtxt").write_text('backend: "vllm"')
        (folder / name / "1/model.json").write_text(json.dumps({"model": weights}))
    plan = Deployment(repository=str(folder), control_mode="none")
    return Context(LocalHost(), plan, Settings()).fact(repository)


def judged(text: str, folder: Path, **facts: Any) -> list[str]:
    given = taken(text.replace("$PWD/model_repository", str(folder)))
    return verdict(given, **facts).ids


def test_a_model_that_is_not_there(tmp_path: Path) -> None:
    there = served(tmp_path, "gemma", "phi")
    text = guide(("--load-model=gemma", "--load-model=gema"))
    given = taken(text.replace("$PWD/model_repository", str(tmp_path)))
    result = verdict(given, repository=there)
    assert "repository/not-found" in result.ids
    assert "--load-model=gemma" in better(given, result)


def test_the_model_to_load_is_the_one_that_is_there(tmp_path: Path) -> None:
    there = served(tmp_path, "phi")
    given = taken(guide((" --load-model=gemma", ""), ("$PWD/model_repository", str(tmp_path))))
    result = verdict(given, repository=there)
    assert "--load-model=phi" in result.findings[0].remedy
    assert better(given, result).endswith("--model-control-mode=explicit --load-model=phi")


def test_what_each_shell_is_told_of_a_slip() -> None:
    """The words say what to do about this very slip, not what to do about slips."""
    for change, word in [
        (("--gpus", "--gpu"), "Did you mean --gpus?"),
        (("--gpus", "--tensor"), "Take it out."),
        (("--gpus all ", "--gpus "), "a value is forgotten"),
        ((" triton_vllm_server", " s"), "at least two characters"),
    ]:
        (one,) = [one for one in verdict(taken(guide(change))).findings if one.problem == BAD]
        assert word in one.title + one.why + one.remedy


def test_several_models_of_python_share_memory(tmp_path: Path) -> None:
    there = served(tmp_path, "gemma", "phi")
    assert "host/shm-too-small" in judged(GUIDE, tmp_path, repository=there)
    for more in ("--shm-size=1g", "--ipc host"):
        text = guide(("-d", f"-d {more}"))
        assert "host/shm-too-small" not in judged(text, tmp_path, repository=there)


def test_a_gated_model_wants_a_token(tmp_path: Path) -> None:
    there = served(tmp_path, "gemma")
    text = guide((f"--env {TOKEN} ", ""))
    assert judged(text, tmp_path, repository=there) == ["token/missing"]
    text = f"services:\n  triton:\n    image: {IMAGE}\n    command: {SERVER}\n"
    told = verdict(taken(text), repository=there).findings
    (token,) = [one for one in told if one.problem == "token/missing"]
    assert token.title.startswith("The compose file hands no")
    assert "environment: [HF_TOKEN]" in token.remedy


def test_the_sources_are_looked_at(tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "file").write_text("")
    text = f"docker run -v {tmp_path}/here:/a -v {tmp_path}/none:/b -v {tmp_path}/file:/c x"
    context = Context(LocalHost(), Deployment(), Settings())
    context.hand(given_command, taken(text))
    assert [one.kind for one in context.fact(given_sources)] == ["folder", "missing", "file"]


@pytest.mark.parametrize(
    ("shell", "path"), [("cmd", "%cd%\\models"), ("git-bash", "/c/Users/ada/models")]
)
def test_a_path_of_windows_is_not_looked_for_elsewhere(shell: str, path: str) -> None:
    context = Context(LocalHost(), Deployment(), Settings())
    context.hand(given_command, taken(f"docker run -v {path}:/models {IMAGE} {SERVER}", shell))
    assert [one.kind for one in context.fact(given_sources)] == ["unknown"]


def test_a_relative_path_may_lead_nowhere_too() -> None:
    given = taken(guide((REPO, "-v ./none:/models")))
    assert verdict(given, missing=("./none",)).ids == ["mount/bad-path", "mount/source-missing"]


def test_a_file_in_the_place_of_the_repository_and_the_words_of_compose() -> None:
    looks = (SourceLook("/home/ada/model_repository", "file"),)
    assert verdict(taken(GUIDE), **{"given-sources": looks}).ids == ["mount/not-a-directory"]
    text = f"services:\n  triton:\n    image: {IMAGE}\n    command: {SERVER}\n    volumes: "
    told = verdict(taken(text + '["./none:/models"]'), missing=("./none",)).findings
    assert any("create_host_path: false" in one.remedy for one in told)
    told = verdict(taken(text + '["models:/models"]')).findings
    assert any('volumes: ["./models:/models"]' in one.remedy for one in told)


def test_without_a_command_there_is_nothing_to_judge() -> None:
    assert verdict(Given()).outcome == "skipped"
    assert Context(LocalHost(), Deployment(), Settings()).fact(given_command) == Given()
