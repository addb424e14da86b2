"""Rows of the real tables, and readings: real ones where a machine could be made to give them."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path
from typing import Any

import msgspec
import tomli

from tests.kit import JudgeResult, judge
from triton_doctor.host.nvml import GpuReading, NvmlReading
from triton_doctor.probes.cuda_rules import CudaRules, rules_for, version
from triton_doctor.probes.docker_engine import DockerEngine
from triton_doctor.probes.gpu_kernel import KernelFaults
from triton_doctor.probes.gpus import Gpus
from triton_doctor.probes.release import Release
from triton_doctor.probes.system import System
from triton_doctor.record import replace

RECORDINGS = Path(__file__).parents[2] / "recordings" / "nvml"
DATA = resources.files("triton_doctor.probes") / "data"
LINUX = System("linux", False, "ubuntu", "Ubuntu 24.04", "x86_64", "6.8.0", 64 << 30, 60 << 30)
WSL = replace(LINUX, kind="wsl2", kernel="5.15.1-microsoft-standard-WSL2")
ENGINE = DockerEngine("unix:///var/run/docker.sock", "default", version="28.1.1")


def recorded(name: str) -> Gpus:
    """A reading of a real H200 (see tests/recordings/nvml/README.md)."""
    saved = json.loads((RECORDINGS / f"{name}.json").read_text("utf-8"))
    return msgspec.convert(saved, Gpus)


def varied(recording: str = "two-gpus-deep", index: int = 0, **changed: Any) -> Gpus:
    """A reading of real GPUs of which one is brought, on paper, into a state it was not in."""
    seen = recorded(recording)
    gpus = [replace(gpu, **changed) if gpu.index == index else gpu for gpu in seen.reading.gpus]
    return replace(seen, reading=replace(seen.reading, gpus=tuple(gpus)))


def fake_gpu(
    name: str = "NVIDIA L4", capability: tuple[int, int] = (8, 9), **more: Any
) -> GpuReading:
    """A made-up GPU with 24 GiB, all of it free."""
    values = {"index": 0, "total": 24 << 30, "free": 24 << 30, **more}
    return GpuReading(name=name, capability=capability, **values)


def fake(*gpus: GpuReading, driver: str = "580.65.06", cuda: tuple[int, int] = (13, 0)) -> Gpus:
    return Gpus(NvmlReading("ok", driver=driver, cuda=cuda, gpus=gpus), module=driver)


def row(tag: str) -> Release:
    """A row of the releases table."""
    table = tomli.loads((DATA / "triton_releases.toml").read_text("utf-8"))
    seen = next(one for one in table["release"] if one["tag"] == tag)
    return Release(
        image=f"nvcr.io/nvidia/tritonserver:{tag}-vllm-python-py3",
        known=True,
        tag=tag,
        vllm_variant=True,
        vllm=seen.get("vllm"),
        cuda=seen.get("cuda"),
        driver_built_for=seen.get("driver_built_for"),
        min_driver=seen.get("min_driver"),
        dc_drivers=tuple(seen.get("dc_drivers", ())),
        dc_not=tuple(seen.get("dc_not", ())),
        min_capability=version(seen["min_cc"]) if "min_cc" in seen else None,
    )


def rules(release: Release) -> CudaRules:
    return rules_for(release.cuda, tomli.loads((DATA / "cuda_drivers.toml").read_text("utf-8")))


def facts(seen: Gpus, tag: str = "25.06", **more: Any) -> dict[str, Any]:
    """All that the check asks for; more: facts by name with _ for -, which replace these."""
    release = row(tag)
    given = {
        "gpus": seen,
        "system": LINUX,
        "docker-engine": ENGINE,
        "release": release,
        "cuda-rules": rules(release),
        "gpu-kernel": KernelFaults("read"),
    }
    return {**given, **{name.replace("_", "-"): fact for name, fact in more.items()}}


def seen(fact: Gpus, tag: str = "25.06", gpus: str = "all", **more: Any) -> JudgeResult:
    return judge("gpu", facts=facts(fact, tag, **more), deployment={"gpus": gpus})
