"""The kind of machine, from fakes: none of these can be made here but the first."""

from __future__ import annotations

import pytest

from tests.fakes import FakeHost, ask
from triton_doctor.host.local import LocalHost
from triton_doctor.host.protocol import FileStat, Memory
from triton_doctor.probes.system import System, system

DEBIAN = b'PRETTY_NAME="Debian GNU/Linux 12"\nNAME="Debian GNU/Linux"\nVERSION_ID="12"\nID=debian\n'
FILE = FileStat("file", 0o644, 0, 0, 0, 0.0)
HOSTS = b"601 580 254:1 /var/lib/docker/containers/ab/hosts /etc/hosts rw - ext4 /dev/vda1 rw\n"
ROOT = b"580 500 0:50 / / rw - overlay overlay rw\n"


def seen(**host: object) -> System:
    fact = ask(system, FakeHost(**host))
    assert isinstance(fact, System)
    return fact


def test_this_machine_is_described() -> None:
    fact = ask(system, LocalHost())
    assert fact.kind in ("linux", "wsl2")
    assert fact.memory > fact.available > 0
    assert fact.distribution
    assert fact.distribution in fact.name.lower()


@pytest.mark.parametrize(
    ("os", "release", "kind"),
    [
        ("Linux", "6.1.0-18-amd64", "linux"),
        ("Linux", "4.4.0-19041-Microsoft", "wsl1"),
        ("Linux", "4.4.0-210-generic", "linux"),
        ("Linux", "5.15.167.4-microsoft-standard-WSL2", "wsl2"),
        ("Linux", "4.19.104-microsoft-standard", "wsl2"),
        ("Windows", "11", "windows"),
        ("Darwin", "24.1.0", "macos"),
    ],
)
def test_kind_by_system_and_kernel(os: str, release: str, kind: str) -> None:
    assert seen(os=os, release=release).kind == kind


def test_wsl_with_a_kernel_of_ones_own_is_told_by_its_folder() -> None:
    assert seen(release="6.6.1-mine", folders={"/run/WSL": []}).kind == "wsl2"


def test_name_and_distribution() -> None:
    fact = seen(files={"/etc/os-release": DEBIAN})
    assert (fact.distribution, fact.name) == ("debian", "Debian 12")
    assert seen().name == "Linux"
    assert seen(os="Windows", release="11").name == "Windows 11"


@pytest.mark.parametrize(
    ("files", "inside"),
    [
        ({}, False),
        # A virtual machine made from an image carries the mark and is no container.
        ({"/.dockerenv": b"", "/proc/self/mountinfo": ROOT}, False),
        ({"/.dockerenv": b"", "/proc/self/mountinfo": ROOT + HOSTS}, True),
        ({"/run/.containerenv": b""}, True),
        ({"/proc/1/cgroup": b"1:name=systemd:/docker/0123456789abcdef\n"}, True),
        ({"/proc/1/cgroup": b"0::/init.scope\n"}, False),
    ],
)
def test_container_or_not(files: dict[str, bytes], inside: bool) -> None:
    assert seen(files=files).in_container is inside


def test_memory_that_cannot_be_read_is_not_made_up() -> None:
    class Silent(FakeHost):
        def memory(self) -> Memory:
            raise OSError("no /proc")

    fact = ask(system, Silent())
    assert (fact.memory, fact.available) == (0, 0)
