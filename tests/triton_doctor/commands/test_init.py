"""init: the guide's repository, for every release, and never over what is there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import tomli

from tests.terminal import ENTER, Terminal
from tests.triton_doctor.commands.place import CONFIG, ONLY, Place
from triton_doctor.scaffold import scaffold

TABLE = Path(__file__).parents[3] / "src/triton_doctor/probes/data/triton_releases.toml"
RELEASES = [one["tag"] for one in tomli.loads(TABLE.read_text("utf-8"))["release"]]
IMAGE = "nvcr.io/nvidia/tritonserver:{}-vllm-python-py3"


@pytest.fixture
def empty(place: Place) -> Place:
    for path in (place.arguments, place.model / "config.pbtxt"):
        path.unlink()
    for folder in (place.model / "1", place.model, place.model.parent):
        folder.rmdir()
    return place


def test_the_guides_repository_and_the_doctor_finds_it_sound(empty: Place) -> None:
    done = empty.doctor("init")
    assert done.returncode == 0, done
    assert json.loads(empty.text)["model"] == "google/gemma-2b"
    assert empty.doctor(*ONLY).returncode == 0
    assert not (empty.here / "triton-doctor.toml").exists()
    assert empty.doctor("undo").returncode == 0
    assert list(empty.here.iterdir()) == []


def test_what_differs_from_the_guide_is_kept_in_the_settings(empty: Place) -> None:
    image = IMAGE.format("25.10")
    done = empty.doctor(
        *("init", "--model", "opt", "--weights", "facebook/opt-125m", "--image", image),
        *("--gpu-share", "0.5", "--repository", "models"),
    )
    assert done.returncode == 0, done
    made = empty.here / "models/opt"
    assert json.loads((made / "1/model.json").read_text()) == {
        "model": "facebook/opt-125m",
        "gpu_memory_utilization": 0.5,
    }
    assert 'backend: "vllm"' in (made / "config.pbtxt").read_text()
    kept = tomli.loads((empty.here / "triton-doctor.toml").read_text())
    assert kept == {"model": ["opt"], "image": image, "repository": "models"}
    assert empty.doctor(*ONLY).returncode == 0


def test_settings_that_lie_elsewhere_name_the_folder_in_the_home_whole(empty: Place) -> None:
    (empty.here / "conf").mkdir()
    (empty.here / "conf/mine.toml").touch()
    options = ("--config", "conf/mine.toml", "--repository", "~/models")
    done = empty.doctor("init", *options)
    assert done.returncode == 0, done
    assert (empty.home / "models/gemma/config.pbtxt").is_file()
    kept = tomli.loads((empty.here / "conf/mine.toml").read_text())
    assert kept == {"repository": str(empty.home / "models")}
    assert empty.doctor(*ONLY, "--config", "conf/mine.toml").returncode == 0


@pytest.mark.parametrize("there", ["config.pbtxt", "1/model.json", "notes.txt"])
def test_nothing_is_written_over(there: str, empty: Place) -> None:
    path = empty.model / there
    path.parent.mkdir(parents=True)
    path.write_text(CONFIG)
    done = empty.doctor("init")
    assert done.returncode == 1
    assert "is there already and holds" in " ".join(done.stdout.split())
    assert [one for one in empty.model.rglob("*") if one.is_file()] == [path]


def test_a_file_in_the_place_of_the_folder(empty: Place) -> None:
    empty.model.parent.mkdir()
    empty.model.write_text("mine")
    done = empty.doctor("init")
    assert (done.returncode, empty.model.read_text()) == (1, "mine")


def test_in_a_terminal_it_asks(empty: Place) -> None:
    env = empty.env()
    with Terminal("init", "--gpu-share", "0.5", cwd=empty.here, env=env, columns=60) as seen:
        seen.until("Name of the model in Triton")
        seen.press(*"7b", ENTER)
        seen.until("Hub")
        seen.press(ENTER)
        seen.until("Server image")
        seen.press(ENTER)
        assert seen.code() == 0
    made = json.loads((empty.here / "model_repository/gemma7b/1/model.json").read_text())
    assert made["gpu_memory_utilization"] == 0.5


@pytest.mark.parametrize("tag", RELEASES)
def test_the_files_are_right_for_every_release(tag: str, empty: Place) -> None:
    rows = tomli.loads(TABLE.read_text("utf-8"))["release"]
    vllm = next(one["vllm"] for one in rows if one["tag"] == tag)
    for path, text in scaffold(str(empty.here / "model_repository"), "gemma", "a/b", vllm).items():
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_text(text)
    assert ("disable_log_requests" in empty.text) == (tag < "25.09")
    done = empty.doctor(*ONLY, "--image", IMAGE.format(tag), "--format", "json")
    found = [one["severity"] for one in json.loads(done.stdout)["findings"]]
    # The backend of 23.10 wants the input `stream` with every request, and the doctor warns of it.
    assert found == (["warning"] if tag == "23.10" else [])
