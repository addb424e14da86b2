"""Verdicts about a GPU that was to reach a container, by sentences that daemons say."""

from __future__ import annotations

from typing import Any

import pytest

from tests.kit import JudgeResult, judge
from triton_doctor.host.nvml import GpuReading, NvmlReading
from triton_doctor.model import Outcome
from triton_doctor.probes.docker_engine import DockerEngine, EngineKind
from triton_doctor.probes.gpu_container import GpuContainer
from triton_doctor.probes.gpus import Gpus
from triton_doctor.probes.system import System, SystemKind

NO_DRIVER = 'could not select device driver "" with capabilities: [[gpu]]'
CLI = "OCI runtime create failed: ... stderr: Auto-detected mode as 'legacy' nvidia-container-cli: "
TWO = NvmlReading("ok", driver="580.95.05", gpus=(GpuReading(0), GpuReading(1)))


def judged(
    seen: GpuContainer,
    *,
    kind: SystemKind = "linux",
    distribution: str = "debian",
    nvml: NvmlReading = TWO,
    gpus: str = "all",
    engine_kind: EngineKind = "engine",
    **engine: Any,
) -> JudgeResult:
    here = System(kind, False, distribution, "", "x86_64", "6.1", 1 << 35, 1 << 34)
    seen_engine = DockerEngine("unix:///x.sock", "default", kind=engine_kind, **engine)
    facts = {
        "docker-engine": seen_engine,
        "gpu-container": seen,
        "system": here,
        "gpus": Gpus(nvml),
    }
    return judge("passthrough", facts=facts, deployment={"gpus": gpus})


def refused(text: str, toolkit: bool = False) -> GpuContainer:
    return GpuContainer("refused", "ubuntu:24.04", text, toolkit=toolkit)


def ran(*devices: str, **values: Any) -> GpuContainer:
    return GpuContainer("ran", "ubuntu:24.04", devices=devices, **values)


def test_gpus_that_reach_a_container() -> None:
    result = judged(ran("/dev/nvidia0", "/dev/nvidia1"))
    assert result.outcome is Outcome.PASSED
    assert result.healthy == "2 GPUs reach a container (tried with ubuntu:24.04)"
    one = judged(ran("/dev/nvidia1"), gpus="1")
    assert one.healthy.startswith("the GPU reaches")
    wsl = judged(ran("/dev/dxg"), kind="wsl2")
    assert (wsl.ids, wsl.outcome) == ([], Outcome.PASSED)


def test_a_gpu_that_was_not_the_one_given() -> None:
    mine, other = "GPU-1a000000-0000", "GPU-2b000000-0000"
    named = NvmlReading("ok", gpus=(GpuReading(0, uuid=mine), GpuReading(1, uuid=other)))
    wrong = ran("/dev/nvidia1", uuids=(other,))
    finding = judged(wrong, gpus="0", nvml=named).only()
    assert finding.problem == "passthrough/other-gpus"
    assert mine in finding.why
    assert finding.evidence == (f"in the container: {other}",)
    assert judged(wrong, gpus="1", nvml=named).outcome is Outcome.PASSED
    assert judged(wrong, gpus="0").outcome is Outcome.PASSED  # an older report has no UUIDs
    wsl = ran("/dev/dxg", uuids=(mine, other))
    assert judged(wsl, gpus="0", nvml=named, kind="wsl2").outcome is Outcome.PASSED


def test_fewer_than_were_given() -> None:
    finding = judged(ran("/dev/nvidia0")).only()
    assert finding.problem == "passthrough/fewer-gpus"
    assert "1 of the 2 GPUs" in finding.title


def test_a_request_that_brings_nothing() -> None:
    """gpu/not-visible: the daemon took it, and no device is there."""
    assert judged(ran()).only().problem == "gpu/not-visible"
    assert judged(ran(), kind="linux").only().blocks is False


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "apt-get install -y nvidia-container-toolkit"),
        ({"distribution": "rocky"}, "dnf install -y nvidia-container-toolkit"),
        ({"snap": True}, "snap remove docker"),
        ({"rootless": True}, "no-cgroups"),
        ({"remote": True}, "On that machine"),
        ({"engine_kind": "desktop"}, "Docker Engine beside it"),
        ({"engine_kind": "desktop", "kind": "macos"}, "On a Mac"),
        ({"engine_kind": "desktop", "kind": "wsl2"}, "WSL 2 based engine"),
        ({"engine_kind": "podman"}, "nvidia-ctk cdi generate"),
    ],
)
def test_no_toolkit_and_what_to_do_here(values: dict[str, Any], words: str) -> None:
    """docker/no-gpu-runtime, with the advice for this kind of engine."""
    finding = judged(refused(NO_DRIVER), **values).only()
    assert finding.problem == "docker/no-gpu-runtime"
    assert words in finding.remedy
    assert NO_DRIVER in finding.why


def test_a_toolkit_that_came_after_docker_started() -> None:
    finding = judged(refused(NO_DRIVER, toolkit=True)).only()
    assert finding.problem == "docker/no-gpu-runtime"
    assert finding.fix
    assert finding.fix.steps[0].show == "sudo systemctl restart docker"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('could not select device driver "cdi" with capabilities: []', "docker/no-gpu-runtime"),
        ("unknown or invalid runtime name: nvidia", "docker/no-gpu-runtime"),
        ("CDI device injection failed: unresolvable CDI devices x", "docker/toolkit-failure"),
        ("invoking the NVIDIA Container Runtime Hook directly", "docker/toolkit-failure"),
        (CLI + "container error: cgroup subsystem devices not found", "docker/toolkit-failure"),
        (CLI + "ldcache error: process /sbin/ldconfig failed", "docker/toolkit-failure"),
        (CLI + "initialization error: load library failed: libnvidia-ml.so.1", "gpu/no-driver"),
        (CLI + "initialization error: nvml error: driver not loaded", "gpu/no-driver"),
        (CLI + "WSL environment detected but no adapters were found", "gpu/no-driver"),
        (CLI + "nvml error: driver/library version mismatch", "gpu/driver-library-mismatch"),
        (CLI + "requirement error: unsatisfied condition: cuda>=13.0, x", "gpu/driver-too-old"),
    ],
)
def test_what_a_refusal_means(text: str, problem: str) -> None:
    finding = judged(refused(text)).only()
    assert finding.problem == problem
    assert text in finding.evidence


def test_the_driver_that_is_wanted_is_named() -> None:
    text = CLI + "requirement error: unsatisfied condition: cuda>=13.0, please update your driver"
    finding = judged(refused(text)).only()
    assert "580.95.05" in finding.title
    assert "cuda>=13.0" in f"{finding.title} {finding.why}"


def test_a_gpu_that_is_there_and_closed() -> None:
    """docker/toolkit-failure, out of what nvidia-smi said in the container."""
    text = "Failed to initialize NVML: Insufficient Permissions"
    finding = judged(ran("/dev/nvidia0", "/dev/nvidia1", nvml_error=text)).only()
    assert finding.problem == "docker/toolkit-failure"
    assert "label=disable" in finding.remedy


def test_podman_that_passes_over_the_request() -> None:
    assert judged(ran()).ids == ["gpu/not-visible"]
    assert judged(ran(), engine_kind="podman").ids == ["docker/no-gpu-runtime"]


def test_what_could_not_be_tried_is_not_green() -> None:
    result = judged(GpuContainer("no-image", "ubuntu:24.04"))
    assert (result.ids, result.outcome) == ([], Outcome.COULD_NOT_TELL)
    assert result.doubts[0].fix
    assert result.doubts[0].fix.steps[0].show == "docker pull ubuntu:24.04"
    other = judged(refused("failed to create task for container: no space left on device"))
    assert (other.ids, other.outcome) == ([], Outcome.COULD_NOT_TELL)


def test_no_gpu_asked_for() -> None:
    result = judged(GpuContainer("no-image"), gpus="none")
    assert result.outcome is Outcome.SKIPPED
    assert result.result.reason == "The deployment asks for no GPU (--gpus none)"
