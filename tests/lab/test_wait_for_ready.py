"""--wait-for-ready against real containers, and the docs' health checks in the real server."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.house.test_documents import blocks
from tests.lab.bench import Lab
from tests.lab.doctor import DoctorRun, environment
from tests.lab.test_launch import NAME, clean, start
from tests.lab.test_serving import serve

__all__ = ["clean"]
CHECKS: list[Any] = [
    yaml.safe_load(body)["services"]["triton"]["healthcheck"]
    for page, _, body in blocks("yaml")
    if page.name == "pipelines.md" and "healthcheck" in body
]


def wait(lab: Lab, seconds: float, *areas: str) -> DoctorRun:
    """One run that waits at most so long; it looks at these areas, or at the machine alone."""
    select = ",".join(areas or ("host",))
    image = ("--image", lab.ubuntu)
    return lab.doctor(f"--wait-for-ready={seconds:g}", "--select", select, *image)


def test_a_server_that_is_started_meanwhile(clean: Lab, tmp_path: Path) -> None:
    program = (sys.executable, "-m", "triton_doctor", "--wait-for-ready=300", "--format", "json")
    with subprocess.Popen(
        [*program, "--select", "host", "--image", clean.ubuntu],
        env=environment(clean.host, tmp_path, {}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stderr is not None
        while f"waiting for a container {NAME}".encode() not in process.stderr.readline():
            assert process.poll() is None
        serve(clean, "fine")
        out, err = process.communicate(timeout=300)
    run = DoctorRun(process.returncode, out.decode(), err.decode())
    assert run.outcome("wait-for-ready") == "passed", run
    assert run.code == 0


def test_an_end_is_told_at_once_with_its_cause(clean: Lab) -> None:
    start(clean, "sh", "-c", "sleep 1; echo 'E1122 it broke'; exit 3", options=("-d",))
    run = wait(clean, 60, "launch")
    told = run.check("wait-for-ready")
    assert told["outcome"] == "skipped"
    assert "ended with exit code 3" in told["reason"] or "is exited" in told["reason"]
    assert told["seconds"] < 55
    assert run.finding("launch/crashed")["evidence"] == ["E1122 it broke"]
    assert run.code == 1
    again = wait(clean, 60)
    assert (again.outcome("wait-for-ready"), again.code) == ("skipped", 3)


def test_what_is_not_ready_in_time_is_not_green(clean: Lab) -> None:
    start(clean, "sleep", "600", options=("-d", "-p", "8000:8000"))
    run = wait(clean, 1)
    assert (run.outcome("wait-for-ready"), run.code) == ("could-not-tell", 3)
    assert f"{NAME} runs, and was not ready within 1 s" in run.check("wait-for-ready")["reason"]
    clean.docker("rm", "-f", NAME)
    run = wait(clean, 0.5)
    assert f"No container {NAME} runs" in run.check("wait-for-ready")["reason"]
    assert run.code == 3


def health(lab: Lab, wanted: str, name: str) -> str:
    """The container's health, once it is as wanted, or after three minutes as it is."""
    deadline = time.monotonic() + 180
    while True:
        seen = json.loads(lab.docker("inspect", name).stdout)[0]["State"]["Health"]["Status"]
        if seen == wanted or time.monotonic() > deadline:
            return str(seen)
        time.sleep(0.2)


@pytest.mark.parametrize(("number", "after"), [(0, "healthy"), (1, "unhealthy")])
def test_the_health_checks_of_the_docs(number: int, after: str, clean: Lab, tmp_path: Path) -> None:
    """Both know a server that answers; of one whose engine is dead they say what the page says."""
    kind, *argv = CHECKS[number]["test"]
    command = argv[0] if kind == "CMD-SHELL" else shlex.join(argv)
    often = ["--health-interval", "1s", "--health-retries", "2", "--health-timeout", "10s"]
    mount = f"type=bind,source={clean.repository(tmp_path)},target=/models"
    server = ["tritonserver", "--model-repository=/models", "--model-control-mode=explicit"]
    options = ["-d", "--name", NAME, "--mount", mount, "--health-cmd", command, *often]
    clean.docker("run", *options, clean.triton_image, *server, "--load-model=gemma")
    assert health(clean, "healthy", NAME) == "healthy"
    clean.docker("exec", NAME, "pkill", "-9", "-f", "python_backend_stub")
    if after == "healthy":
        time.sleep(3)
    assert health(clean, after, NAME) == after
