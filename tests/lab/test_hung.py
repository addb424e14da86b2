"""All that can hang hangs at once; the doctor still ends, and says what it could not tell."""

from __future__ import annotations

import ctypes
import os
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lab import machine
from tests.lab.bench import Lab

_libc = ctypes.CDLL(None, use_errno=True)
_DETACH = 2  # MNT_DETACH of <sys/mount.h>
_NVML = """
#include <unistd.h>
int nvmlInit_v2(void) { for (;;) pause(); }
int nvmlInitWithFlags(unsigned flags) { return nvmlInit_v2(); }
int nvmlInit(void) { return nvmlInit_v2(); }
"""


@pytest.fixture
def hung_socket(tmp_path: Path) -> Iterator[str]:
    """A Docker socket that accepts and never answers."""
    path = tmp_path / "docker.sock"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
        server.listen(64)  # the kernel accepts for us; nobody reads
        yield f"unix://{path}"


@pytest.fixture
def dead_disk(tmp_path: Path) -> Iterator[Path]:
    """A FUSE mount whose server never reads: every access to it hangs until it is taken away."""
    folder = tmp_path / "dead"
    folder.mkdir()
    device = os.open("/dev/fuse", os.O_RDWR)
    options = f"fd={device},rootmode=40000,user_id=0,group_id=0,allow_other"
    if _libc.mount(b"dead", os.fsencode(folder), b"fuse", 0, options.encode()):
        raise OSError(ctypes.get_errno(), "mount of FUSE")
    yield folder
    os.close(device)  # whoever hangs there gets an error now
    _libc.umount2(os.fsencode(folder), _DETACH)


@pytest.fixture
def hung_nvml(tmp_path: Path) -> str:
    """The folder of a libnvidia-ml.so.1 whose start never comes back."""
    machine.need("gcc", packages=["libc6-dev"])
    library, source = tmp_path / "nvml" / "libnvidia-ml.so.1", tmp_path / "nvml.c"
    library.parent.mkdir()
    source.write_text(_NVML)
    subprocess.run(["gcc", "-shared", "-fPIC", "-o", str(library), str(source)], check=True)
    return str(library.parent)


def test_the_dead_disk_is_dead(lab: Lab, dead_disk: Path) -> None:
    """The fixture hangs whoever looks: otherwise the next test proves nothing."""
    looking = subprocess.Popen(["ls", str(dead_disk)], stderr=subprocess.DEVNULL)
    with pytest.raises(subprocess.TimeoutExpired):
        looking.wait(1)
    looking.kill()
    looking.wait()


def test_all_that_hangs_at_once_is_given_up(
    lab: Lab, hung_socket: str, dead_disk: Path, hung_nvml: str, tmp_path: Path
) -> None:
    """Docker, NVML and the repository's disk hang; each is said to be untold, none to be sound."""
    run = lab.doctor(
        *("--repository", str(dead_disk / "model_repository")),
        cwd=tmp_path,
        env={"DOCKER_HOST": hung_socket, "LD_LIBRARY_PATH": hung_nvml},
    )
    untold = {check["id"] for check in run.json["checks"] if check["outcome"] in _UNTOLD}
    assert {"gpu", "repository"} <= untold, run
    assert run.outcome("docker") != "passed"
    assert run.outcome("mount") != "passed"
    assert run.code == (1 if "error" in _severities(run.json) else 3), run


_UNTOLD = ("could-not-tell", "timed-out")


def _severities(report: dict[str, list[dict[str, str]]]) -> set[str]:
    return {finding["severity"] for finding in report["findings"]}
