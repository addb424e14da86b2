"""What lies in a repository under each control mode, and in two, against a real tritonserver."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.lab.bench import Lab

READY = "Started HTTPService"
NONE, POLL = ("--control-mode", "none"), ("--control-mode", "poll")
STAR, NAME = ("--model", "*"), ()

Change = Callable[[Path], object]


class Case(NamedTuple):
    """change: made to the project's folder; options: the doctor's; log: of the server that ends,
    empty where it starts; problem: of an error, empty for none."""

    change: Change
    options: tuple[str, ...]
    problem: str = ""
    log: str = ""


def folder(path: str) -> Change:
    return lambda root: (root / path).mkdir(parents=True)


def link(path: str, target: str) -> Change:
    return lambda root: (root / path).symlink_to(target)


def twice(root: Path) -> None:
    (root / "second/gemma").mkdir(parents=True)


def moved(root: Path) -> None:
    (root / "second").mkdir()
    (root / "model_repository/gemma").rename(root / "second/gemma")


BAD, SECOND = "repository/bad-layout", ("--more-repository", "second")
GIT, NOTES = folder("model_repository/.git"), folder("model_repository/notes")
DEAD, ALIVE = link("model_repository/x", "/nowhere"), link("model_repository/x", "gemma")
UNIQUE, STAT = "not unique across all model repositories", "failed to stat file /models/x"
CASES = {
    "a hidden folder, all": Case(GIT, NONE, BAD, "failed to load model '.git'"),
    "a hidden folder, by name": Case(GIT, NAME),
    "a stray folder, polled": Case(NOTES, POLL, BAD, "Poll failed for model directory 'notes'"),
    "a stray folder, star": Case(NOTES, STAR, BAD, "Poll failed for model directory 'notes'"),
    "a dead link, all": Case(DEAD, NONE, BAD, STAT),
    "a dead link, by name": Case(DEAD, NAME),
    "a link inside, all": Case(ALIVE, NONE),
    "in two, by name": Case(twice, SECOND, BAD, UNIQUE),
    "in two, all": Case(twice, (*SECOND, *NONE), BAD, UNIQUE),
    "in the second alone": Case(moved, SECOND),
    "a dead link in the model": Case(
        link("model_repository/gemma/x", "gone"), NAME, BAD, "failed to stat file /models/gemma/x"
    ),
    "a copy that shadows a version": Case(
        folder("model_repository/gemma/2_old"), NAME, BAD, "failed to load 'gemma' version 2"
    ),
    "a copy that does not": Case(folder("model_repository/gemma/1.bak"), NAME),
    "a number of 20 digits": Case(
        folder(f"model_repository/gemma/{'9' * 20}"), NAME, BAD, "std::out_of_range"
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_the_doctor_foresees_what_the_server_does(lab: Lab, tmp_path: Path, name: str) -> None:
    case = CASES[name]
    lab.repository(tmp_path)
    case.change(tmp_path)
    run = lab.doctor("--select", "repository", *case.options, cwd=tmp_path)
    errors = [one["problem"] for one in run.json["findings"] if one["severity"] == "error"]
    assert errors == [case.problem] * bool(case.problem), run
    log = serve(lab, tmp_path, case.options)
    assert (READY in log) == (not case.log), log
    assert case.log in log


def serve(lab: Lab, root: Path, options: tuple[str, ...]) -> str:
    """The log of the server as the doctor's options mean it, until it is ready or has ended."""
    mode = options[options.index("--control-mode") + 1] if "--control-mode" in options else ""
    names = ["*"] if "--model" in options else ["gemma"]
    command = [f"--model-control-mode={mode or 'explicit'}"]
    command += [] if mode else [f"--load-model={name}" for name in names]
    mounts = ["--mount", f"type=bind,source={root}/model_repository,target=/models"]
    command += ["--model-repository=/models"]
    if "--more-repository" in options:
        mounts += ["--mount", f"type=bind,source={root}/second,target=/models2"]
        command += ["--model-repository=/models2"]
    container = ["--detach", "--name", "lab-modes", "--network", "none", *mounts]
    lab.docker("run", *container, lab.triton_image, "tritonserver", *command)
    try:
        end = time.monotonic() + 180
        while time.monotonic() < end:
            state = lab.docker("inspect", "--format", "{{.State.Status}}", "lab-modes")
            log = lab.docker("logs", "lab-modes")
            told = log.stdout + log.stderr
            if state.stdout.strip() == "exited" or READY in told:
                return told
            time.sleep(0.1)
        raise AssertionError(f"neither ready nor ended: {told}")
    finally:
        lab.docker("rm", "--force", "lab-modes")
