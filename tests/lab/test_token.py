"""Whether a token reaches a real container, and that it shows nowhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.checkpoints import cache, model
from tests.lab.bench import Lab
from tests.lab.hub import GATED

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


def volume(lab: Lab) -> Path:
    """The folder in which the engine keeps the volume, made now."""
    lab.docker("volume", "create", VOLUME)
    place = lab.docker("volume", "inspect", "--format", "{{.Mountpoint}}", VOLUME)
    return Path(place.stdout.strip())


def test_what_the_volume_has_of_weights_and_token(lab: Lab, folder: Path) -> None:
    """Empty, with the weights, with a token file, and with one that no Hub takes."""
    inside = volume(lab)
    run = lab.doctor(*SELECT, cwd=folder)
    assert (run.code, run.finding("token/missing")["severity"]) == (1, "error")
    cache(inside, GATED, model(2))
    run = lab.doctor(*SELECT, cwd=folder)
    assert (run.code, run.finding("token/missing")["severity"]) == (0, "warning")
    for text, told in ((TOKEN, "could-not-tell"), (f'"{TOKEN}"', "found")):
        (inside / "token").write_text(text)
        run = lab.doctor(*SELECT, cwd=folder)
        assert run.outcome("token") == told, run.told
        assert TOKEN not in run.out + run.err


def test_offline_mode_in_the_container(lab: Lab, folder: Path) -> None:
    """Without the model in the volume the server ends; with it all is well. Nothing is asked."""
    inside = volume(lab)
    start(lab, "--env", "HF_HUB_OFFLINE=1")
    select = ("--select", "network", *SELECT[2:])
    env = {"TRITON_DOCTOR_IGNORE": None, "HF_ENDPOINT": "http://127.0.0.1:9"}
    run = lab.doctor(*select, cwd=folder, env=env)
    assert (run.code, run.ids) == (1, ["network/hub-unreachable"]), run.told
    assert "HF_HUB_OFFLINE is set in the container lab-token" in run.told
    cache(inside, GATED, model(2))
    run = lab.doctor(*select, cwd=folder, env=env)
    assert (run.code, run.outcome("network")) == (0, "passed"), run.told
    # A tokenizer that lives elsewhere has to lie there too.
    settings = folder / "model_repository/gemma/1/model.json"
    settings.write_text(json.dumps({"model": GATED, "tokenizer": "acme/words"}))
    run = lab.doctor(*select, cwd=folder, env=env)
    assert "acme/words is not in the cache" in run.told
    cache(inside, "acme/words", {"tokenizer.json": b"{}"})
    run = lab.doctor(*select, cwd=folder, env=env)
    assert (run.code, run.outcome("network")) == (0, "passed"), run.told


def test_another_token_in_the_container(lab: Lab, folder: Path) -> None:
    start(lab, "--env", f"HF_TOKEN={TOKEN[::-1]}", "--env", "HUGGING_FACE_HUB_TOKEN=x")
    run = lab.doctor(*SELECT, cwd=folder, env={"HF_TOKEN": TOKEN})
    assert (run.code, run.ids) == (0, ["token/changed"])
    assert TOKEN[3:] not in run.out + run.err
    assert TOKEN[::-1] not in run.out + run.err


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
