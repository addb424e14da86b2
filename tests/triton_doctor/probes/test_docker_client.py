"""The docker command's fact, out of what several programs of that name say."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fakes import FakeHost, ask
from triton_doctor.host.protocol import Ran
from triton_doctor.probes.docker_client import DockerClient, docker_client
from triton_doctor.probes.docker_versions import client_api, numbers

STUB = """
The command 'docker' could not be found in this WSL 2 distro.
We recommend to activate the WSL integration in Docker Desktop settings.
"""


def machine(answer: Any, path: str = "/usr/bin/docker", **variables: str) -> FakeHost:
    return FakeHost(
        programs={"docker": path}, outputs={f"{path} --version": answer}, variables=variables
    )


def said(text: str, err: str = "") -> Ran:
    return Ran(0, text, err)


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("Docker version 28.2.2, build e6534b4\n", "28.2.2"),
        ("Docker version 20.10.24+dfsg1, build 297e128\n", "20.10.24+dfsg1"),
        ("Docker version 18.09.1, build 4c52b90\n", "18.09.1"),
    ],
)
def test_the_version_that_it_says(text: str, version: str) -> None:
    assert ask(docker_client, machine(said(text))).version == version


def test_no_docker_on_path() -> None:
    assert ask(docker_client, FakeHost()) == DockerClient(None)


def test_podman_under_dockers_name() -> None:
    note = "Emulate Docker CLI using podman. Create /etc/containers/nodocker to quiet msg.\n"
    client = ask(docker_client, machine(said("podman version 4.9.3\n", note)))
    assert (client.podman, client.version) == (True, "4.9.3")
    assert ask(client_api, machine(said("podman version 4.9.3\n"))).api is None


def test_the_stub_of_docker_desktop_in_wsl() -> None:
    client = ask(docker_client, machine(Ran(1, STUB, "")))
    assert (client.wsl_stub, client.version) == (True, "")


def test_a_client_that_says_nothing_of_use() -> None:
    assert ask(docker_client, machine(TimeoutError("no answer"))).error == "no answer"
    broken = Ran(126, "", "cannot execute binary file: Exec format error\n")
    assert "Exec format error" in ask(docker_client, machine(broken)).error


def test_snap_and_the_pinned_version() -> None:
    host = machine(said("Docker version 27.2.0"), "/snap/bin/docker", DOCKER_API_VERSION="1.40")
    client = ask(docker_client, host)
    assert (client.snap, client.pinned) == (True, "1.40")


@pytest.mark.parametrize(
    ("version", "api"),
    [
        ("29.8.1", "1.54"),
        ("29.1.0", "1.52"),
        ("28.2.2", "1.50"),
        ("27.1.1", "1.46"),
        ("20.10.24+dfsg1", "1.41"),
        ("19.03.15", "1.40"),
        ("18.09.1", "1.39"),
        ("17.06.0-ce", None),
    ],
)
def test_the_api_version_that_goes_with_a_client(version: str, api: str | None) -> None:
    fact = ask(client_api, machine(said(f"Docker version {version}, build x")))
    assert (fact.api, fact.gpus_api, fact.gpus_version) == (api, "1.40", "19.03")


def test_versions_compare_as_numbers() -> None:
    assert numbers("1.9") < numbers("1.10") == (1, 10)
    assert numbers("") == numbers("abc") == ()
