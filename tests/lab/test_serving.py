"""The launch check against servers that run: stand-ins, and the real tritonserver."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from tests.lab.bench import Lab
from tests.lab.test_launch import NAME, clean, launch, start
from tests.lab.until import until_listening
from tests.lab.web import fetch

__all__ = ["clean"]
STAND_IN = Path(__file__).parent / "server_stand_in.py"


def test_a_server_that_is_loading(clean: Lab) -> None:
    start(clean, "sleep", "60", options=("-d", "-p", "8000:8000"))
    run = launch(clean)
    assert [one["severity"] for one in run.json["findings"]] == ["note"]
    assert run.code == 0


def test_a_server_without_its_port(clean: Lab) -> None:
    start(clean, "sleep", "60", options=("-d",))
    assert "request/connection-refused" in launch(clean).ids


@pytest.mark.parametrize(
    ("state", "problem"),
    [
        ("fine", None),
        ("dead", "engine/crashed"),
        ("unready", "launch/not-ready"),
        ("unloaded", "request/model-not-ready"),
        ("silent", "launch/not-ready"),
    ],
)
def test_a_stand_in_server(clean: Lab, state: str, problem: str | None) -> None:
    serve(clean, state)
    expected = ["docker/name-conflict", *([problem] if problem else [])]
    assert sorted(launch(clean).ids) == sorted(expected)


def test_a_stand_in_that_is_slow_could_not_be_told(clean: Lab) -> None:
    serve(clean, "slow")
    run = launch(clean)
    assert run.ids == ["docker/name-conflict"], run
    assert "one token in time" in str(run.check("launch"))
    assert run.code == 3


def serve(lab: Lab, *state: str) -> None:
    """The stand-in in a real container, on the machine's own Python."""
    python = ("/bin/busybox", "chroot", "/host", sys.executable, str(STAND_IN), "8000", *state)
    machine = ("--mount", "type=bind,source=/,target=/host", "--stop-timeout", "1")
    start(lab, *python, options=("-d", "-p", "8000:8000", *machine))
    until_listening(lab, NAME, 8000)


def test_a_real_server_whose_stub_was_killed(clean: Lab, tmp_path: Path) -> None:
    """Real Triton: its health stays 200, and a request tells that the engine is dead."""
    mount = f"type=bind,source={clean.repository(tmp_path)},target=/models"
    server = ["tritonserver", "--model-repository=/models", "--model-control-mode=explicit"]
    options = ["-d", "--name", NAME, "-p", "8000:8000", "--mount", mount, clean.triton_image]
    clean.docker("run", *options, *server, "--load-model=gemma")
    fetch("http://127.0.0.1:8000/v2/health/ready")
    run = launch(clean, "--image", clean.vllm_image)
    assert run.ids == ["docker/name-conflict"], run
    (reply,) = run.json["facts"]["serving"]["models"]
    assert (reply["status"], reply["error"]) == (200, "")
    clean.docker("exec", NAME, "pkill", "-9", "-f", "python_backend_stub")
    time.sleep(1)
    fetch("http://127.0.0.1:8000/v2/health/ready")
    run = launch(clean, "--image", clean.vllm_image)
    assert sorted(run.ids) == ["docker/name-conflict", "engine/crashed"], run
    assert "is not healthy" in run.finding("engine/crashed")["why"]
