"""The GPU proven inside a container: what one sees there that asked for it as `--gpus` does."""

from __future__ import annotations

import re
from typing import Literal

from triton_doctor.host.protocol import Docker, DockerTrouble, ProbeRun
from triton_doctor.probes.base import Asking, probe
from triton_doctor.probes.docker_engine import connected, docker_engine
from triton_doctor.probes.images import images
from triton_doctor.record import Record
from triton_doctor.redact import clean

State = Literal["ran", "refused", "no-image", "no-shell"]

# On WSL 2 the only device is /dev/dxg. nvidia-smi comes from the host with the capability
# `utility`; only its list of names and UUIDs is read, never its table.
_SCRIPT = """
for device in /dev/nvidia[0-9]* /dev/dxg; do [ -e "$device" ] && echo "device $device"; done
if command -v nvidia-smi >/dev/null 2>&1; then nvidia-smi -L 2>&1; fi
exit 0
"""
_GPU = re.compile(r"^GPU \d+: .*\(UUID: (GPU-[0-9a-fA-F-]+)\)")
# The programs by which the NVIDIA Container Toolkit serves the daemon.
_HOOKS = ("nvidia-container-runtime-hook", "nvidia-cdi-hook", "nvidia-ctk")
_NO_PROGRAM = 127


class GpuContainer(Record, frozen=True):
    """state: how far the try came; image: what it was made with; error: the daemon's refusal.

    devices: device files of GPUs; uuids: those that nvidia-smi lists; nvml_error: what it said
    instead; toolkit: a program of the NVIDIA Container Toolkit is on this machine's PATH.
    """

    state: State
    image: str = ""
    error: str = ""
    devices: tuple[str, ...] = ()
    uuids: tuple[str, ...] = ()
    nvml_error: str = ""
    toolkit: bool = False

    @property
    def count(self) -> int:
        """GPUs seen inside; WSL's one device stands for all of them."""
        return len(self.uuids) or len(self.devices)


@probe("gpu-container", doing="trying a GPU in a container", timeout=9.0)
def gpu_container(ask: Asking) -> GpuContainer:
    """Run a probe container with the deployment's GPUs, in the first image that has a shell."""
    docker = connected(ask)
    remote = ask.fact(docker_engine).remote
    toolkit = not remote and any(ask.host.which(program) for program in _HOOKS)
    found = ask.fact(images)
    for image in found.for_probes:
        seen = _try(docker, image, ask.deployment.gpus, toolkit)
        if seen.state != "no-shell":
            return seen
    return GpuContainer("no-image", ask.settings.probe_image, toolkit=toolkit)


def _try(docker: Docker, image: str, gpus: str, toolkit: bool) -> GpuContainer:
    env = {"NVIDIA_DRIVER_CAPABILITIES": "utility"}
    run = ProbeRun(image, ("sh", "-c", _SCRIPT), gpus=gpus, env=env, timeout=6.0)
    try:
        end = docker.probe(run)
    except DockerTrouble as trouble:
        if trouble.kind != "api":
            raise
        text = " ".join(clean(trouble.text).split())
        state: State = "no-shell" if '"sh": executable file not found' in text else "refused"
        return GpuContainer(state, image, text, toolkit=toolkit)
    if end.code == _NO_PROGRAM:
        return GpuContainer("no-shell", image, toolkit=toolkit)
    return _seen(image, end.out.decode("utf-8", "replace").splitlines(), toolkit)


def _seen(image: str, lines: list[str], toolkit: bool) -> GpuContainer:
    devices = [line.removeprefix("device ") for line in lines if line.startswith("device ")]
    uuids = [match[1] for line in lines if (match := _GPU.match(line))]
    others = [line for line in lines if "NVML" in line or "NVIDIA-SMI" in line]
    return GpuContainer(
        "ran",
        image,
        devices=tuple(devices),
        uuids=tuple(uuids),
        nvml_error="" if uuids or not others else others[0].strip(),
        toolkit=toolkit,
    )
