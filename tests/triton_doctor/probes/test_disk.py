"""Where Docker keeps its data: on a fake machine, and a disk that hangs."""

from __future__ import annotations

import threading

import pytest

from tests.fakes import FakeDocker, FakeHost, ask
from triton_doctor.errors import FactUnavailable
from triton_doctor.host.protocol import Disk, DockerTrouble, FileStat
from triton_doctor.probes.disk import DockerDisk, docker_disk
from triton_doctor.record import replace

SOCKET = {"/var/run/docker.sock": FileStat("other", 0o660, 0, 0, 0, 0.0)}
VERSION = {"Version": "28.1.1", "ApiVersion": "1.49"}


def machine(root: str, **host: object) -> FakeHost:
    info = {"DockerRootDir": root, "OSType": "linux"}
    engine = FakeDocker(version=VERSION, info={**info, **dict(host.pop("info", {}))})
    return FakeHost(engine=engine, stats=dict(SOCKET), **host)


def test_the_folder_that_the_engine_names() -> None:
    host = machine("/data/docker", disks={"/data/docker": Disk(100, 40), "/": Disk(9, 1)})
    assert ask(docker_disk, host) == DockerDisk("here", "/data/docker", 100, 40)


def test_a_folder_that_this_user_may_not_see() -> None:
    host = machine("/data/docker", disks={"/data/docker": PermissionError(13, "denied")})
    assert ask(docker_disk, host) == DockerDisk("unseen")


def test_without_an_engine_the_nearest_folder_of_the_usual_place() -> None:
    host = FakeHost(disks={"/var/lib": Disk(100, 40)})
    assert ask(docker_disk, host) == DockerDisk("likely", "/var/lib", 100, 40)
    assert ask(docker_disk, FakeHost()) == DockerDisk("unseen")


@pytest.mark.parametrize(
    "host",
    [
        FakeHost(os="Darwin"),
        FakeHost(variables={"DOCKER_HOST": "tcp://192.0.2.7:2375"}, engine=FakeDocker(
            version=DockerTrouble("silent", "no answer"))),
        machine("/var/lib/docker", info={"OperatingSystem": "Docker Desktop"},
                disks={"/var/lib/docker": Disk(9, 9)}),
    ],
    ids=["macos", "remote", "desktop"],
)  # fmt: skip
def test_a_disk_of_another_machine_is_not_measured_here(host: FakeHost) -> None:
    assert ask(docker_disk, host) == DockerDisk("elsewhere")


def test_a_dead_disk_costs_its_own_answer_only() -> None:
    class Dead(FakeHost):
        def disk(self, path: str) -> Disk:
            threading.Event().wait(30)
            raise AssertionError

    with pytest.raises(FactUnavailable, match=r"no answer within 0\.2 s") as caught:
        ask(replace(docker_disk, timeout=0.2), Dead())
    assert caught.value.timed_out
