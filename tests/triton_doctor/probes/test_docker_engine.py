"""The engine's fact: what was looked at, what is told of an engine, and why one is not reached."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fakes import NOW, FakeDocker, FakeHost, ask
from triton_doctor.host.protocol import DockerTrouble, FileStat, Ran
from triton_doctor.probes.docker_engine import DockerEngine, docker_engine

SOCKET = {"/var/run/docker.sock": FileStat("other", 0o660, 0, 999, 0, NOW)}
VERSION = {"Version": "28.1.1", "ApiVersion": "1.49", "MinAPIVersion": "1.24", "Arch": "amd64"}
INFO = {
    "OperatingSystem": "Debian GNU/Linux 12 (bookworm)",
    "OSType": "linux",
    "Architecture": "x86_64",
    "DockerRootDir": "/var/lib/docker",
    "MemTotal": 64 << 30,
    "Runtimes": {"runc": {}, "nvidia": {}},
    "SecurityOptions": ["name=seccomp,profile=default"],
}


def engine(version: dict[str, Any] = VERSION, info: dict[str, Any] = INFO) -> DockerEngine:
    host = FakeHost(stats=SOCKET, engine=FakeDocker(version=version, info=info))
    fact: DockerEngine = ask(docker_engine, host)
    return fact


def test_an_ordinary_engine() -> None:
    fact = engine()
    assert (fact.version, fact.api_version, fact.min_api_version) == ("28.1.1", "1.49", "1.24")
    assert (fact.kind, fact.trouble, fact.memory) == ("engine", "", 64 << 30)
    assert fact.runtimes == ("nvidia", "runc")
    assert (fact.snap, fact.rootless, fact.userns, fact.remote) == (False,) * 4


def test_docker_desktop_by_its_platform_and_by_its_system() -> None:
    assert engine(VERSION | {"Platform": {"Name": "Docker Desktop 4.42.0"}}).kind == "desktop"
    assert engine(info=INFO | {"OperatingSystem": "Docker Desktop"}).kind == "desktop"


def test_podman_by_its_component() -> None:
    assert engine(VERSION | {"Components": [{"Name": "Podman Engine"}]}).kind == "podman"


def test_snap_rootless_userns_and_cdi() -> None:
    fact = engine(
        info=INFO
        | {
            "DockerRootDir": "/var/snap/docker/common/var-lib-docker",
            "SecurityOptions": ["name=rootless", "name=userns"],
            "DiscoveredDevices": [
                {"Source": "cdi", "ID": "nvidia.com/gpu=all"},
                {"Source": "other", "ID": "x"},
            ],
        }
    )
    assert (fact.snap, fact.rootless, fact.userns) == (True, True, True)
    assert fact.cdi_devices == ("nvidia.com/gpu=all",)


def test_a_missing_socket_is_told_without_the_sdk_and_others_are_looked_for() -> None:
    other = {"/run/user/1000/docker.sock": FileStat("other", 0o660, 1000, 1000, 0, NOW)}
    fact = ask(docker_engine, FakeHost(stats=other))  # no engine: asking it would fail the test
    assert (fact.trouble, fact.others) == ("missing", ("unix:///run/user/1000/docker.sock",))


def test_a_file_in_the_sockets_place() -> None:
    fact = ask(docker_engine, FakeHost(files={"/var/run/docker.sock": b""}))
    assert (fact.trouble, fact.error) == (
        "unusable",
        "/var/run/docker.sock is a file, not a socket",
    )


@pytest.mark.parametrize(("members", "listed"), [("eve,ada", True), ("eve", False)])
def test_a_denied_socket_and_who_is_in_the_group(members: str, listed: bool) -> None:
    files = {
        "/etc/passwd": b"root:x:0:0::/root:/bin/sh\nada:x:1000:1000::/home/ada:/bin/sh\n",
        "/etc/group": f"adm:x:4:ada\ndocker:x:999:{members}\n".encode(),
    }
    refusal = DockerTrouble("denied", "permission denied")
    host = FakeHost(stats=SOCKET, files=files, engine=FakeDocker(version=refusal))
    fact = ask(docker_engine, host)
    assert (fact.trouble, fact.in_group) == ("denied", listed)


@pytest.mark.parametrize(
    ("answer", "trouble", "error"),
    [
        (Ran(255, "", "Permission denied (publickey).\n"), "refused", "Permission denied"),
        (TimeoutError("ssh gave no answer in 3 s"), "silent", "no answer"),
        (FileNotFoundError(2, "ssh"), "unusable", "ssh is not on PATH"),
    ],
)
def test_ssh_is_tried_before_the_sdk_waits_for_a_password(
    answer: Any, trouble: str, error: str
) -> None:
    host = FakeHost(variables={"DOCKER_HOST": "ssh://ada@box:2222"}, outputs={"ssh": answer})
    fact = ask(docker_engine, host)
    assert fact.trouble == trouble
    assert error in fact.error
    assert "-p 2222 -- ada@box true" in host.asked[0]
    assert "BatchMode=yes" in host.asked[0]
