"""What the check makes of a machine. All facts are fakes; thresholds are met from both sides."""

from __future__ import annotations

from typing import Any

import pytest

from tests.kit import JudgeResult, judge
from triton_doctor.model import Outcome, Severity
from triton_doctor.probes.container_view import ContainerView
from triton_doctor.probes.containers import Container, Containers
from triton_doctor.probes.disk import DockerDisk
from triton_doctor.probes.docker_engine import DockerEngine
from triton_doctor.probes.images import Images, ImageSeen
from triton_doctor.probes.outside_view import OutsideView
from triton_doctor.probes.release import Release
from triton_doctor.probes.system import System, SystemKind
from triton_doctor.record import replace

GIB = 1 << 30
IMAGE = "nvcr.io/nvidia/tritonserver:25.06-vllm-python-py3"
LINUX = System("linux", False, "debian", "Debian 12", "x86_64", "6.1.0", 32 * GIB, 24 * GIB)
WSL = replace(LINUX, kind="wsl2", name="Ubuntu 24.04", memory=16 * GIB, available=12 * GIB)
ENGINE = DockerEngine(
    "unix:///var/run/docker.sock", "default", data_root="/var/lib/docker", memory=32 * GIB
)
DISK = DockerDisk("here", "/var/lib/docker", 200 * GIB, 80 * GIB)
ABSENT = Images("linux/amd64", ImageSeen(IMAGE, False), ImageSeen("ubuntu:24.04", True))
PRESENT = replace(ABSENT, deployment=ImageSeen(IMAGE, True))
RELEASE = Release(IMAGE, True, size=10 * GIB)
OUTSIDE = OutsideView("model_repository", "/srv/model_repository", "folder")
VIEW = ContainerView(OUTSIDE, free_bytes=50 * GIB)


def seen(**given: Any) -> JudgeResult:
    """Judge a sound machine, but for the facts given; `deployment` too. None leaves a fact out."""
    deployment = given.pop("deployment", {})
    facts = {
        "system": LINUX,
        "docker-engine": ENGINE,
        "docker-disk": DISK,
        "images": ABSENT,
        "release": RELEASE,
        "container-view": VIEW,
        **{name.replace("_", "-"): fact for name, fact in given.items()},
    }
    return judge(
        "host", facts={k: v for k, v in facts.items() if v is not None}, deployment=deployment
    )


def free(count: float, **more: Any) -> JudgeResult:
    return seen(docker_disk=replace(DISK, free=int(count * GIB)), **more)


def test_a_sound_machine_in_one_line() -> None:
    judged = seen()
    assert judged.outcome is Outcome.PASSED
    assert judged.healthy == "Debian 12, 32.0 GiB RAM (24.0 GiB free), 80.0 GiB free for Docker"


def test_without_docker_it_says_what_it_can() -> None:
    likely = DockerDisk("likely", "/var/lib", 200 * GIB, 80 * GIB)
    judged = seen(docker_engine=None, docker_disk=likely, images=None, container_view=None)
    assert judged.outcome is Outcome.PASSED
    assert judged.healthy.endswith("80.0 GiB free at /var/lib")
    down = replace(ENGINE, trouble="refused")
    elsewhere = DockerDisk("elsewhere")
    judged = seen(docker_engine=down, docker_disk=elsewhere, images=None, container_view=None)
    assert judged.healthy == "Debian 12, 32.0 GiB RAM (24.0 GiB free)"


def test_wsl1_stands_in_the_way_of_all_else() -> None:
    wsl1 = replace(LINUX, kind="wsl1", kernel="4.4.0-19041-Microsoft")
    finding = seen(system=wsl1).only()
    assert (finding.problem, finding.blocks) == ("host/wsl1", True)
    assert finding.fix
    assert finding.fix.steps[-1].show == "wsl.exe --set-version Debian 2"
    assert seen(system=wsl1, docker_engine=replace(ENGINE, remote=True)).ids == []


# ---- disk ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "severity"),
    [(19.9, Severity.ERROR), (20, Severity.WARNING), (29.9, Severity.WARNING), (30, None)],
)
def test_an_image_that_must_be_pulled_needs_two_to_three_times_its_size(
    count: float, severity: Severity | None
) -> None:
    judged = free(count)
    assert [finding.severity for finding in judged.findings] == ([severity] if severity else [])
    assert set(judged.ids) <= {"host/disk-full"}


def test_words_of_a_disk_too_small_name_the_place_and_the_figures() -> None:
    finding = free(9.1).only()
    assert finding.title == (
        "9.1 GiB free at /var/lib/docker does not hold the image, which takes 20.0 GiB or more"
    )


@pytest.mark.parametrize("more", [{"images": PRESENT}, {"images": None}, {"release": None}])
def test_where_nothing_is_known_to_be_pulled_only_a_nearly_full_disk_counts(
    more: dict[str, Any],
) -> None:
    assert free(1, **more).ids == []
    finding = free(0.9, **more).only()
    assert (finding.problem, finding.severity) == ("host/disk-full", Severity.WARNING)


def test_a_disk_of_another_machine_is_measured_in_a_container() -> None:
    remote = {"docker_engine": replace(ENGINE, remote=True), "docker_disk": DockerDisk("elsewhere")}
    assert "50.0 GiB free" in seen(**remote).healthy
    small = replace(VIEW, free_bytes=5 * GIB)
    assert seen(**remote, container_view=small).ids == ["host/disk-full"]


@pytest.mark.parametrize("view", [None, replace(VIEW, free_bytes=None)])
def test_a_disk_that_nobody_can_look_at_is_not_green(view: ContainerView | None) -> None:
    judged = seen(docker_disk=DockerDisk("unseen"), container_view=view)
    assert judged.outcome is Outcome.COULD_NOT_TELL


def test_a_dead_disk_leaves_the_rest_judged() -> None:
    judged = seen(docker_disk=None, deployment={"shm_size": "64k"})
    assert judged.ids == ["host/shm-too-small"]
    assert "looking at the disk" in judged.doubts[0].reason
    assert seen(docker_disk=None).outcome is Outcome.COULD_NOT_TELL


# ---- RAM ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("available", "found"), [(4 * GIB, False), (4 * GIB - 1, True)])
def test_little_ram_left_is_a_warning(available: int, found: bool) -> None:
    judged = seen(system=replace(LINUX, available=available))
    assert judged.ids == (["host/out-of-memory"] if found else [])
    assert all(finding.severity is Severity.WARNING for finding in judged.findings)


def test_ram_that_the_running_server_holds_is_not_little_for_it() -> None:
    full = replace(LINUX, available=GIB)
    own = Container("ab" * 6, "triton_vllm_server", IMAGE, "running", 0.0)
    assert seen(system=full, containers=Containers((own,), 0.0)).ids == []
    stopped = Containers((replace(own, state="exited"),), 0.0)
    assert seen(system=full, containers=stopped).ids == ["host/out-of-memory"]


def test_ram_that_could_not_be_read_is_no_finding() -> None:
    assert seen(system=replace(LINUX, memory=0, available=0)).ids == []


def test_a_small_wsl_is_told_with_its_own_remedy() -> None:
    finding = seen(system=replace(WSL, memory=7 * GIB, available=6 * GIB)).only()
    assert finding.title == "WSL 2 has little RAM for the server: 7.0 GiB"
    assert ".wslconfig" in finding.remedy
    assert seen(system=WSL).ids == []


@pytest.mark.parametrize(
    ("kind", "memory", "remedy"),
    [
        ("windows", 4 * GIB, ".wslconfig"),
        ("macos", 4 * GIB, "Settings, Resources"),
        ("linux", 4 * GIB, "Settings, Resources"),
        ("macos", 8 * GIB, ""),
    ],
)
def test_docker_desktop_with_a_small_share(kind: SystemKind, memory: int, remedy: str) -> None:
    engine = replace(ENGINE, kind="desktop", memory=memory)
    judged = seen(system=replace(LINUX, kind=kind), docker_engine=engine)
    assert judged.ids == (["host/out-of-memory"] if remedy else [])
    assert all(remedy in finding.remedy for finding in judged.findings)


def test_a_remote_engine_is_judged_by_its_own_ram() -> None:
    remote = replace(ENGINE, remote=True, endpoint="ssh://ada@box", memory=2 * GIB)
    finding = seen(docker_engine=remote, system=replace(LINUX, available=1)).only()
    assert finding.title == "Little RAM is free for the server on ssh://ada@box: 2.0 GiB"


# ---- shared memory ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "models", "found"),
    [
        (None, 1, False),
        ("0", 1, False),
        ("1m", 1, False),
        ("1023k", 1, True),
        ("1m", 2, True),
        ("2m", 2, False),
        (None, 64, False),
        (None, 65, True),
    ],
)
def test_shared_memory_asked_for(asked: str | None, models: int, found: bool) -> None:
    names = tuple(f"m{number}" for number in range(models))
    judged = seen(deployment={"shm_size": asked, "model": names})
    assert judged.ids == (["host/shm-too-small"] if found else [])
