"""`stop` with a real tritonserver on a real engine; the backend stands in for vLLM."""

from __future__ import annotations

import time
from pathlib import Path

from tests.lab.bench import Lab
from tests.lab.doctor import environment
from tests.lab.test_ask import NAME, READY, bare, serve
from tests.lab.until import until_said
from tests.lab.web import fetch
from tests.terminal import CTRL_C, Terminal

__all__ = ["bare"]
LABEL = "triton-doctor.launch"


def test_stop_with_nothing_there(bare: Lab) -> None:
    run = bare.doctor("stop")
    assert run.code == 0
    assert "nothing to stop" in run.out


def test_stop_ends_a_server_of_ours_and_removes_it(bare: Lab, tmp_path: Path) -> None:
    serve(bare, tmp_path, "--label", f"{LABEL}=x")
    run = bare.doctor("stop", "--format", "json")
    assert (run.code, run.json["outcome"], run.json["removed"]) == (0, "removed", True), run
    assert run.json["container_exit_code"] == 0
    assert NAME not in bare.docker("ps", "-a", "--format", "{{.Names}}").stdout


def test_stop_asks_before_it_touches_anothers_container(bare: Lab, tmp_path: Path) -> None:
    serve(bare, tmp_path)
    run = bare.doctor("stop")
    assert run.code == 1
    assert "not started by triton-doctor launch" in " ".join(run.out.split())
    fetch(READY)
    env = environment(bare.host, tmp_path, {})
    with Terminal("stop", cwd=tmp_path, env=env) as terminal:
        terminal.until("Stop it all the same?")
        terminal.press("n")
        assert terminal.code() == 1
    run = bare.doctor("stop", "--yes", "--format", "json")
    assert (run.code, run.json["outcome"], run.json["removed"]) == (0, "stopped", False), run
    assert NAME in bare.docker("ps", "-a", "--format", "{{.Names}}").stdout


def test_stop_keeps_one_that_ended_badly_with_its_log(bare: Lab) -> None:
    label = f"{LABEL}=x"
    trap = "trap 'echo last words; exit 7' TERM; echo up; while :; do sleep 0.1; done"
    bare.docker("run", "-d", "--name", NAME, "--label", label, bare.ubuntu, "sh", "-c", trap)
    until_said(bare, NAME, "up")
    run = bare.doctor("stop", "--format", "json")
    assert (run.code, run.json["outcome"], run.json["container_exit_code"]) == (1, "failed", 7)
    assert "last words" in bare.docker("logs", NAME).stdout
    again = bare.doctor("stop", "--format", "json")
    assert (again.code, again.json["outcome"]) == (0, "ended-badly")


def test_stop_of_one_with_rm(bare: Lab) -> None:
    bare.docker(
        "run",
        "-d",
        "--rm",
        "--name",
        NAME,
        bare.ubuntu,
        "sh",
        "-c",
        "trap exit TERM; echo up; sleep 600 & wait",
    )
    until_said(bare, NAME, "up")
    run = bare.doctor("stop", "--yes", "--format", "json")
    assert (run.code, run.json["outcome"], run.json["removed"]) == (0, "gone", True), run


def test_stop_without_an_engine(bare: Lab) -> None:
    run = bare.doctor("stop", env={"DOCKER_HOST": "unix:///nonexistent/docker.sock"})
    assert run.code == 3
    assert "could not be told" in " ".join(run.out.split())


def test_ctrl_c_does_not_wait_for_the_end(bare: Lab, tmp_path: Path) -> None:
    deaf = "trap '' TERM; echo up; while :; do sleep 0.1; done"
    label = f"{LABEL}=x"
    bare.docker("run", "-d", "--name", NAME, "--label", label, bare.ubuntu, "sh", "-c", deaf)
    until_said(bare, NAME, "up")
    env = environment(bare.host, tmp_path, {})
    with Terminal("stop", cwd=tmp_path, env=env) as terminal:
        terminal.until("to unload its models")
        time.sleep(0.5)
        terminal.press(CTRL_C)
        assert terminal.code() == 130
        assert "has been told to stop" in terminal.flat
        assert "Traceback" not in terminal.text
