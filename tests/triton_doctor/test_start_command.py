"""The command at the end of a report is the one that `command` shows."""

from __future__ import annotations

from typing import Any

import pytest

from triton_doctor.deployment import Deployment
from triton_doctor.report.start_command import start_command, start_words


def absolute(path: str) -> str:
    return path if path.startswith("/") else f"/srv/{path.removeprefix('~/')}"


def lines(**deployment: Any) -> list[str]:
    shown = start_command(Deployment(**deployment), absolute)
    return [line.strip(" \\") for line in shown.splitlines()]


def test_the_guides_own() -> None:
    shown = lines()
    assert "--mount type=bind,source=/srv/model_repository,target=/models" in shown
    assert shown[-2:] == [
        "tritonserver --model-repository=/models --model-control-mode=explicit",
        "--load-model=gemma",
    ]


@pytest.mark.parametrize("mode", ["none", "poll"])
def test_without_explicit_control_no_model_is_named(mode: str) -> None:
    """Triton ends at once when --load-model is given with another mode."""
    shown = lines(control_mode=mode)
    assert shown[-1] == f"tritonserver --model-repository=/models --model-control-mode={mode}"


def test_a_star_is_quoted() -> None:
    assert lines(model=("*",))[-1] == "'--load-model=*'"


def test_further_repositories_are_mounted_beside_the_first() -> None:
    shown = lines(more_repositories=("b", "/srv/c c"))
    assert "--mount type=bind,source=/srv/b,target=/models2" in shown
    assert "--mount 'type=bind,source=/srv/c c,target=/models3'" in shown
    assert shown[-2] == (
        "tritonserver --model-repository=/models --model-repository=/models2 "
        "--model-repository=/models3 --model-control-mode=explicit"
    )


def test_a_token_file_is_mounted_and_the_variable_left_out() -> None:
    shown = lines(token_file="~/token")
    assert "--env HF_TOKEN_PATH=/run/secrets/hf-token" in shown
    mount = "type=bind,source=/srv/token,target=/run/secrets/hf-token,readonly"
    assert f"--mount {mount}" in shown
    assert "--env HF_TOKEN" not in shown


def test_a_path_that_the_shell_cannot_write_gives_no_command() -> None:
    assert start_command(Deployment(repository="a\nb"), absolute, "cmd") == ""


def test_the_words_that_run() -> None:
    words = start_words(Deployment(gpus="0,1", repository="it's"), absolute)
    assert words[:5] == ["docker", "run", "-d", "--gpus", '"device=0,1"']
    assert "type=bind,source=/srv/it's,target=/models" in words
