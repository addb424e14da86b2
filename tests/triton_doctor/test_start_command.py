"""The command that starts the deployment."""

from __future__ import annotations

from typing import Any

import pytest

from triton_doctor.deployment import Deployment
from triton_doctor.record import asdict
from triton_doctor.report.start_command import start_command


def lines(*more: str, **deployment: Any) -> list[str]:
    plan = asdict(Deployment(**deployment))
    return [line.strip(" \\") for line in start_command(plan, "/srv/models", more).splitlines()]


def test_the_guides_own() -> None:
    shown = lines()
    assert "--mount type=bind,source=/srv/models,target=/models" in shown
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
    assert lines(model=("*",))[-1] == "--load-model='*'"


def test_further_repositories_are_mounted_beside_the_first() -> None:
    shown = lines("/srv/b", "/srv/c c")
    assert "--mount type=bind,source=/srv/b,target=/models2" in shown
    assert "--mount 'type=bind,source=/srv/c c,target=/models3'" in shown
    assert shown[-2] == (
        "tritonserver --model-repository=/models --model-repository=/models2 "
        "--model-repository=/models3 --model-control-mode=explicit"
    )


def test_a_token_file_is_mounted_and_the_variable_left_out() -> None:
    plan = asdict(Deployment(token_file="~/.cache/huggingface/token"))
    shown = start_command(plan, "/srv/models", (), "/home/ada/.cache/huggingface/token")
    assert "--env HF_TOKEN_PATH=/run/secrets/hf-token" in shown
    assert (
        "type=bind,source=/home/ada/.cache/huggingface/token,target=/run/secrets/hf-token,readonly"
    ) in shown
    assert "--env HF_TOKEN " not in shown
