"""The port check against real processes and containers."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lab.bench import Lab
from tests.lab.doctor import DoctorRun

OWN = "triton_vllm_server"


@pytest.fixture
def folder(lab: Lab, tmp_path: Path) -> Iterator[Path]:
    """Where the user stands; containers of the test are gone afterwards."""
    yield tmp_path
    lab.docker("rm", "-f", "port-web", OWN, check=False)


def port(lab: Lab, cwd: Path, *args: str) -> DoctorRun:
    return lab.doctor("--select", "port", *args, cwd=cwd)


def test_free_ports(lab: Lab, folder: Path) -> None:
    run = port(lab, folder)
    assert run.outcome("port") == "passed", run
    assert run.code == 0


@pytest.mark.parametrize("address", ["", "127.0.0.1"])
def test_a_process_is_named(lab: Lab, folder: Path, address: str) -> None:
    with socket.create_server((address, 8001)):
        run = port(lab, folder)
    finding = run.finding("port/in-use")
    assert run.ids == ["port/in-use"]
    assert f"process {os.getpid()}" in finding["title"]
    assert finding["fix"]["applicability"] == "safe"
    assert finding["fix"]["instead"]["steps"][0]["argv"] == ["kill", str(os.getpid())]
    assert run.code == 1


def test_a_process_is_named_without_docker_too(lab: Lab, folder: Path) -> None:
    nowhere = {"DOCKER_HOST": "unix:///nowhere"}
    with socket.create_server(("", 8002)):
        assert lab.doctor("--select", "port", cwd=folder, env=nowhere).ids == ["port/in-use"]
    assert lab.doctor("--select", "port", cwd=folder, env=nowhere).ids == []


def test_a_container_is_named_and_not_its_forwarder(lab: Lab, folder: Path) -> None:
    run = ["run", "-d", "--name", "port-web", "-p", "8001:80", lab.ubuntu, "sleep", "60"]
    lab.docker(*run)
    found = port(lab, folder)
    finding = found.finding("port/in-use")
    assert found.ids == ["port/in-use"]
    assert "the container port-web" in finding["title"]
    stop = finding["fix"]["instead"]["steps"][0]["argv"]
    assert stop == ["docker", "stop", "port-web"]
    lab.docker("stop", "-t", "0", "port-web")
    assert port(lab, folder).ids == []


def test_our_own_running_server_is_a_note(lab: Lab, folder: Path) -> None:
    lab.docker("run", "-d", "--name", OWN, "-p", "8000:8000", lab.ubuntu, "sleep", "60")
    run = port(lab, folder)
    assert [(one["problem"], one["severity"]) for one in run.json["findings"]] == [
        ("port/in-use", "note")
    ]
    assert run.code == 0


def test_the_same_port_twice(lab: Lab, folder: Path) -> None:
    run = port(lab, folder, "--metrics-port", "8000")
    assert run.ids == ["port/given-twice"]
    assert run.code == 1
