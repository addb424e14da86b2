"""Stopped at any moment, the doctor leaves no container behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.lab.bench import Lab
from tests.lab.doctor import until_it_listens
from tests.lab.until import until
from triton_doctor.host import docker_api
from triton_doctor.host.protocol import DockerEndpoint

LABEL = "triton-doctor.probe"
pytestmark = pytest.mark.unmeasured


@pytest.fixture
def folder(lab: Lab, tmp_path: Path) -> Path:
    lab.repository(tmp_path)
    return tmp_path


def stopped(lab: Lab, folder: Path, after: float, number: signal.Signals) -> int:
    """The exit status of a run that got a signal so many seconds after its first line."""
    child = subprocess.Popen(
        [sys.executable, "-m", "triton_doctor", "--offline", "--gpus", "none"],
        cwd=folder,
        env={**os.environ, "DOCKER_HOST": lab.host},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    until_it_listens(child)
    time.sleep(after)
    child.send_signal(number)
    return child.wait(120)


def left(lab: Lab, *states: str) -> list[str]:
    filters = [part for state in states for part in ("--filter", f"status={state}")]
    return lab.docker("ps", "-aq", "--filter", f"label={LABEL}", *filters).stdout.split()


def test_ctrl_c_at_any_moment_leaves_nothing(lab: Lab, folder: Path) -> None:
    codes = set()
    for after in range(0, 22, 2):
        codes.add(stopped(lab, folder, after / 25, signal.SIGINT))
        assert left(lab) == [], f"after {after / 25} s"
    assert codes <= {0, 1, 3, 130}
    assert 130 in codes
    assert sorted(path.name for path in folder.iterdir()) == ["model_repository"]


def sweep(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the next run does to containers of an earlier one, whatever their age."""
    api = docker_api.DockerApi(DockerEndpoint(lab.host))
    api.version()
    monkeypatch.setattr(docker_api, "STALE", -1.0)
    api.close()


def test_a_killed_run_leaves_nothing_that_runs(
    lab: Lab, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for after in range(6, 18, 2):
        assert stopped(lab, folder, after / 25, signal.SIGKILL) in (-9, 0, 1, 3)
    until(lambda: not left(lab, "running"), "what a killed run had started goes on")
    sweep(lab, monkeypatch)
    assert left(lab) == []


def test_the_next_run_sweeps_up_what_a_killed_one_had_only_made(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab.docker("create", "--label", f"{LABEL}=killed", lab.ubuntu, "true")
    sweep(lab, monkeypatch)
    assert left(lab) == []
