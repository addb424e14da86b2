"""What `command` shows is typed into a real bash, and Docker and Compose understand it as meant."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.lab import machine
from tests.lab.bench import Lab
from tests.lab.compose import Compose
from tests.lab.doctor import environment
from tests.lab.web import fetch

NAME = "triton_vllm_server"
FOLDER = 'it\'s "my" $HOME, 100%'
SECRET = "hf_" + "L" * 34
IMAGE = "lab-command:1"
OURS = ["--image", IMAGE, "--repository"]
WANTED = [
    "--image",
    IMAGE,
    "--http-port",
    "18000",
    "--gpus",
    "none",
    "--shm-size",
    "128m",
    "--model",
    "gemma,*",
]


@pytest.fixture
def clean(lab: Lab) -> Iterator[Lab]:
    lab.docker("rm", "-f", NAME, check=False)
    lab.image(IMAGE, {"bin/tritonserver": "#!/bin/sh\nexec sleep 60\n"})
    yield lab
    lab.docker("rm", "-f", NAME, check=False)
    lab.docker("volume", "rm", "triton_hf_cache", check=False)


@pytest.fixture(scope="module")
def compose(lab: Lab) -> Compose:
    return Compose(lab)


def shown(lab: Lab, *args: str) -> str:
    """The command as the doctor prints it, with nothing around it."""
    run = lab.doctor("command", *args)
    assert run.code == 0, run
    return run.out


def typed(lab: Lab, shell: str, text: str) -> subprocess.CompletedProcess[str]:
    env = environment(lab.host, lab.folder, {"HF_TOKEN": SECRET})
    return subprocess.run([shell, "-c", text], env=env, capture_output=True, text=True, timeout=120)


def container(lab: Lab) -> dict[str, Any]:
    (read,) = json.loads(lab.docker("inspect", NAME).stdout)
    return dict(read)


def mounts(of: dict[str, Any]) -> set[tuple[str, str, str]]:
    """Kind, source and target; of a volume its name."""
    return {
        (one["Type"], one.get("Name") or one["Source"], one["Destination"]) for one in of["Mounts"]
    }


def as_meant(lab: Lab, repository: Path) -> None:
    """The container is the deployment's, with the token, and without the quoting around it."""
    made = container(lab)
    assert mounts(made) == {
        ("bind", str(repository), "/models"),
        ("volume", "triton_hf_cache", "/root/.cache/huggingface"),
    }
    assert made["Config"]["Cmd"] == [
        "tritonserver",
        "--model-repository=/models",
        "--model-control-mode=explicit",
        "--load-model=gemma",
        "--load-model=*",
    ]
    assert f"HF_TOKEN={SECRET}" in made["Config"]["Env"]
    assert made["HostConfig"]["ShmSize"] == 128 << 20
    assert made["HostConfig"]["AutoRemove"] is False
    ports = {key: one[0]["HostPort"] for key, one in made["HostConfig"]["PortBindings"].items()}
    assert ports == {"8000/tcp": "18000", "8001/tcp": "8001", "8002/tcp": "8002"}


@pytest.mark.parametrize(
    ("shell", "form"),
    [("bash", "bash"), ("dash", "bash"), ("zsh", "bash"), ("fish", "fish"), ("bash", "git-bash")],
)
@pytest.mark.parametrize("line", [[], ["--one-line"]])
def test_a_shell_runs_it(
    clean: Lab, shell: str, form: str, line: list[str], tmp_path: Path
) -> None:
    machine.need(shell)
    repository = clean.repository(tmp_path / FOLDER)
    text = shown(clean, "--shell", form, *WANTED, *line, "--repository", str(repository))
    assert SECRET not in text
    done = typed(clean, shell, text)
    assert done.returncode == 0, done.stderr
    as_meant(clean, repository)


def test_a_token_of_another_name_arrives_under_the_name_that_is_read(
    clean: Lab, tmp_path: Path
) -> None:
    repository = clean.repository(tmp_path)
    wanted = [*WANTED, "--token-env", "MINE", "--repository", str(repository)]
    text = "export MINE=$HF_TOKEN; unset HF_TOKEN\n" + shown(clean, "--shell", "bash", *wanted)
    assert typed(clean, "bash", text).returncode == 0
    as_meant(clean, repository)


def test_a_list_of_gpus_reaches_docker_whole(clean: Lab, tmp_path: Path) -> None:
    """Without NVIDIA's toolkit the engine refuses the start, after it understood the request."""
    repository = clean.repository(tmp_path)
    text = shown(clean, "--shell", "bash", "--gpus", "0,1", *OURS, str(repository))
    done = typed(clean, "bash", text)
    assert 'could not select device driver "" with capabilities: [[gpu]]' in done.stderr
    (request,) = container(clean)["HostConfig"]["DeviceRequests"]
    assert request["DeviceIDs"] == ["0", "1"]


def test_a_missing_folder_is_refused_and_not_made(clean: Lab, tmp_path: Path) -> None:
    missing = tmp_path / "none"
    text = shown(clean, "--shell", "bash", "--gpus", "none", *OURS, str(missing))
    assert "bind source path does not exist" in typed(clean, "bash", text).stderr
    assert not missing.exists()


def test_a_real_server_comes_up_by_it(clean: Lab, tmp_path: Path) -> None:
    image = clean.triton_image
    repository = clean.repository(tmp_path)
    wanted = ["--gpus", "none", "--image", image, "--repository", str(repository)]
    done = typed(clean, "bash", shown(clean, "--shell", "bash", *wanted))
    assert done.returncode == 0, done.stderr
    fetch("http://127.0.0.1:8000/v2/models/gemma/ready")


# ---- compose ---------------------------------------------------------------------------------


def test_compose_understands_it(clean: Lab, compose: Compose, tmp_path: Path) -> None:
    folder = tmp_path / FOLDER
    repository = clean.repository(folder)
    file = str(folder / "compose.yaml")
    wanted = ["--gpus", "0,1", "--repository", str(repository), "--output", file]
    shown(clean, "--shell", "compose", *wanted)
    read = compose.config(folder, {"HF_TOKEN": SECRET})
    service = read["services"][NAME]
    assert service["environment"] == {"HF_TOKEN": SECRET}
    assert service["volumes"][0]["source"] == str(repository).replace("$", "$$")
    (device,) = service["deploy"]["resources"]["reservations"]["devices"]
    assert device["device_ids"] == ["0", "1"]
    assert read["volumes"] == {"triton_hf_cache": {"name": "triton_hf_cache"}}
    assert SECRET not in Path(file).read_text()


def test_compose_starts_it(clean: Lab, compose: Compose, tmp_path: Path) -> None:
    repository = clean.repository(tmp_path / FOLDER)
    file = str(tmp_path / "compose.yaml")
    shown(clean, "--shell", "compose", *WANTED, "--repository", str(repository), "--output", file)
    try:
        done = compose.run("up", "-d", cwd=tmp_path, env={"HF_TOKEN": SECRET})
        assert done.returncode == 0, done.stderr
        as_meant(clean, repository)
        shutil.rmtree(repository)
        done = compose.run("up", "-d", "--force-recreate", cwd=tmp_path, env={"HF_TOKEN": SECRET})
        assert done.returncode, "a missing folder was not refused"
        assert not repository.exists()
    finally:
        compose.run("down", cwd=tmp_path)
