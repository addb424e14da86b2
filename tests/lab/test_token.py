"""Whether a token reaches a real container, and that it shows nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lab.bench import Lab

TOKEN = "hf_" + "aB3dE5gH7j" * 3 + "kLmN"
VOLUME = "lab-token-cache"
SELECT = ("--select", "token", "--cache-volume", VOLUME, "--name", "lab-token")


@pytest.fixture
def folder(lab: Lab, tmp_path: Path) -> Iterator[Path]:
    lab.repository(tmp_path)
    yield tmp_path
    lab.docker("rm", "--force", "lab-token", check=False)
    lab.docker("volume", "rm", "--force", VOLUME)


def start(lab: Lab, *options: str) -> None:
    lab.docker("run", "--name", "lab-token", "--network", "none", *options, lab.ubuntu, "true")


def test_a_gated_model_without_token_and_cache(lab: Lab, folder: Path) -> None:
    run = lab.doctor(*SELECT, cwd=folder)
    assert (run.code, run.ids) == (1, ["token/missing"])
    assert run.finding("token/missing")["severity"] == "error"


def test_weights_may_lie_in_the_volume(lab: Lab, folder: Path) -> None:
    lab.docker("volume", "create", VOLUME)
    run = lab.doctor(*SELECT, cwd=folder)
    assert (run.code, run.finding("token/missing")["severity"]) == (0, "warning")


def test_a_container_made_without_the_token(lab: Lab, folder: Path) -> None:
    start(lab, "--env", "HUGGING_FACE_HUB_TOKEN=")
    run = lab.doctor(*SELECT, cwd=folder, env={"HF_TOKEN": TOKEN})
    assert (run.code, run.ids) == (0, ["token/missing"])
    assert "lab-token" in run.finding("token/missing")["title"]


def test_a_container_that_got_it(lab: Lab, folder: Path) -> None:
    start(lab, "--env", f"HUGGING_FACE_HUB_TOKEN={TOKEN}")
    run = lab.doctor(*SELECT, cwd=folder, env={"HF_TOKEN": TOKEN})
    assert (run.code, run.outcome("token")) == (0, "passed")
    (passed,) = run.json["facts"]["token-reach"]["passed"]
    assert passed["name"] == "HUGGING_FACE_HUB_TOKEN"


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_planted_token_shows_nowhere(lab: Lab, folder: Path, form: str) -> None:
    """In the environment, a file, model.json and a container; through the whole program."""
    start(lab, "--env", f"HF_TOKEN={TOKEN}")
    (folder / "token").write_text(TOKEN)
    settings = f'{{"model": "google/gemma-2b", "hf_token": "{TOKEN}",}}'
    (folder / "model_repository/gemma/1/model.json").write_text(settings)
    env = {"HF_TOKEN": f'"{TOKEN}"', "HF_TOKEN_PATH": str(folder / "token")}
    run = lab.doctor("--format", form, "--name", "lab-token", cwd=folder, env=env)
    assert run.code == 1
    assert "quotes around it" in run.out
    assert TOKEN[3:] not in run.out + run.err
