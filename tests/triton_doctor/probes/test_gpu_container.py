"""The trial of a GPU in a container, with outputs of machines that have one."""

from __future__ import annotations

from typing import Any

from tests.fakes import FakeDocker, FakeHost, ask
from tests.triton_doctor.probes.test_docker_engine import INFO, SOCKET, VERSION
from tests.triton_doctor.probes.test_images import UBUNTU
from triton_doctor.host.protocol import DockerTrouble, ProbeEnd, ProbeRun
from triton_doctor.probes.gpu_container import GpuContainer, gpu_container

LISTED = """device /dev/nvidia0
device /dev/nvidia1
GPU 0: NVIDIA H200 (UUID: GPU-3d9c1e0a-0000-0000-0000-000000000000)
GPU 1: NVIDIA H200 (UUID: GPU-3d9c1e0a-0000-0000-0000-000000000001)
  MIG 1g.18gb     Device  0: (UUID: MIG-3d9c1e0a-0000-0000-0000-000000000002)
"""


def tried(answer: Any, known: dict[str, Any] | None = None, **options: Any) -> GpuContainer:
    engine = FakeDocker(
        version=VERSION,
        info=INFO,
        image=(known if known is not None else {"ubuntu:24.04": UBUNTU}).get,
        images=[],
        probe=answer,
    )
    programs = options.pop("programs", {})
    host = FakeHost(stats=SOCKET, engine=engine, programs=programs)
    fact: GpuContainer = ask(gpu_container, host, **options)
    return fact


def end(text: str, code: int = 0) -> ProbeEnd:
    return ProbeEnd(code, text.encode(), b"")


def test_devices_and_names() -> None:
    seen = tried(end(LISTED))
    assert (seen.state, seen.count, len(seen.uuids)) == ("ran", 2, 2)
    assert seen.devices == ("/dev/nvidia0", "/dev/nvidia1")


def test_the_one_device_of_wsl() -> None:
    assert tried(end("device /dev/dxg\n")).count == 1


def test_what_nvidia_smi_says_instead_of_names() -> None:
    text = "device /dev/nvidia0\nFailed to initialize NVML: Insufficient Permissions\n"
    assert tried(end(text)).nvml_error == "Failed to initialize NVML: Insufficient Permissions"


def test_the_gpus_of_the_deployment_are_asked_for() -> None:
    runs: list[ProbeRun] = []

    def note(run: ProbeRun) -> ProbeEnd:
        runs.append(run)
        return end("")

    tried(note, deployment={"gpus": "0,1"})
    assert (runs[0].gpus, runs[0].mounts, runs[0].image) == ("0,1", (), "ubuntu:24.04")


def test_a_refusal_and_the_toolkit_on_path() -> None:
    refusal = DockerTrouble("api", "could not select device driver", 500)
    seen = tried(refusal, programs={"nvidia-container-runtime-hook": "/usr/bin/x"})
    assert (seen.state, seen.toolkit) == ("refused", True)


def test_an_image_without_a_shell_is_passed_over() -> None:
    def by_image(run: ProbeRun) -> ProbeEnd:
        if run.image == "ubuntu:24.04":
            text = 'exec: "sh": executable file not found in $PATH: unknown'
            raise DockerTrouble("api", text, 400)
        return end("device /dev/nvidia0")

    other = "nvcr.io/nvidia/tritonserver:25.06-vllm-python-py3"
    seen = tried(by_image, {"ubuntu:24.04": UBUNTU, other: UBUNTU})
    assert (seen.state, seen.image) == ("ran", other)


def test_no_image_at_all() -> None:
    seen = tried(AssertionError("nothing to run"), {})
    assert (seen.state, seen.image) == ("no-image", "ubuntu:24.04")
