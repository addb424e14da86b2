"""The launch check against real containers, each brought to its state by a real engine."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lab.bench import Lab
from tests.lab.doctor import DoctorRun
from tests.lab.starving import starve
from tests.lab.until import until_restarted

NAME = "triton_vllm_server"
# What the check may find, of other areas as well.
ONLY = "launch,docker/name-conflict,engine/crashed,host/out-of-memory,request"
EAT = "x=$(head -c 100000000 /dev/zero | tr '\\0' x)"


@pytest.fixture
def clean(lab: Lab) -> Iterator[Lab]:
    """A lab without the deployment's container, before and after."""
    lab.docker("rm", "-f", NAME, "launch-other", check=False)
    yield lab
    lab.docker("rm", "-f", NAME, "launch-other", check=False)


def start(lab: Lab, *command: str, options: tuple[str, ...] = (), name: str = NAME) -> None:
    """Run a container to its end, or to its refusal."""
    lab.docker("run", "--name", name, *options, lab.ubuntu, *command, check=False)


def hungry(lab: Lab, script: str) -> None:
    starve(lab, NAME, lambda: start(lab, "sh", "-c", script, options=("--memory", "20m")))


def launch(lab: Lab, *args: str) -> DoctorRun:
    return lab.doctor("--select", ONLY, "--image", lab.ubuntu, *args)


def test_nothing_there(clean: Lab) -> None:
    assert launch(clean, "--name", "launch-never-used").outcome("launch") == "passed"


def test_an_exit_with_an_error_shows_its_log(clean: Lab) -> None:
    start(clean, "sh", "-c", "echo 'E1122 it broke'; exit 1")
    run = launch(clean)
    assert sorted(run.ids) == ["docker/name-conflict", "launch/crashed"]
    assert "exit code 1" in run.finding("launch/crashed")["title"]
    assert run.finding("launch/crashed")["evidence"] == ["E1122 it broke"]
    assert run.code == 1


def test_a_huge_log_is_bounded(clean: Lab) -> None:
    start(clean, "sh", "-c", "yes 0123456789 | head -n 2000000; echo last; exit 1")
    run = launch(clean)
    assert run.finding("launch/crashed")["evidence"][-1] == "last"
    assert len(run.finding("launch/crashed")["evidence"]) == 15
    (one,) = run.json["facts"]["launches"]["containers"]
    assert len(one["log"]) <= 64 << 10


@pytest.mark.parametrize("code", [126, 127, 134, 139])
def test_exit_codes_are_told_apart(clean: Lab, code: int) -> None:
    start(clean, "sh", "-c", f"exit {code}")
    assert str(code) in launch(clean).finding("launch/crashed")["title"]


def test_memory_taken_by_the_first_process(clean: Lab) -> None:
    hungry(clean, f"{EAT}; true")
    run = launch(clean)
    assert sorted(run.ids) == ["docker/name-conflict", "host/out-of-memory"]
    assert "20 MiB" in run.finding("host/out-of-memory")["title"]


@pytest.mark.parametrize("code", [0, 1])
def test_memory_taken_by_a_child(clean: Lab, code: int) -> None:
    """Only State.OOMKilled tells: the exit code is the parent's own."""
    hungry(clean, f"({EAT}); exit {code}")
    run = launch(clean)
    assert sorted(run.ids) == ["docker/name-conflict", "host/out-of-memory"], run


def test_a_kill_that_the_engine_knows_nothing_of(clean: Lab) -> None:
    start(clean, "sleep", "60", options=("-d",))
    shown = clean.docker("inspect", "-f", "{{.State.Pid}}", NAME)
    os.kill(int(shown.stdout), signal.SIGKILL)
    clean.docker("wait", NAME)
    assert "launch/killed" in launch(clean).ids


@pytest.mark.parametrize("how", [("stop", "-t", "1"), ("kill",)])
def test_a_server_that_was_told_to_end(clean: Lab, how: tuple[str, ...]) -> None:
    start(clean, "sleep", "60", options=("-d",))
    clean.docker(*how, NAME)
    run = launch(clean)
    assert run.finding("launch/stopped")["severity"] == "note"
    assert run.finding("docker/name-conflict")["severity"] == "error"


def test_an_end_that_nobody_asked_for(clean: Lab) -> None:
    start(clean, "true")
    assert launch(clean).finding("launch/stopped")["severity"] == "warning"


def test_a_restart_loop(clean: Lab) -> None:
    start(clean, "sh", "-c", "echo round; exit 3", options=("-d", "--restart", "always"))
    until_restarted(clean, NAME)
    run = launch(clean)
    assert sorted(run.ids) == ["docker/name-conflict", "launch/restarting"], run
    assert "exit code 3" in run.finding("launch/restarting")["title"]


def test_a_container_that_was_refused_by_its_mount(clean: Lab, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    mount = f"type=bind,source={tmp_path}/file,target=/etc"
    start(clean, "true", options=("--mount", mount))
    finding = launch(clean).finding("launch/never-started")
    assert "A mount failed" in finding["why"]
    assert "not a directory" in finding["evidence"][0]


def test_a_container_that_was_refused_by_its_port(clean: Lab) -> None:
    start(clean, "sleep", "60", options=("-d", "-p", "8000:80"), name="launch-other")
    start(clean, "true", options=("-p", "8000:80"))
    assert "host port was taken" in launch(clean).finding("launch/never-started")["why"]


def test_a_container_that_was_refused_by_its_gpu(clean: Lab) -> None:
    start(clean, "true", options=("--gpus", "all"))
    assert "give it a GPU" in launch(clean).finding("launch/never-started")["why"]


def test_a_command_that_the_image_does_not_have(clean: Lab) -> None:
    start(clean, "tritonserver")
    assert "not in the image" in launch(clean).finding("launch/never-started")["why"]


def test_the_guides_rm_takes_the_log_and_leaves_the_history(clean: Lab) -> None:
    start(clean, "sh", "-c", "sleep 1; exit 7", options=("--rm",))
    run = launch(clean)
    assert run.ids == ["launch/vanished"]
    assert "exit code 7" in run.finding("launch/vanished")["title"]


def test_a_refused_start_with_rm_is_gone_at_once(clean: Lab) -> None:
    start(clean, "nosuch", options=("--rm",))
    assert "could not be started" in launch(clean).finding("launch/vanished")["title"]


def test_a_container_removed_by_hand_has_been_dealt_with(clean: Lab) -> None:
    start(clean, "sh", "-c", "exit 5")
    time.sleep(3.2)
    clean.docker("rm", NAME)
    assert launch(clean).outcome("launch") == "passed"


def test_a_paused_container(clean: Lab) -> None:
    start(clean, "sleep", "60", options=("-d",))
    clean.docker("pause", NAME)
    assert "launch/paused" in launch(clean).ids


def test_a_name_that_is_taken_is_freed_by_its_fix(clean: Lab) -> None:
    clean.docker("create", "--name", NAME, clean.ubuntu, "true")
    run = launch(clean)
    assert run.ids == ["docker/name-conflict"]
    argv = run.finding("docker/name-conflict")["fix"]["steps"][0]["argv"]
    clean.docker(*argv[1:])
    assert "docker/name-conflict" not in launch(clean).ids


def test_another_container_of_the_image_warns(clean: Lab) -> None:
    start(clean, "sh", "-c", "exit 5", name="launch-other")
    run = launch(clean, "--name", "launch-never-used")
    assert [(one["problem"], one["severity"]) for one in run.json["findings"]] == [
        ("launch/crashed", "warning")
    ]
