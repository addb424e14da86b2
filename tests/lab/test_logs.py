"""`logs` on real containers: stopped, running and gone, and the plain run that reads them."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lab.bench import Lab
from tests.lab.client_faults import CLIENT_FAULTS, HEALTHY, ClientFault
from tests.lab.doctor import environment
from tests.lab.faults import CLIENT, FAULTS
from tests.lab.registry_stand_in import refusing_registry
from tests.lab.saying import said
from tests.lab.test_launch import NAME, clean, launch, start
from triton_doctor.commands.log_reading import read_text

__all__ = ["clean"]
CAUSE = "ValueError: Unknown dtype: float15"
BY_NAME = {fault.name: fault for fault in FAULTS}


def crashed(lab: Lab, folder: Path, fault: str) -> None:
    """The real tritonserver, run into a fault, under the deployment's name."""
    BY_NAME[fault].write(folder)
    mount = ("--mount", f"type=bind,source={folder},target=/models")
    server = ("tritonserver", "--model-repository=/models")
    lab.docker("run", "--name", NAME, *mount, lab.triton_image, *server, check=False)


def test_a_real_crashed_server_is_read_by_its_name(clean: Lab, tmp_path: Path) -> None:
    crashed(clean, tmp_path, "syntax-field")
    (log,) = clean.doctor("logs", NAME, "--format", "json").json["logs"]
    cause = log["findings"][0]
    assert (cause["problem"], cause["role"]) == ("repository/config-syntax", "root-cause")
    assert "bakend" in cause["title"] + cause["why"]
    # No source at all means the deployment's container.
    assert clean.doctor("logs", "--format", "json").json["logs"][0]["findings"] == log["findings"]


def test_the_plain_run_names_what_stopped_it(clean: Lab, tmp_path: Path) -> None:
    crashed(clean, tmp_path, "syntax-field")
    run = clean.doctor("--select", "launch,repository", "--image", clean.ubuntu)
    found = run.finding("repository/config-syntax")
    assert found["where"] == NAME
    assert found["foreseen"]
    assert "launch/crashed" not in run.ids


def test_an_unknown_end_stays_a_crash(clean: Lab) -> None:
    start(clean, "sh", "-c", "echo 'FrobError: odd'; exit 1")
    assert "launch/crashed" in launch(clean).ids


def test_the_cause_stands_far_above_the_end(clean: Lab) -> None:
    script = f"echo '{CAUSE}'; yes 'INFO quiet' | head -n 30000; exit 1"
    start(clean, "sh", "-c", script)
    assert "engine/invalid-argument" in launch(clean).ids


def test_a_running_container_is_followed(clean: Lab, tmp_path: Path) -> None:
    start(clean, "sh", "-c", f"sleep 2; echo '{CAUSE}'; sleep 600", options=("-d",))
    with subprocess.Popen(
        [sys.executable, "-m", "triton_doctor", "logs", "--follow", NAME],
        env=environment(clean.host, tmp_path, {}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert b"as it grows" in process.stdout.readline()
        assert b"float15" in process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 130


def test_following_ends_with_the_container(clean: Lab) -> None:
    start(clean, "sh", "-c", f"sleep 1; echo '{CAUSE}'; sleep 1; exit 1", options=("-d",))
    run = clean.doctor("logs", "--follow", NAME, "--format", "json")
    assert run.code == 1


def test_a_container_with_a_terminal(clean: Lab) -> None:
    start(clean, "sh", "-c", f"echo '{CAUSE}'; exit 1", options=("-t",))
    assert clean.doctor("logs", NAME, "--format", "json").code == 1


def test_a_log_that_the_engine_does_not_keep(clean: Lab) -> None:
    start(clean, "sh", "-c", "echo x; exit 1", options=("--log-driver", "none"))
    run = clean.doctor("logs", NAME, "--format", "json")
    assert run.code == 2
    assert "log driver" in run.err


def test_a_name_that_is_not_there_lists_those_that_are(clean: Lab) -> None:
    start(clean, "true")
    run = clean.doctor("logs", "triton_server", "--format", "json")
    assert run.code == 2
    assert NAME in run.err
    assert "--rm" in run.err


@pytest.mark.parametrize("name", CLIENT)
def test_what_the_docker_client_says(lab: Lab, name: str, tmp_path: Path) -> None:
    problem, command = CLIENT[name]
    words = [lab.ubuntu if word == "@" else word for word in command.split()]
    # A container that could not be started would stay, and be in the way of other tests.
    told = lab.docker(words[0], "--rm", *words[1:], check=False)
    (tmp_path / "a.log").write_text(told.stdout + told.stderr, encoding="utf-8")
    run = lab.doctor("logs", "a.log", "--format", "json", cwd=tmp_path)
    assert [one["problem"] for one in run.json["logs"][0]["findings"]] == [problem], told


@pytest.fixture(scope="module")
def registry(lab: Lab) -> Iterator[str]:
    with refusing_registry() as address:
        yield address


@pytest.mark.parametrize(
    "fault", [one for one in CLIENT_FAULTS if not one.engine], ids=lambda one: one.name
)
def test_what_docker_says(lab: Lab, registry: str, fault: ClientFault) -> None:
    text = said(fault, lab.engine, registry)
    causes = [one.problem for one in read_text(text).told if one.role == "root-cause"]
    assert causes == [one for one in [fault.problem] if one != HEALTHY], text
