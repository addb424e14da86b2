"""What the check makes of real readings, and of fakes where no machine could be brought to it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.kit import judge
from tests.triton_doctor_checks.gpu.cases import (
    ENGINE,
    LINUX,
    WSL,
    facts,
    fake,
    fake_gpu,
    recorded,
    seen,
)
from triton_doctor.host.nvml import NvmlReading
from triton_doctor.model import Outcome, Severity
from triton_doctor.probes.gpus import Gpus
from triton_doctor.probes.release import Release
from triton_doctor.probes.system import SystemKind
from triton_doctor.record import replace

RTX = "NVIDIA GeForce RTX 4090"


def silent(state: str, code: int = 0, **more: Any) -> Gpus:
    return Gpus(NvmlReading(state, code, "made up"), **more)


def test_a_real_gpu_that_nobody_uses_is_sound() -> None:
    judged = seen(recorded("idle"))
    assert judged.outcome is Outcome.PASSED
    assert judged.healthy == "NVIDIA H200, 140.4 GiB (139.8 free); driver 580.159.04, CUDA 13.0"


def test_two_real_gpus_on_a_ready_fabric_are_sound() -> None:
    judged = seen(recorded("two-gpus"), gpus="0,1")
    assert judged.outcome is Outcome.PASSED
    assert judged.healthy.startswith("2 x NVIDIA H200, 140.4 GiB each (at least 139.8 free)")


def test_a_real_driver_whose_library_is_hidden() -> None:
    finding = seen(recorded("library-hidden")).only()
    assert finding.problem == "gpu/no-driver"
    assert "libnvidia-ml.so.1 is not found" in finding.title
    assert "kernel module loaded: 580.159.04" in finding.evidence


def test_a_real_driver_whose_devices_are_hidden() -> None:
    finding = seen(recorded("devices-hidden")).only()
    assert finding.problem == "gpu/no-driver"
    assert "The operating system has blocked the request" in finding.title


def test_a_real_driver_that_this_user_may_not_open() -> None:
    finding = seen(recorded("locked")).only()
    assert (finding.problem, finding.severity) == ("gpu/no-driver", Severity.WARNING)
    assert "may not open" in finding.title


def test_a_real_library_of_another_version() -> None:
    finding = seen(recorded("other-library")).only()
    assert finding.problem == "gpu/driver-library-mismatch"
    assert "sudo reboot" in finding.remedy
    assert finding.fix is not None


def test_a_real_driver_with_no_gpu_to_open() -> None:
    judged = seen(recorded("one-device-hidden"))
    assert judged.ids == ["gpu/too-few"]
    assert "shows 0 GPUs" in judged.only().title


@pytest.mark.parametrize(
    ("fact", "words"),
    [
        (silent("library-missing", 12, cards=1), "No NVIDIA driver is installed"),
        (silent("library-missing", 12), "No NVIDIA driver is installed"),
        (silent("library-missing", 12, cards=0), "no NVIDIA GPU and no NVIDIA driver"),
        (silent("not-loaded", 9, cards=1), "its kernel module is not loaded"),
        (silent("not-loaded", 9, cards=1, nouveau=True), "nouveau holds the GPU"),
        (silent("failed", 999, cards=1), "is there and does not work: made up"),
    ],
)
def test_fakes_of_a_driver_that_is_not_there_or_broken(fact: Gpus, words: str) -> None:
    finding = seen(fact).only()
    assert (finding.problem, finding.severity) == ("gpu/no-driver", Severity.ERROR)
    assert words in finding.title


@pytest.mark.parametrize(
    ("kind", "words"), [("wsl2", "WSL 2 gets no GPU"), ("windows", "Windows has")]
)
def test_fakes_of_windows_without_a_driver(kind: SystemKind, words: str) -> None:
    here = replace(LINUX, kind=kind)
    assert words in seen(silent("library-missing", 12), system=here).only().title


@pytest.mark.parametrize(
    ("here", "module", "outcome"),
    [
        (LINUX, "580.65.06", Outcome.COULD_NOT_TELL),
        (WSL, "", Outcome.COULD_NOT_TELL),
        (LINUX, "", Outcome.FOUND),  # a container shares the kernel: no module means no driver
    ],
)
def test_fakes_of_a_doctor_in_a_container(here: Any, module: str, outcome: Outcome) -> None:
    inside = replace(here, in_container=True)
    judged = seen(silent("library-missing", 12, module=module), system=inside)
    assert judged.outcome is outcome


def test_gpus_of_another_machine_are_not_judged_by_this_one() -> None:
    remote = replace(ENGINE, remote=True, endpoint="ssh://ada@gpu-box")
    assert seen(recorded("idle"), docker_engine=remote).outcome is Outcome.COULD_NOT_TELL
    desktop = replace(ENGINE, kind="desktop")
    assert seen(recorded("idle"), docker_engine=desktop).outcome is Outcome.COULD_NOT_TELL
    assert seen(recorded("idle"), docker_engine=desktop, system=WSL).outcome is Outcome.PASSED


def test_macos_wsl1_and_a_deployment_without_gpus() -> None:
    macos = replace(LINUX, kind="macos")
    assert seen(silent("library-missing"), system=macos).ids == ["host/no-gpu-on-macos"]
    wsl1 = replace(LINUX, kind="wsl1")
    assert seen(silent("library-missing"), system=wsl1).outcome is Outcome.SKIPPED
    assert judge("gpu", deployment={"gpus": "none"}).outcome is Outcome.SKIPPED


def test_without_docker_the_gpus_of_this_machine_are_judged_all_the_same() -> None:
    given = facts(recorded("held"))
    del given["docker-engine"]
    assert judge("gpu", facts=given).ids == ["gpu/busy"]


def test_a_driver_that_gave_no_answer_is_not_green() -> None:
    given = facts(recorded("idle"))
    del given["gpus"]
    assert judge("gpu", facts=given).outcome is Outcome.COULD_NOT_TELL


# ---- fakes of other GPUs, drivers and images ----------------------------------------------------


@pytest.mark.parametrize(
    ("name", "driver", "tag", "severity", "words"),
    [
        (RTX, "570.26", "25.09", Severity.ERROR, "than the image needs: 580"),
        (RTX, "570.26", "25.06", Severity.WARNING, "than this image asks for"),
        ("NVIDIA RTX A6000", "470.82.01", "25.06", Severity.WARNING, "may be too old"),
    ],
)  # fmt: skip
def test_a_driver_too_old(name: str, driver: str, tag: str, severity: Severity, words: str) -> None:
    finding = seen(fake(fake_gpu(name), driver=driver, cuda=(12, 8)), tag).only()
    assert (finding.problem, finding.severity) == ("gpu/driver-too-old", severity)
    assert words in finding.title
    assert finding.title.startswith(f"The NVIDIA driver {driver}")


def test_the_gpu_that_the_driver_serves_worst_decides() -> None:
    cards = (fake_gpu("NVIDIA H100 PCIe", (9, 0)), fake_gpu(RTX, index=1))
    fact = fake(*cards, driver="535.104.05", cuda=(12, 2))
    assert seen(fact).ids == ["gpu/driver-too-old", "gpu/mixed"]
    assert seen(fact, gpus="0").ids == []


def test_a_windows_driver_is_judged_by_the_cuda_it_serves() -> None:
    fact = fake(fake_gpu(RTX), driver="566.36", cuda=(12, 7))
    finding = seen(fact, "25.09", system=WSL).only()
    assert finding.title.endswith("needs: one that serves CUDA 13.0")
    assert "in Windows" in finding.remedy
    assert seen(fact, "24.10", system=WSL).ids == []


def test_an_image_of_unknown_cuda_is_not_green() -> None:
    unknown = Release("mine:1", False, newest_known="26.08")
    rules = replace(facts(recorded("idle"))["cuda-rules"], cuda=None)
    judged = seen(recorded("idle"), release=unknown, cuda_rules=rules)
    assert judged.outcome is Outcome.COULD_NOT_TELL
    assert "mine:1" in judged.doubts[0].reason


def test_a_data_centre_gpu_of_which_no_list_says_is_not_green() -> None:
    fact = fake(fake_gpu(), driver="570.26", cuda=(12, 8))
    assert seen(fact, "25.09").outcome is Outcome.COULD_NOT_TELL


@pytest.mark.parametrize(
    ("name", "capability", "tag", "problem", "severity"),
    [
        ("Tesla V100-SXM2-16GB", (7, 0), "25.06", "gpu/capability-too-low", Severity.ERROR),
        ("Tesla P100-PCIE-16GB", (6, 0), "24.10", "gpu/capability-too-low", Severity.ERROR),
        ("NVIDIA GeForce RTX 5090", (12, 0), "24.12", "gpu/capability-too-new", Severity.ERROR),
        ("NVIDIA B300", (10, 3), "25.03", "gpu/capability-too-new", Severity.WARNING),
    ],
)
def test_a_gpu_that_the_image_does_not_know(
    name: str, capability: tuple[int, int], tag: str, problem: str, severity: Severity
) -> None:
    finding = seen(fake(fake_gpu(name, capability)), tag).only()
    assert (finding.problem, finding.severity) == (problem, severity)
    assert name in finding.title


def test_a_gpu_newer_than_the_table_is_not_green() -> None:
    assert seen(fake(fake_gpu("NVIDIA Z1", (14, 0)))).outcome is Outcome.COULD_NOT_TELL


def test_equal_gpus_are_one_finding_and_one_line() -> None:
    four = [fake_gpu("Tesla V100-SXM2-16GB", (7, 0), index=index) for index in range(4)]
    assert len(seen(fake(*four)).findings) == 1
    same = [fake_gpu(index=index, free=(24 - index) << 30) for index in range(3)]
    judged = seen(fake(*same, fake_gpu("Tesla T4", (7, 5), index=3, total=0)))
    assert judged.healthy.startswith("3 x NVIDIA L4, 24.0 GiB each (at least 22.0 free), Tesla T4;")


def test_a_number_that_does_not_exist() -> None:
    finding = seen(fake(fake_gpu()), gpus="0,2").only()
    assert finding.problem == "gpu/too-few"
    assert finding.title == "GPU 2 is asked for, and this machine has 1, counted from 0"
