"""Records whole runs on a real engine, as `report` writes them.

RECORD_TO=FOLDER python -m pytest tests/lab/record_runs.py
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.lab.bench import Lab
from tests.lab.test_launch import NAME, clean, start
from tests.lab.test_logs import crashed
from tests.recordings.record_runs import keep

__all__ = ["clean"]
RUNS = Path(os.environ["RECORD_TO"])
TOKEN = {"HF_TOKEN": "hf_" + "QwErTyUiOpAsDfGhJkLzXcVbNm" + "AbCdEfGh"}
Make = Callable[[Lab, Path], tuple[list[str], Mapping[str, str]]]


def nothing(_lab: Lab, _folder: Path) -> tuple[list[str], Mapping[str, str]]:
    """An empty folder, no image, no token."""
    return [], {}


def sound(lab: Lab, folder: Path) -> tuple[list[str], Mapping[str, str]]:
    """All is well for a server without GPUs, before it is started."""
    assert lab.triton_image
    lab.repository(folder)
    return ["--gpus", "none"], TOKEN


def syntax(lab: Lab, folder: Path) -> tuple[list[str], Mapping[str, str]]:
    """The real server has died of a typing error in config.pbtxt."""
    crashed(lab, folder / "model_repository", "syntax-field")
    return ["--gpus", "none", "--model", "echo"], TOKEN


def unknown_end(lab: Lab, folder: Path) -> tuple[list[str], Mapping[str, str]]:
    """A container that died of something that nobody knows, and a broken model.json."""
    repository = lab.repository(folder)
    (repository / "gemma/1/model.json").write_text('{"model": "google/gemma-2b",}\n')
    start(lab, "sh", "-c", "echo 'FrobError: odd'; exit 1")
    return ["--image", lab.ubuntu], {"HF_TOKEN": "$HF_TOKEN"}


def running(lab: Lab, folder: Path) -> tuple[list[str], Mapping[str, str]]:
    """Something else runs under the deployment's name and holds its port."""
    lab.repository(folder)
    options = ("-d", "-p", "8000:8000")
    start(lab, "sleep", "600", options=options)
    return ["--image", lab.ubuntu], TOKEN


STATES: dict[str, Make] = {
    "nothing": nothing,
    "sound": sound,
    "died-of-syntax": syntax,
    "unknown-end": unknown_end,
    "name-and-port-taken": running,
}


@pytest.mark.parametrize("name", STATES)
def test_record(name: str, clean: Lab, tmp_path: Path) -> None:
    clean.renew()
    options, variables = STATES[name](clean, tmp_path)
    bundle = tmp_path / "bundle.zip"
    done = clean.doctor(
        "report",
        *("--offline", "--output", str(bundle)),
        *options,
        cwd=tmp_path,
        env=variables,
        timeout=120,
    )
    assert done.code == 0, done
    keep(bundle, RUNS / f"{name}.json")
    clean.docker("rm", "-f", NAME, check=False)
